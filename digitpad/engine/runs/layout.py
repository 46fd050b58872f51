"""Where the parts of a run lie in its folder, and how its measurements are written there.

``config.json`` holds the settings, ``about.json`` name, note and times, ``events.jsonl`` one measurement or change a
line. Beside those lines, ``confusions.bin`` holds for each measurement three confusion matrices of 10x10 uint32
(training, validation, test; zeros where none was measured) and ``running.bin`` the running cost as float64 triples of
step, epoch and cost; both are little-endian. ``weights-STEP.safetensors`` is the network after so many steps,
``weights.safetensors`` the one that the run ended with, and ``state.safetensors`` all that is needed to go on. An ink
file to learn from is copied into the folder, since the original may change; ``config.json`` names the copy.

A folder may come from anybody. What is opened in it goes through `part`, `read` and `write`, so that no link leads out
of it, no pipe is waited for, and nothing is written that would not be read; a folder that holds anything else than a
run's files is not written to, see `require_own`.
"""

import contextlib
import hashlib
import json
import os
import re
import stat
from pathlib import Path
from typing import Any

import numpy as np

from digitpad.data.dataset import CLASSES
from digitpad.engine.files.tensor_files import MAX_BYTES
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.events import Changed, Evaluation, Progress, TrainingEnd, as_json
from digitpad.errors import DigitpadError
from digitpad.files import FileError, is_left_over, read_bounded, write_atomically

CONFIG, ABOUT, EVENTS = "config.json", "about.json", "events.jsonl"
STATE, WEIGHTS = "state.safetensors", "weights.safetensors"
CONFUSIONS, RUNNING = "confusions.bin", "running.bin"
#: The locks of whoever trains and of whoever changes `ABOUT`, and since when a run is in the trash.
LOCK, ABOUT_LOCK, DELETED = ".lock", ".about.lock", ".deleted"
#: Bytes of one record in `CONFUSIONS` and `RUNNING`.
CONFUSION_BYTES, RUNNING_BYTES = 3 * CLASSES * CLASSES * 4, 3 * 8
#: Bytes of each file at most, both for writing and for reading. A state takes up to six times a network: it also holds
#: the optimizer's buffers, the moving average and the best epoch.
MAX_BYTES_OF = {
    CONFIG: 1_000_000, ABOUT: 1_000_000, EVENTS: 64_000_000, STATE: 6 * MAX_BYTES,
    CONFUSIONS: 512_000_000, RUNNING: 240_000_000, DELETED: 1_000,
}  # fmt: skip
#: A line of `EVENTS` has more than a hundred bytes.
_MOST_LINES = MAX_BYTES_OF[EVENTS] // 100
_NAMES = {*MAX_BYTES_OF, WEIGHTS, LOCK, ABOUT_LOCK}
_NETWORK = re.compile(r"weights-(0|[1-9][0-9]*)\.safetensors")
#: Files that operating systems make: in opened folders, beside files on USB drives, and for deleted files still in use.
_OF_SYSTEMS = re.compile(
    r"\.DS_Store|\.directory|Thumbs\.db|desktop\.ini|Icon\r|\._.*|\.(nfs|fuse_hidden)[0-9a-f]+", re.S
)


class LayoutError(DigitpadError):
    """A folder holds something that no run's folder holds."""


def part(folder: Path, name: str) -> Path:
    """Return the path of the file called `name` of the run in `folder`, whether or not it is there.

    Raises `FileError` where something else is in its place: a link, which would lead out of the folder, a pipe, or
    somebody else's lock.
    """
    path = folder / name
    try:
        status = path.lstat()
    except FileNotFoundError:
        return path
    except ValueError as error:
        # A name out of a file may hold anything.
        raise FileError(f"{name[:60]!r} is no name of a file: choose another run") from error
    except OSError as error:
        raise FileError(f"cannot read {path}: {error.strerror}; choose another run") from error
    if not stat.S_ISREG(status.st_mode):
        raise FileError(f"{path} is no regular file: put the file itself there, or choose another run")
    if name in (LOCK, ABOUT_LOCK) and status.st_size:
        # Ours hold nothing, and taking a lock empties its file.
        raise FileError(f"{path} holds something, so it is not digitpad's: move it elsewhere, or choose another run")
    return path


def read(folder: Path, name: str) -> bytearray:
    """Return the content of the file called `name`. Raises `FileError`."""
    return read_bounded(part(folder, name), MAX_BYTES_OF[name], follows_links=False)


def lines(folder: Path) -> list[bytearray]:
    """Return the lines of `EVENTS` without their ends; the last one may be empty, or torn.

    Raises `FileError` for more than a run can write, whatever is in them.
    """
    content = read(folder, EVENTS)
    if content.count(b"\n") > _MOST_LINES:
        raise FileError(f"{folder / EVENTS} holds more than {_MOST_LINES:,} lines: it is no file of a run")
    return content.split(b"\n")


def write(folder: Path, name: str, content: bytes) -> None:
    """Replace the file called `name` as a whole. Raises `FileError`, also for more than `read` would take."""
    if len(content) > MAX_BYTES_OF[name]:
        raise FileError(f"{folder / name} would hold {len(content):,} bytes, more than can be read again")
    write_atomically(part(folder, name), content)


def has(folder: Path, name: str) -> bool:
    """Tell whether the run in `folder` has a file called `name`."""
    try:
        return part(folder, name).exists()
    except FileError:
        return False


def weights_after(folder: Path, step: int) -> Path:
    """Return where the network after `step` steps lies. Raises `FileError` as `part` does."""
    return part(folder, f"weights-{step}.safetensors")


def step_of(name: str) -> int | None:
    """Return after how many steps the network in the file called `name` was kept, None where that is no such file."""
    found = _NETWORK.fullmatch(name)
    return None if found is None else int(found[1])


def is_own(name: str) -> bool:
    """Tell whether a file called `name` is one that a run's folder may hold."""
    is_part = name in _NAMES or step_of(name) is not None or is_ink(name) or is_left_over(name)
    return is_part or _OF_SYSTEMS.fullmatch(name) is not None


def _is_own_file(entry: "os.DirEntry[str]") -> bool:
    return is_own(entry.name) and entry.is_file(follow_symlinks=False)


def require_own(folder: Path) -> None:
    """Raise `LayoutError` where `folder` holds anything that is none of a run's: then it is not all ours."""
    try:
        with os.scandir(folder) as entries:
            other = next((entry.name for entry in entries if not _is_own_file(entry)), None)
    except OSError as error:
        raise LayoutError(f"{folder} cannot be looked into ({error.strerror}): choose another run") from error
    if other is not None:
        raise LayoutError(
            f"{folder} holds {other[:60]!r}, which is no file of a run: move it elsewhere, or choose another folder"
        )


def remove(folder: Path) -> None:
    """Remove a run for good: its own files by their names, then the folder if it is empty. Raises `OSError`."""
    with os.scandir(folder) as entries:
        own = [Path(entry) for entry in entries if _is_own_file(entry)]
    # As long as its settings are there it is a run, and whoever fails half-way can try again.
    for path in sorted(own, key=lambda path: path.name == CONFIG):
        path.unlink()
    # What is somebody else's stays, and with it the folder.
    with contextlib.suppress(OSError):
        folder.rmdir()


def ink_name(source: Path, content: bytes | bytearray) -> str:
    """Return the name of a run's copy of an ink file: after the file and what it holds, a copy's own copy alike."""
    return f"{source.name.partition('.')[0][:40]}.{hashlib.sha256(content).hexdigest()[:8]}.jsonl"


def is_ink(name: str) -> bool:
    """Tell whether a file with that `name` is a run's copy of an ink file."""
    return re.fullmatch(r".*\.[0-9a-f]{8}\.jsonl", name) is not None


def settings_of(config: TrainingConfig) -> dict[str, Any]:
    """Return the settings for JSON in a run's folder, wherever that is moved to."""
    return config.as_dict() | {"ink": None if config.ink is None else Path(config.ink).name}


def settings_in(folder: Path, settings: dict[str, Any]) -> dict[str, Any]:
    """Return settings from the JSON in a run's `folder`, with the ink file's path in that folder."""
    ink = settings.get("ink")
    return settings | {"ink": str(part(folder.absolute(), Path(ink).name))} if isinstance(ink, str) else settings


def line_of(event: Evaluation | Changed, seconds: float) -> bytes:
    """Return the line of an event that came after `seconds` at work."""
    return (json.dumps(as_json(event) | {"seconds": round(seconds, 3)}, allow_nan=False) + "\n").encode()


def confusions_of(event: Evaluation) -> bytes:
    """Return the record of what `event` has measured."""
    test = event.test if isinstance(event, TrainingEnd) else None
    none = np.zeros((CLASSES, CLASSES), np.int64)
    matrices = [
        none if measured is None else measured.confusion for measured in (event.training, event.validation, test)
    ]
    return np.stack(matrices).astype("<u4").tobytes()


def running_of(progress: Progress) -> bytes:
    """Return the record of the running cost."""
    return np.array([progress.step, progress.epoch, progress.cost], "<f8").tobytes()


def running(folder: Path) -> "np.ndarray[Any, np.dtype[np.float64]]":
    """Return the running cost of a run (reports, 3): step, epoch, cost."""
    path = part(folder, RUNNING)
    count = _size(path) // RUNNING_BYTES
    return np.fromfile(path, "<f8", 3 * count).reshape(-1, 3) if count else np.zeros((0, 3))


def confusions(folder: Path) -> "np.ndarray[Any, np.dtype[np.uint32]]":
    """Return all confusion matrices of a run (measurements, 3, 10, 10), mapped from its file."""
    path = part(folder, CONFUSIONS)
    count = _size(path) // CONFUSION_BYTES
    if not count:
        return np.zeros((0, 3, CLASSES, CLASSES), np.uint32)
    return np.memmap(path, "<u4", "r", shape=(count, 3, CLASSES, CLASSES))


def _size(path: Path) -> int:
    """Return how many bytes a part of a run has, of one that is not there none. Raises `FileError` for too many."""
    size = path.stat().st_size if path.exists() else 0
    if size > MAX_BYTES_OF[path.name]:
        raise FileError(f"{path} holds more than {MAX_BYTES_OF[path.name]:,} bytes: it is no file of a run")
    return size
