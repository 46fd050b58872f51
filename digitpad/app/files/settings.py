"""The window's settings, in an ini file."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from PySide6.QtCore import QByteArray, QSettings

from digitpad import folders
from digitpad.app.widgets.theme import Appearance
from digitpad.engine.files.weights import SUFFIXES
from digitpad.engine.training import workers
from digitpad.engine.training.config import TrainingConfig, by_new_names
from digitpad.errors import DigitpadError

T = TypeVar("T")

_MOST_RECENT = 8
#: A color number from this on is taken for damage, and its run is ignored.
_MOST_TICKED = 1_000


class _Stored(Generic[T]):
    """An attribute that is kept as text under `key`; text that cannot be read, or none, is the `default`."""

    def __init__(self, key: str, default: T, read: Callable[[str], T], write: Callable[[T], str] = str) -> None:
        self._key, self._default, self._read, self._write = key, default, read, write

    def __get__(self, settings: "Settings", _: type) -> T:
        try:
            return self._read(str(settings.file.value(self._key)))
        except (ValueError, LookupError, RecursionError, DigitpadError):
            return self._default

    def __set__(self, settings: "Settings", value: T) -> None:
        settings.file.setValue(self._key, self._write(value))


def _text(text: str) -> str:
    return "" if text == "None" else text


def _flag(key: str, *, default: bool) -> _Stored[bool]:
    return _Stored(key, default, {"true": True, "false": False}.__getitem__, lambda on: "true" if on else "false")


def _json_of(kind: type[T], text: str) -> T:
    found = json.loads(text)
    if not isinstance(found, kind):
        raise ValueError(f"{text[:40]} is no {kind.__name__}")
    return found


def _ticked(text: str) -> dict[Path, int]:
    pairs = _json_of(dict, text).items()
    return {Path(folder): index for folder, index in pairs if type(index) is int and 0 <= index < _MOST_TICKED}


def _config(text: str) -> TrainingConfig:
    return TrainingConfig.from_dict(by_new_names(_json_of(dict, text)))


def _recent(text: str) -> list[Path]:
    return [Path(name) for name in _json_of(list, text) if isinstance(name, str)]


class Settings:
    """Typed access to the settings file; what is missing or damaged reads as the default."""

    #: Light, dark, or as the system is.
    appearance = _Stored("window/appearance", Appearance.SYSTEM, Appearance, lambda appearance: appearance.value)
    #: Whether the cost's axis is logarithmic, and whether the error is shown in place of the accuracy.
    logarithmic_cost = _flag("plot/logarithmic_cost", default=False)
    error_in_place = _flag("plot/error", default=False)
    #: Threads of a training; 0 lets digitpad choose.
    threads = _Stored("training/threads", 0, lambda text: min(max(0, int(text)), workers.MOST_HELPFUL))
    #: The time of the latest interruption for which resuming was offered, in seconds since 1970.
    offered_until = _Stored("training/offered_until", 0.0, float, repr)
    #: The folders of the runs that are ticked, and the numbers of their colors.
    ticked = _Stored[dict[Path, int]](
        "runs/ticked", {}, _ticked, lambda runs: json.dumps({str(f): runs[f] for f in runs})
    )
    #: Whether the canvas shows guides.
    guides = _flag("canvas/guides", default=False)
    #: Whether it is animated how each stroke becomes the network's input.
    animates_normalizing = _flag("canvas/animates_normalizing", default=True)
    #: The pen's width in canvas units, None if none was selected.
    pen_width = _Stored[float | None]("canvas/pen_width", None, float)
    #: The training form's content.
    config = _Stored("training/config", TrainingConfig(), _config, lambda config: json.dumps(config.as_dict()))
    #: Files opened or saved lately, newest first, and the folders of the newest weights and of the newest drawing.
    recent = _Stored[list[Path]]("files/recent", [], _recent, lambda paths: json.dumps([str(path) for path in paths]))
    weights_folder = _Stored("files/weights_folder", "", _text)
    drawings_folder = _Stored("files/drawings_folder", "", _text)

    def __init__(self, path: Path | None = None) -> None:
        self.file = QSettings(str(path or folders.settings() / "digitpad.ini"), QSettings.Format.IniFormat)

    @property
    def place(self) -> tuple[QByteArray, QByteArray]:
        """The window's place and size, and which views are open and where, as Qt packs them."""
        found = [self.file.value(f"window/{name}") for name in ("geometry", "views")]
        geometry, views = (value if isinstance(value, QByteArray) else QByteArray() for value in found)
        return geometry, views

    @place.setter
    def place(self, place: tuple[QByteArray, QByteArray]) -> None:
        for name, value in zip(("geometry", "views"), place, strict=True):
            self.file.setValue(f"window/{name}", value)

    @property
    def is_first_start(self) -> bool:
        """Whether no window was ever closed with these settings."""
        return not self.file.contains("window/geometry")

    def remember_appearance(self, appearance: Appearance) -> None:
        """Remember what was chosen."""
        self.appearance = appearance

    def add_recent(self, path: Path) -> None:
        """Remember `path` as the newest file, and its folder."""
        # Another window may have added files of its own.
        self.file.sync()
        path = path.absolute()
        self.recent = [path, *(other for other in self.recent if other != path)][:_MOST_RECENT]
        if path.suffix.lower() in SUFFIXES:
            self.weights_folder = str(path.parent)
        else:
            self.drawings_folder = str(path.parent)
        self.file.sync()

    def clear_recent(self) -> None:
        """Forget all files."""
        self.file.remove("files/recent")

    def write(self) -> None:
        """Bring everything to the disk."""
        self.file.sync()
