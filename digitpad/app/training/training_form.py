"""The form of a training's settings."""

import itertools
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from digitpad.app.training.path_field import data_field, ink_field
from digitpad.app.training.preset_box import PresetBox
from digitpad.app.training.setting_fields import field_for
from digitpad.app.widgets.elided_label import ElidedLabel
from digitpad.app.widgets.help_button import with_help
from digitpad.app.widgets.spin_box_style import indent
from digitpad.app.widgets.text_layout import wrapped
from digitpad.app.widgets.wheel_guard import WheelGuard
from digitpad.data.dataset import CLASSES, PICTURE
from digitpad.engine.runs.time_texts import SHORTEST, duration
from digitpad.engine.training import workers
from digitpad.engine.training.config import LIVE, SETTINGS, ConfigError, TrainingConfig
from digitpad.engine.training.events import Changed
from digitpad.errors import DigitpadError
from digitpad.nn import spec

_FIELD_HEIGHT = 28
#: Less than Qt reserves for a number of the most digits, so that all settings fit side by side.
_FIELD_WIDTH = 76
#: What is always in sight, in rows of three; the layers have a row of their own.
_FIRST = ("learning_rate", "batch_size", "epochs", "schedule", "l2", "seed")
#: All other settings, by group. They are shown in `more`.
_MORE = {
    "Optimization": ("sampling", "optimizer", "momentum", "drop_every", "drop_factor", "initialization"),
    "Regularization": ("label_smoothing", "ema_decay", "patience"),
    "Data augmentation": ("shift", "rotation", "scale", "shear", "thickness", "elastic"),
    "Digits": ("data", "validation", "training", "synthetic", "outliers", "ink"),
}
#: The help pages of single fields, and those of the groups in `more`.
_PAGES = {
    "hidden": "convolution", "learning_rate": "learning-rate", "batch_size": "optimization", "epochs": "training",
    "schedule": "learning-rate", "l2": "overfitting", "seed": "optimization", "validation": "validation",
}  # fmt: skip
_GROUP_PAGES = {
    "Optimization": "optimization",
    "Regularization": "overfitting",
    "Data augmentation": "augmentation",
    "Digits": "digits",
}
#: What needs a row of its own.
_WIDE = ("sampling", "data", "ink")
#: The fields of paths.
_PATHS = {"data": data_field, "ink": ink_field}


class TrainingForm(QWidget):
    """The first settings and, below them in `more`, all others. `config` is what they say, `show_config` fills them."""

    live_changed = Signal(str, object)  # a setting's name and its new value, while a network trains
    failed = Signal(str)
    described = Signal(object, int)  # TrainingConfig that makes sense, parameters of its network

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, Any] = {name: _PATHS[name]() if name in _PATHS else field_for(name) for name in SETTINGS}
        self.presets = PresetBox()
        self.note = ElidedLabel()
        self.show_more = QPushButton("All settings")
        self.show_more.setCheckable(True)
        self.about = ElidedLabel()
        self.more = QWidget()
        #: Threads to train with; it changes the speed, not the result, and is no setting of a training's.
        self.threads = QSpinBox(maximum=workers.MOST_HELPFUL)
        self.threads.setSpecialValueText("Automatic")
        self._is_training = False
        self._is_filling = False
        for widget in (self.presets, self.threads):
            WheelGuard(widget)
        self._lay_out()
        self._lay_out_more()
        self._order()
        for name, field in self.fields.items():
            self._prepare(name, field)
        self.presets.chosen.connect(self.show_config)
        self.presets.failed.connect(self.failed)
        self.presets.described.connect(self._show_about)
        self.show_more.toggled.connect(self.more.setVisible)
        self.show_config(TrainingConfig())

    def config(self) -> TrainingConfig:
        """Return the settings, with what is being typed in the fields. Raises `DigitpadError` if one is invalid."""
        for field in self.fields.values():
            if problem := field.problem():
                raise ConfigError(problem)
            field.commit()
        return self.config_shown()

    def config_shown(self) -> TrainingConfig:
        """Return the settings that are shown, and leave what is being typed alone. Raises `DigitpadError`."""
        return TrainingConfig(**{name: field.read() for name, field in self.fields.items()})

    def show_config(self, config: TrainingConfig) -> None:
        """Fill the fields with `config`."""
        self._is_filling = True
        for name, field in self.fields.items():
            field.show_value(getattr(config, name))
        self._is_filling = False
        self._describe()

    def reveal(self, name: str) -> None:
        """Bring the field of a setting into sight, and put the cursor in it."""
        field = self.fields[name]
        if self.more.isAncestorOf(field):
            self.show_more.setChecked(True)
        field.setFocus()

    def show_data(self, folder: str | None) -> None:
        """Choose the digits in `folder`, or MNIST where it is None."""
        self.fields["data"].show_value(folder)

    def show_estimate(self, config: TrainingConfig, seconds: float) -> None:
        """Say how long an epoch of `config` would take, if that is still what the fields say."""
        if self._is_training or self.note.property("role") == "error" or self.config_shown() != config:
            return
        about = "" if seconds < SHORTEST else "about "
        size = self.note.text().partition("  ")[0]
        self.note.setText(f"{size}  \N{MIDDLE DOT}  {about}{duration(seconds)} an epoch")

    def show_layers(self, hidden: str) -> None:
        """Ask for these hidden layers."""
        self.fields["hidden"].show_value(hidden)

    def show_training(self, is_training: bool) -> None:
        """Let only those settings be changed that a running training can take."""
        self._is_training = is_training
        self.presets.setEnabled(not is_training)
        for name, field in self.fields.items():
            field.setEnabled(not is_training or name in LIVE)
        if not is_training:
            # The settings may have changed during the training: the description and the estimate are out of date.
            self._describe()

    def show_changed(self, changed: Changed) -> None:
        """Show the settings that a running training now has."""
        self._is_filling = True
        for name in LIVE:
            self.fields[name].show_value(getattr(changed, name))
        self._is_filling = False

    def _prepare(self, name: str, field: Any) -> None:
        setting = SETTINGS[name]
        field.setObjectName(f"setting.{name}")
        field.setToolTip(wrapped(setting.meaning))
        field.setAccessibleName(setting.label)
        field.setAccessibleDescription(setting.meaning)
        WheelGuard(field)
        field.setMinimumHeight(_FIELD_HEIGHT)
        if not isinstance(field, QComboBox):
            # Combo boxes compute their own width.
            field.setMinimumWidth(_FIELD_WIDTH)
        # A lambda is fine here: everything is in one thread.
        field.changed.connect(lambda *_: self._on_changed(name))
        line = field.findChild(QLineEdit)
        if isinstance(field, QAbstractSpinBox) and line is not None:
            indent(field)
            line.textEdited.connect(lambda _: self._describe(name))
            # An invalid text is discarded when the field loses the focus, and so must be the message about it.
            field.editingFinished.connect(self._describe)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 4, 0)
        layout.setSpacing(6)
        grid = _grid()
        hidden = self.fields["hidden"]
        assert isinstance(hidden, QLineEdit)
        hidden.setPlaceholderText("none: softmax regression")
        self.presets.setMinimumHeight(_FIELD_HEIGHT)
        self.presets.setAccessibleName("Preset")
        self.show_more.setToolTip("Show every setting below these, in a low window in place of the runs")
        grid.addWidget(with_help(QLabel("Preset"), "training", "presets"), 0, 0)
        grid.addWidget(self.presets, 0, 1, 1, 3)
        grid.addWidget(self.show_more, 0, 4, 1, 2)
        self.about.setProperty("role", "hint")
        grid.addWidget(self.about, 1, 1, 1, 5)
        grid.addWidget(_label("hidden"), 2, 0)
        grid.addWidget(hidden, 2, 1, 1, 5)
        grid.addWidget(self.note, 3, 1, 1, 5)
        _add_rows(grid, 4, _FIRST, self.fields, columns=3)
        layout.addLayout(grid)
        layout.addWidget(self.more)
        layout.addStretch(1)
        self.more.hide()

    def _lay_out_more(self) -> None:
        layout = QVBoxLayout(self.more)
        layout.setContentsMargins(0, 8, 0, 8)
        for title, names in _MORE.items():
            heading = QLabel(title)
            heading.setProperty("role", "heading")
            grid = _grid()
            grid.addWidget(with_help(heading, _GROUP_PAGES[title], title.lower()), 0, 0, 1, 4)
            _add_rows(grid, 1, names, self.fields, columns=2)
            layout.addLayout(grid)
        row = _grid()
        heading = QLabel("This machine")
        heading.setProperty("role", "heading")
        row.addWidget(heading, 0, 0, 1, 4)
        self.threads.setMinimumHeight(_FIELD_HEIGHT)
        indent(self.threads)
        self.threads.setAccessibleName("Threads")
        self.threads.setToolTip(
            wrapped("Threads that share a batch; Automatic takes as many as help and leaves a core to the window")
        )
        row.addWidget(QLabel("Threads"), 1, 0)
        row.addWidget(self.threads, 1, 1)
        row.setColumnStretch(1, 1)
        row.setColumnStretch(3, 1)
        layout.addLayout(row)

    def _order(self) -> None:
        """Let Tab go from field to field; the question marks come after them."""
        names = ("hidden", *_FIRST, *itertools.chain.from_iterable(_MORE.values()))
        fields = [self.fields[name] for name in names]
        for before, after in itertools.pairwise([self.presets, self.show_more, *fields, self.threads]):
            self.setTabOrder(before, after)

    def _on_changed(self, name: str) -> None:
        if self._is_filling:
            return
        self._describe(name)
        if self._is_training and name in LIVE:
            self.live_changed.emit(name, self.fields[name].read())

    def _show_about(self, sentence: str) -> None:
        """Show the first sentence of what the settings are about, and all of it in the tool tip."""
        self.about.setText(sentence.partition(". ")[0].rstrip(".") + ".")
        self.about.setToolTip(wrapped(sentence))

    def _describe(self, edited: str = "") -> None:
        """Say how large and how fast the network would be, or what is wrong with what is typed, as it is typed."""
        problem = self.fields[edited].problem() if edited else ""
        hidden = self.fields["hidden"].read()
        try:
            parameters = spec.parameter_count(hidden, PICTURE, CLASSES)
            config = None if problem else self.config_shown()
        except DigitpadError as error:
            problem, config = str(error), None
        if config is None:
            sentence = problem
        else:
            sentence = f"{parameters:,} parameters"
            self.presets.show_config(config)
            if not self._is_training:
                self.described.emit(config, parameters)
        self.note.setProperty("role", "error" if problem else "hint")
        self.note.setText(sentence)
        # For when the form is too narrow for the sentence.
        self.note.setToolTip(wrapped(sentence) if problem else "")
        self.note.style().polish(self.note)


def _grid() -> QGridLayout:
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(10)
    grid.setVerticalSpacing(6)
    return grid


def _label(name: str) -> QWidget:
    """Return a field's label, with a question mark unless the one at its group is enough."""
    label = QLabel(SETTINGS[name].label)
    return with_help(label, _PAGES[name], SETTINGS[name].label.lower()) if name in _PAGES else label


def _add_rows(grid: QGridLayout, first: int, names: tuple[str, ...], fields: dict[str, Any], columns: int) -> None:
    """Add labeled fields to `grid` from row `first`, `columns` in a row. A wide field has a row of its own."""
    row, column = first, 0
    for name in names:
        is_wide = name in _WIDE
        if column and is_wide:
            row, column = row + 1, 0
        grid.addWidget(_label(name), row, 2 * column)
        grid.addWidget(fields[name], row, 2 * column + 1, 1, 2 * columns - 1 if is_wide else 1)
        row, column = (row, column + 1) if column + 1 < columns and not is_wide else (row + 1, 0)
    for column in range(columns):
        grid.setColumnStretch(2 * column + 1, 1)
