"""The window's settings, in an ini file."""

import json
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from digitpad import folders
from digitpad.app.widgets.theme import Appearance
from digitpad.engine.training import workers
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.stored_settings import by_new_names
from digitpad.errors import DigitpadError

_MOST_RECENT = 8
#: A color number from this on is taken for damage, and its run is ignored.
_MOST_TICKED = 1_000


class Settings:
    """Typed access to the settings file; what is missing or damaged reads as the default."""

    def __init__(self, path: Path | None = None) -> None:
        if path is None:
            path = folders.settings() / "digitpad.ini"
        self._file = QSettings(str(path), QSettings.Format.IniFormat)

    @property
    def place(self) -> tuple[QByteArray, QByteArray]:
        """The window's place and size, and which views are open and where, as Qt packs them."""
        found = [self._file.value(f"window/{name}") for name in ("geometry", "views")]
        geometry, views = (value if isinstance(value, QByteArray) else QByteArray() for value in found)
        return geometry, views

    @place.setter
    def place(self, place: tuple[QByteArray, QByteArray]) -> None:
        for name, value in zip(("geometry", "views"), place, strict=True):
            self._file.setValue(f"window/{name}", value)

    @property
    def is_first_start(self) -> bool:
        """Whether no window was ever closed with these settings."""
        return not self._file.contains("window/geometry")

    @property
    def appearance(self) -> Appearance:
        """Light, dark, or as the system is."""
        try:
            return Appearance(self._file.value("window/appearance"))
        except ValueError:
            return Appearance.SYSTEM

    @appearance.setter
    def appearance(self, appearance: Appearance) -> None:
        self._file.setValue("window/appearance", appearance.value)

    def remember_appearance(self, appearance: Appearance) -> None:
        """Remember what was chosen."""
        self.appearance = appearance

    @property
    def logarithmic_cost(self) -> bool:
        """Whether the cost's axis is logarithmic."""
        return self._is_on("plot/logarithmic_cost", False)

    @logarithmic_cost.setter
    def logarithmic_cost(self, on: bool) -> None:
        self._set_flag("plot/logarithmic_cost", on)

    @property
    def error_in_place(self) -> bool:
        """Whether the error is shown in place of the accuracy."""
        return self._is_on("plot/error", False)

    @error_in_place.setter
    def error_in_place(self, on: bool) -> None:
        self._set_flag("plot/error", on)

    @property
    def threads(self) -> int:
        """Threads of a training; 0 lets digitpad choose."""
        try:
            return min(max(0, int(str(self._file.value("training/threads")))), workers.MOST_HELPFUL)
        except ValueError:
            return 0

    @threads.setter
    def threads(self, threads: int) -> None:
        self._file.setValue("training/threads", str(threads))

    @property
    def offered_until(self) -> float:
        """The time of the latest interruption for which resuming was offered, in seconds since 1970."""
        try:
            return float(str(self._file.value("training/offered_until")))
        except ValueError:
            return 0.0

    @offered_until.setter
    def offered_until(self, moment: float) -> None:
        self._file.setValue("training/offered_until", repr(moment))

    @property
    def ticked(self) -> dict[Path, int]:
        """The folders of the runs that are ticked, and the numbers of their colors."""
        try:
            found = json.loads(str(self._file.value("runs/ticked")))
        except (ValueError, RecursionError):
            return {}
        pairs = found.items() if isinstance(found, dict) else ()
        return {Path(folder): index for folder, index in pairs if type(index) is int and 0 <= index < _MOST_TICKED}

    @ticked.setter
    def ticked(self, color_indices: dict[Path, int]) -> None:
        self._file.setValue("runs/ticked", json.dumps({str(folder): index for folder, index in color_indices.items()}))

    @property
    def guides(self) -> bool:
        """Whether the canvas shows guides."""
        return self._is_on("canvas/guides", False)

    @guides.setter
    def guides(self, on: bool) -> None:
        self._set_flag("canvas/guides", on)

    @property
    def animates_normalizing(self) -> bool:
        """Whether each stroke is shown on its way to the network's image."""
        return self._is_on("canvas/animates_normalizing", True)

    @animates_normalizing.setter
    def animates_normalizing(self, on: bool) -> None:
        self._set_flag("canvas/animates_normalizing", on)

    @property
    def pen_width(self) -> float | None:
        """The pen's width in canvas units, None if none was selected."""
        try:
            return float(str(self._file.value("canvas/pen_width")))
        except ValueError:
            return None

    @pen_width.setter
    def pen_width(self, width: float) -> None:
        self._file.setValue("canvas/pen_width", str(width))

    @property
    def config(self) -> TrainingConfig:
        """The training form's content."""
        try:
            settings = json.loads(str(self._file.value("training/config")))
            return TrainingConfig.from_dict(by_new_names(settings)) if isinstance(settings, dict) else TrainingConfig()
        except (ValueError, RecursionError, DigitpadError):
            return TrainingConfig()

    @config.setter
    def config(self, config: TrainingConfig) -> None:
        self._file.setValue("training/config", json.dumps(config.as_dict()))

    @property
    def folder(self) -> str:
        """Where the last file was opened or saved."""
        return str(self._file.value("files/folder") or "")

    @property
    def recent(self) -> list[Path]:
        """Files opened or saved lately, newest first."""
        try:
            names = json.loads(str(self._file.value("files/recent")))
        except (ValueError, RecursionError):
            return []
        return [Path(name) for name in names if isinstance(name, str)] if isinstance(names, list) else []

    def add_recent(self, path: Path) -> None:
        """Remember `path` as the newest file, and its folder."""
        # Another window may have added files of its own.
        self._file.sync()
        path = path.absolute()
        names = [str(path), *(str(other) for other in self.recent if other != path)]
        self._file.setValue("files/recent", json.dumps(names[:_MOST_RECENT]))
        self._file.setValue("files/folder", str(path.parent))
        self._file.sync()

    def clear_recent(self) -> None:
        """Forget all files."""
        self._file.remove("files/recent")

    def write(self) -> None:
        """Bring everything to the disk."""
        self._file.sync()

    def _is_on(self, key: str, default: bool) -> bool:
        value = str(self._file.value(key))
        return value == "true" if value in ("true", "false") else default

    def _set_flag(self, key: str, on: bool) -> None:
        self._file.setValue(key, "true" if on else "false")
