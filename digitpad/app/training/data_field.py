"""The choice of what to learn: MNIST, or a folder of digits."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFileDialog

_CHOOSE = "Choose a folder\N{HORIZONTAL ELLIPSIS}"


class DataField(QComboBox):
    """MNIST, the folder chosen last, and the wish to choose another."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumContentsLength(12)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.activated.connect(self._on_activated)
        self.show_value(None)

    def read(self) -> str | None:
        """Return the folder, None for MNIST."""
        folder: str | None = self.currentData()
        return folder

    def commit(self) -> None:
        """Do nothing: nothing is typed here."""

    def show_value(self, folder: str | None) -> None:
        """Choose the digits in `folder`, or MNIST where it is None."""
        self._shown = folder
        self.clear()
        self.addItem("MNIST (built in)", None)
        if folder is not None:
            self.addItem(Path(folder).name or folder, folder)
            self.setItemData(1, folder, Qt.ItemDataRole.ToolTipRole)
        self.setCurrentIndex(self.count() - 1)
        self.addItem(_CHOOSE)
        self.changed.emit()

    def problem(self) -> str:
        """Return "": every choice can be used."""
        return ""

    def _on_activated(self, index: int) -> None:
        if self.itemText(index) != _CHOOSE:
            self._shown = self.itemData(index)
            self.changed.emit()
            return
        shown = self._shown
        self.show_value(shown)
        folder = QFileDialog.getExistingDirectory(self, "Folder with four IDX files", shown or "")
        if folder:
            self.show_value(folder)
