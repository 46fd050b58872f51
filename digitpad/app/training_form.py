"""The form of a training's settings. It knows no training."""

import re
from pathlib import Path

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QGridLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from digitpad.data.dataset import CLASSES, SIDE
from digitpad.data.mnist import MAX_COUNT
from digitpad.engine.config import MAX_BATCH_SIZE, MAX_EPOCHS, MAX_LEARNING_RATE, MAX_SEED, TrainingConfig
from digitpad.errors import DigitpadError
from digitpad.nn import spec
from digitpad.nn.schedules import SCHEDULES

_FIELD_HEIGHT = 28
_CHOOSE = "Choose a folder\N{HORIZONTAL ELLIPSIS}"


class TrainingForm(QWidget):
    """Two columns of labelled fields. `config` is what they say, `show_config` fills them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hidden = QLineEdit()
        self.hidden.setPlaceholderText("none: softmax regression")
        self.parameters = QLabel()
        self.learning_rate = RateBox()
        self.schedule = QComboBox()
        self.schedule.addItems(list(SCHEDULES))
        self.momentum = NumberBox(0, 0.999, decimals=3, step=0.05)
        self.batch_size = QSpinBox(minimum=1, maximum=MAX_BATCH_SIZE)
        self.epochs = QSpinBox(minimum=1, maximum=MAX_EPOCHS)
        self.seed = QSpinBox(minimum=0, maximum=MAX_SEED)
        self.validation = QSpinBox(minimum=0, maximum=MAX_COUNT)
        self.data = QComboBox()
        self.data.setMinimumContentsLength(12)
        self.data.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._lay_out()
        self.hidden.textChanged.connect(self._describe_layers)
        self.data.activated.connect(self._on_data_activated)
        self.show_config(TrainingConfig())

    def config(self) -> TrainingConfig:
        """Return the settings in the fields. Raises `DigitpadError` where they are none."""
        return TrainingConfig(
            hidden=self.hidden.text(),
            learning_rate=self.learning_rate.value(),
            schedule=self.schedule.currentText(),
            momentum=self.momentum.value(),
            batch_size=self.batch_size.value(),
            epochs=self.epochs.value(),
            seed=self.seed.value(),
            validation=self.validation.value(),
            data=self.data.currentData(),
        )

    def show_config(self, config: TrainingConfig) -> None:
        """Fill the fields with `config`."""
        self.hidden.setText(config.hidden)
        self.learning_rate.setValue(config.learning_rate)
        self.schedule.setCurrentText(config.schedule)
        self.momentum.setValue(config.momentum)
        self.batch_size.setValue(config.batch_size)
        self.epochs.setValue(config.epochs)
        self.seed.setValue(config.seed)
        self.validation.setValue(config.validation)
        self.show_data(config.data)

    def show_data(self, folder: str | None) -> None:
        """Choose the digits in `folder`, or MNIST where it is None."""
        self._shown = folder
        self.data.clear()
        self.data.addItem("MNIST (built in)", None)
        if folder is not None:
            self.data.addItem(Path(folder).name or folder, folder)
            self.data.setItemData(1, folder, Qt.ItemDataRole.ToolTipRole)
        self.data.setCurrentIndex(self.data.count() - 1)
        self.data.addItem(_CHOOSE)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        fields = (
            ("Hidden layers", self.hidden, "Units of each hidden layer, separated by commas: 200 or 200, 100"),
            (
                "Learning rate",
                self.learning_rate,
                "How far a step goes along the gradient; too high, and it diverges",
            ),
            ("Schedule", self.schedule, "constant: the same rate throughout; cosine: down to 0 along half a cosine"),
            ("Momentum", self.momentum, "Share of the last step that is taken again: 0 is plain gradient descent"),
            ("Batch size", self.batch_size, "Digits whose gradients are averaged for one step"),
            ("Epochs", self.epochs, "How often every training digit is seen"),
            ("Seed", self.seed, "Start of all random choices: same seed, same training"),
            ("Validation", self.validation, "Training digits held out to measure on; 0 trains on all of them"),
            ("Digits", self.data, "What to learn: MNIST, or a folder with four IDX files, e.g. Fashion-MNIST"),
        )
        for number, (text, field, explanation) in enumerate(fields):
            label = QLabel(text)
            field.setToolTip(explanation)
            field.setAccessibleName(text)
            field.setMinimumHeight(_FIELD_HEIGHT)
            # The first field has a line of its own, and below it one for what it amounts to.
            row, column = ((number + 1) // 2 + 1, 2 * ((number + 1) % 2)) if number else (0, 0)
            grid.addWidget(label, row, column)
            grid.addWidget(field, row, column + 1, 1, 1 if number else 3)
        self.parameters.setWordWrap(True)
        grid.addWidget(self.parameters, 1, 1, 1, 3)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)

    def _describe_layers(self, text: str) -> None:
        """Say how large the network would be, or what is wrong with `text`, while it is typed."""
        try:
            sentence = f"{spec.parameter_count(text, SIDE * SIDE, CLASSES):,} parameters"
        except DigitpadError as error:
            sentence = str(error)
            self.parameters.setProperty("role", "error")
        else:
            self.parameters.setProperty("role", "hint")
        self.parameters.setText(sentence)
        self.parameters.style().polish(self.parameters)

    def _on_data_activated(self, index: int) -> None:
        if self.data.itemText(index) != _CHOOSE:
            self._shown = self.data.itemData(index)
            return
        shown = self._shown
        self.show_data(shown)
        folder = QFileDialog.getExistingDirectory(self, "Folder with four IDX files", shown or "")
        if folder:
            self.show_data(folder)


class NumberBox(QDoubleSpinBox):
    """A number that is shown as short as it is, and may be typed with an exponent: 1e-3."""

    def __init__(self, minimum: float, maximum: float, decimals: int, step: float = 1) -> None:
        super().__init__(minimum=minimum, maximum=maximum, decimals=decimals, singleStep=step)
        self.setLocale(QLocale.c())

    def textFromValue(self, value: float) -> str:
        return f"{value:.10g}"

    def valueFromText(self, text: str) -> float:
        try:
            return float(text)
        except ValueError:
            return self.value()

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        try:
            is_inside = self.minimum() <= float(text) <= self.maximum()
        except ValueError:
            is_number_so_far = re.fullmatch(r"\d*\.?\d*(e[+-]?\d*)?", text) is not None
            state = QValidator.State.Intermediate if is_number_so_far else QValidator.State.Invalid
        else:
            state = QValidator.State.Acceptable if is_inside else QValidator.State.Intermediate
        return state, text, position


class RateBox(NumberBox):
    """A number over many magnitudes, doubled or halved by the arrows."""

    def __init__(self) -> None:
        super().__init__(1e-6, MAX_LEARNING_RATE, decimals=6)

    def stepBy(self, steps: int) -> None:
        self.setValue(self.value() * 2.0**steps)
