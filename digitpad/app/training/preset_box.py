"""The choice among presets. It knows no fields."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QWidget

from digitpad.engine.files import presets
from digitpad.engine.files.presets import Preset
from digitpad.engine.training.config import TrainingConfig
from digitpad.errors import DigitpadError

_OWN = "your own settings"
_OPEN = "Open a preset\N{HORIZONTAL ELLIPSIS}"


class PresetBox(QComboBox):
    """digitpad's presets, your own settings, and the wish to open a file."""

    chosen = Signal(object)  # Preset
    failed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(14)
        self._presets = [presets.load(name) for name in presets.names()]
        self.addItem(_OWN)
        for preset in self._presets:
            self._add(preset)
        self.addItem(_OPEN)
        self.activated.connect(self._on_activated)

    def show_config(self, config: TrainingConfig) -> None:
        """Show the name of the preset that `config` is, whatever its seed."""
        for number, preset in enumerate(self._presets, 1):
            if {**preset.config.as_dict(), "seed": config.seed} == config.as_dict():
                self.setCurrentIndex(number)
                self.setToolTip(preset.description)
                return
        self.setCurrentIndex(0)
        self.setToolTip("Settings that are worth repeating; choose one and change what you like")

    def open(self, path: Path) -> None:
        """Offer and choose the preset in a file, or say what is wrong with it."""
        try:
            preset = presets.read(path)
        except DigitpadError as error:
            self.failed.emit(str(error))
            return
        self._presets.append(preset)
        self.insertItem(self.count() - 1, "")
        self._label(self.count() - 2, preset)
        self.chosen.emit(preset)

    def _add(self, preset: Preset) -> None:
        self.addItem("")
        self._label(self.count() - 1, preset)

    def _label(self, index: int, preset: Preset) -> None:
        self.setItemText(index, preset.name)
        self.setItemData(index, f"<qt>{preset.description}</qt>", Qt.ItemDataRole.ToolTipRole)

    def _on_activated(self, index: int) -> None:
        if 1 <= index <= len(self._presets):
            self.chosen.emit(self._presets[index - 1])
        elif index == self.count() - 1:
            # Until a file is chosen nothing has changed.
            self.setCurrentIndex(0)
            name, _ = QFileDialog.getOpenFileName(self, "Open a preset", "", "Presets (*.toml)")
            if name:
                self.open(Path(name))
