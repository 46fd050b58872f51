"""The choice of a file or folder to train on: none, known ones, or another."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QWidget

from digitpad.app.training.setting_fields import SettingField
from digitpad.data import ink_files
from digitpad.engine.finetuning.my_digits import MyDigits


class PathField(QComboBox, SettingField):
    """A combo box with an item for no path, known paths by their names, the last path, and an item to browse."""

    changed = Signal()

    def __init__(self, none: str, known: dict[str, str], wish: str, ask: Callable[[QWidget, str], str]) -> None:
        super().__init__()
        self._none = none
        self._known = known
        self._wish = wish
        self._ask = ask
        self.setMinimumContentsLength(12)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.activated.connect(self._on_activated)
        self.show_value(None)

    def read(self) -> str | None:
        """Return the path, None where there is none."""
        path: str | None = self.currentData()
        return path

    def show_value(self, path: str | None) -> None:
        """Select `path`, or none."""
        self._shown = path
        self.clear()
        self.addItem(self._none, None)
        for name, known in self._known.items():
            self.addItem(name, known)
        if path is not None and path not in self._known.values():
            self.addItem(Path(path).name or path, path)
        self.setCurrentIndex(self.findData(path))
        for place in range(1, self.count()):
            self.setItemData(place, self.itemData(place), Qt.ItemDataRole.ToolTipRole)
        self.addItem(self._wish)
        self.changed.emit()

    def _on_activated(self, index: int) -> None:
        if self.itemText(index) != self._wish:
            self._shown = self.itemData(index)
            self.changed.emit()
            return
        shown = self._shown
        self.show_value(shown)
        path = self._ask(self, shown or "")
        if path:
            self.show_value(path)


def data_field() -> PathField:
    """Return the choice of the digits: MNIST, or a folder."""
    return PathField(
        "MNIST (built in)",
        {},
        "Choose a folder\N{HORIZONTAL ELLIPSIS}",
        lambda parent, shown: QFileDialog.getExistingDirectory(parent, "Folder with four IDX files", shown),
    )


def ink_field() -> PathField:
    """Return the choice of ink to learn besides: none, the user's own digits, or an ink file."""
    endings = " ".join(f"*{suffix}" for suffix in ink_files.SUFFIXES)
    return PathField(
        "None",
        {"My digits": str(MyDigits().path)},
        "Choose a file\N{HORIZONTAL ELLIPSIS}",
        lambda parent, shown: QFileDialog.getOpenFileName(parent, "Ink to train on", shown, f"Ink ({endings})")[0],
    )
