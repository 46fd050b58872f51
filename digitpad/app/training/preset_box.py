"""The choice among presets."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFileDialog

from digitpad.app.widgets.text_layout import wrapped
from digitpad.engine.files import presets
from digitpad.engine.files.presets import Preset
from digitpad.engine.training.config import TrainingConfig
from digitpad.errors import DigitpadError

_OWN = "Your own settings"
_DEFAULTS = "Back to the defaults"
_OPEN = "Open a preset\N{HORIZONTAL ELLIPSIS}"
_HINT = "Choose one, and change what you like."


class PresetBox(QComboBox):
    """A combo box with the user's own settings, digitpad's presets, the defaults, and an item to open a file."""

    chosen = Signal(object)  # TrainingConfig
    described = Signal(str)  # what the settings shown are about
    failed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(14)
        #: Those of digitpad, and those that were opened.
        self.presets = [presets.load(name) for name in presets.names()]
        self.addItem(_OWN)
        for preset in self.presets:
            self._add(preset, self.count())
        self.insertSeparator(self.count())
        self.addItem(_DEFAULTS)
        self.addItem(_OPEN)
        self.activated.connect(self._on_activated)

    def show_config(self, config: TrainingConfig) -> None:
        """Show the title of the preset that `config` equals, apart from the seed."""
        for number, preset in enumerate(self.presets, 1):
            if replace(preset.config, seed=config.seed) == config:
                self.setCurrentIndex(number)
                self.described.emit(preset.description)
                return
        self.setCurrentIndex(0)
        self.described.emit(_HINT)

    def open(self, path: Path) -> None:
        """Offer and choose the preset in a file, or say what is wrong with it."""
        try:
            preset = presets.read(path)
        except DigitpadError as error:
            self.failed.emit(str(error))
            return
        self.presets.append(preset)
        self._add(preset, len(self.presets))
        self.chosen.emit(preset.config)

    def _add(self, preset: Preset, index: int) -> None:
        self.insertItem(index, preset.title)
        self.setItemData(index, wrapped(preset.description), Qt.ItemDataRole.ToolTipRole)

    def _on_activated(self, index: int) -> None:
        if 1 <= index <= len(self.presets):
            self.chosen.emit(self.presets[index - 1].config)
        elif self.itemText(index) == _DEFAULTS:
            self.chosen.emit(TrainingConfig())
        elif self.itemText(index) == _OPEN:
            # Until a file is chosen nothing has changed.
            self.setCurrentIndex(0)
            name, _ = QFileDialog.getOpenFileName(self, "Open a preset", "", "Presets (*.toml)")
            if name:
                self.open(Path(name))
