"""The metadata of a run: name, note, parent, times, how it ended."""

import contextlib
import dataclasses
import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from digitpad.engine.files import weights
from digitpad.engine.runs import layout
from digitpad.errors import DigitpadError
from digitpad.files import FileError

LONGEST_NAME = 60
_MAX_NOTE = 10_000
#: How a run can have ended, as `RunMetadata.ended_as` has it.
ENDINGS = ("ended", "stopped", "failed")


class RunError(DigitpadError):
    """There is no such run, or the requested action is not possible with it."""


@dataclass(frozen=True, slots=True)
class Parent:
    """The network that a training went on from: a run's after `step` steps, or one in a file (then without a step).

    `started` is when its run began. Name and start identify that run, so that `name` can follow when it is renamed.
    """

    name: str
    step: int | None = None
    epoch: float | None = None
    started: str | None = field(default=None, compare=False)

    @classmethod
    def of(cls, name: str, step: int | None, epoch: float | None, run: Path | None) -> Self:
        """Return it of the network in a file called `name`, or of a run's, which lies in the folder `run`."""
        if run is None or not layout.has(run, layout.ABOUT):
            return cls(name, step, epoch)
        metadata = RunMetadata.read(run)
        return cls(metadata.name, step, epoch, metadata.started)

    def is_of(self, run: "RunMetadata") -> bool:
        """Tell whether it is a network of `run`."""
        return self.started is not None and (self.name, self.started) == (run.name, run.started)

    @property
    def words(self) -> str:
        """What it was, e.g. ``night after 3 epochs``."""
        after = "" if self.epoch is None else f" after {self.epoch:.4g} epoch{'s' * (self.epoch != 1)}"
        return self.name + after


@dataclass(frozen=True, slots=True)
class Figures:
    """What a run has come to: epochs trained, accuracies 0-1 of whole epochs, None where they were not measured.

    `validation_accuracy` and `test_accuracy` are of one network, the one that the run ended with or has come to.
    """

    epochs: float = 0.0
    validation_accuracy: float | None = None
    best_validation_accuracy: float | None = None
    best_epoch: float | None = None
    test_accuracy: float | None = None


@dataclass(frozen=True, slots=True)
class RunMetadata:
    """All of ``about.json``. Times are ISO 8601 with zone. `ended_as` is None until the run has ended.

    `seconds` is the training time. `continued` are the epochs at which the training was resumed, and `planned` the
    total number of epochs that the schedule assumed up to each of them. `failure` is the message of the error that
    ended it, `failed_at` the epoch of that error.
    """

    name: str
    started: str
    note: str = ""
    parent: Parent | None = None
    ended: str | None = None
    ended_as: str | None = None
    seconds: float = 0.0
    figures: Figures = field(default_factory=Figures)
    continued: tuple[float, ...] = ()
    planned: tuple[float, ...] = ()
    failure: str = ""
    failed_at: float | None = None

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Return what the run in `folder` says; of what is missing or damaged, the least that can be said."""
        try:
            found = json.loads(layout.read(folder, layout.ABOUT))
        except (ValueError, RecursionError, DigitpadError):
            found = {}
        found = found if isinstance(found, dict) else {}
        default = cls(name=name_from(folder.name), started=_made(folder))
        values = {
            f.name: _fitting(found.get(f.name), getattr(default, f.name), f.name) for f in dataclasses.fields(cls)
        }
        return dataclasses.replace(default, **values)

    @property
    def plans(self) -> list[tuple[float, float]]:
        """For each continuation its epoch, and the number of epochs planned until then; unknown for the oldest runs."""
        known = min(len(self.continued), len(self.planned))
        return list(zip(self.continued[-known:], self.planned[-known:], strict=True)) if known else []

    def planned_before(self, epochs: int) -> str:
        """Return in words what was planned before the `epochs` that it had in the end; "" where that was all."""
        earlier = [f"{planned:g}" for planned in self.planned if planned != epochs]
        return f"{', then '.join(earlier)} epochs planned at first" if earlier else ""

    def write(self, folder: Path) -> None:
        """Write it down. Raises `FileError`."""
        layout.write(folder, layout.ABOUT, (json.dumps(dataclasses.asdict(self), indent=2) + "\n").encode())


def is_metadata(content: bytes | bytearray) -> bool:
    """Tell whether `content` is that of an ``about.json`` of ours."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and found.keys() == {f.name for f in dataclasses.fields(RunMetadata)}


def change(folder: Path, **values: Any) -> RunMetadata:
    """Change some of what is known of the run in `folder`, and return all of it. Raises `FileError`.

    Who trains and who renames it may do so at once: each changes what is its own, one after the other.
    """
    # It takes half as long to import as all of digitpad, and the window's first sight needs none of it.
    from filelock import FileLock

    gone = FileError(f"cannot write to {folder}: the folder does not exist; bring it back, or choose another")
    try:
        if not folder.is_dir():
            raise gone
        with FileLock(layout.part(folder, layout.ABOUT_LOCK), is_singleton=False):
            if is_hollow(folder):
                raise gone
            metadata = dataclasses.replace(RunMetadata.read(folder), **values)
            metadata.write(folder)
    except OSError as error:
        raise FileError(f"cannot write to {folder}: {error.strerror}; choose another place") from error
    return metadata


def is_hollow(folder: Path) -> bool:
    """Tell whether `folder` holds nothing but hidden files of a run; if so, remove it unless it is in use.

    Taking a lock creates the folder again if it was moved away at that moment. The run would go on in an empty folder.
    """
    try:
        names = [path.name for path in folder.iterdir()]
    except OSError:
        return True
    if not all(name.startswith(".") and layout.is_own(name) for name in names):
        return False
    with contextlib.suppress(OSError):
        for name in names:
            (folder / name).unlink()
        folder.rmdir()
    return True


def now() -> str:
    """Return the time as ISO 8601 with zone, to the second."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def checked_name(name: str) -> str:
    """Return `name` without surplus blanks. Raises `RunError` for one that could be taken for a path or RUN@EPOCH."""
    name = " ".join(name.split())
    is_file = Path(name).suffix.lower() in weights.SUFFIXES or name in (".", "..")
    if (
        not name
        or len(name) > LONGEST_NAME
        or any(sign in name for sign in "@/\\")
        or not name.isprintable()
        or is_file
    ):
        raise RunError(
            f"the name {name[:40]!r} cannot be used: take 1 to {LONGEST_NAME} signs without @, / and \\, "
            "and without the ending of a file of weights"
        )
    return name


def name_from(text: str) -> str:
    """Return a name as near to `text` as can be."""
    kept = "".join(sign if sign.isprintable() and sign not in "@/\\" else " " for sign in text)
    return " ".join(kept.split())[:LONGEST_NAME].strip() or "run"


def _made(folder: Path) -> str:
    try:
        return (
            datetime.fromtimestamp(layout.part(folder, layout.CONFIG).stat().st_mtime)
            .astimezone()
            .isoformat(timespec="seconds")
        )
    except (OSError, OverflowError, FileError):
        return now()


def _fitting(value: Any, default: Any, name: str) -> Any:
    """Return `value` where it is what the field called `name` may hold, else `default`."""
    if name == "parent":
        return _record(Parent, value)
    if name == "figures":
        return _record(Figures, value) or default
    if name in ("continued", "planned"):
        return tuple(float(v) for v in value if _is_number(v)) if isinstance(value, list) else default
    if name in ("seconds", "failed_at"):
        return float(value) if _is_number(value) else default
    if name == "ended_as":
        return value if value in ENDINGS else default
    if not isinstance(value, str):
        return default
    if name == "name":
        return name_from(value)
    # Of signs that steer a terminal only the end of a line may stand in a note.
    return "".join(sign for sign in value[:_MAX_NOTE] if sign.isprintable() or sign == "\n")


def _record(kind: type[Any], value: Any) -> Any:
    names = [f.name for f in dataclasses.fields(kind)]
    if not isinstance(value, dict) or not set(value) <= set(names):
        return None
    fits = all(_fits(k, v) for k, v in value.items())
    if not fits or (kind is Parent and "name" not in value):
        return None
    return kind(**value)


def _fits(name: str, value: Any) -> bool:
    """Tell whether a field of a record that is called `name` may hold `value`."""
    if name in ("name", "started"):
        return isinstance(value, str) or (name == "started" and value is None)
    if name == "epochs":
        return _is_number(value)
    is_share = name.endswith("accuracy")
    return value is None or (_is_number(value) and (not is_share or 0 <= value <= 1))


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) < 1e15
