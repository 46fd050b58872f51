"""A field for each kind of setting: text, choice, whole number, number."""

from typing import Any, Protocol

from PySide6.QtCore import QLocale, SignalInstance
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QLineEdit, QSpinBox

from digitpad.engine.runs.setting_differences import value as shown
from digitpad.engine.training.config import SETTINGS, Setting, TrainingConfig
from digitpad.nn.optimizers import OPTIMIZERS

_DECIMALS = 8


class SettingField(Protocol):
    """A widget that holds the value of one setting."""

    @property
    def changed(self) -> SignalInstance:
        """Emitted with each new value."""
        ...

    def read(self) -> Any:
        """Return the value, not what is still being typed."""
        ...

    def commit(self) -> None:
        """Take what is typed as the value, or discard it if it is invalid."""
        ...

    def show_value(self, value: Any) -> None:
        """Hold `value`."""
        ...

    def problem(self) -> str:
        """Return what is wrong with what is being typed, in a sentence, or ""."""
        ...


class TextField(QLineEdit):
    """A line of text that is validated elsewhere."""

    @property
    def changed(self) -> SignalInstance:
        return self.textChanged

    def read(self) -> str:
        return self.text()

    def commit(self) -> None:
        pass

    def show_value(self, value: str) -> None:
        self.setText(value)

    def problem(self) -> str:
        return ""


#: What people call the choices, where a capital letter is not enough.
_TITLES = {
    "homework": "CS 189 homework",
    "shuffle": "Shuffled",
    "with-replacement": "With replacement",
    "one-cycle": "One cycle",
} | {name: rule.__name__ for name, rule in OPTIMIZERS.items()}


class ChoiceField(QComboBox):
    """A choice among a few values, each shown by its usual name."""

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        for choice in setting.choices:
            self.addItem(_TITLES.get(choice, choice.capitalize()), choice)

    @property
    def changed(self) -> SignalInstance:
        return self.currentTextChanged

    def read(self) -> str:
        return str(self.currentData())

    def commit(self) -> None:
        pass

    def show_value(self, value: str) -> None:
        self.setCurrentIndex(self.findData(value))

    def problem(self) -> str:
        return ""


class WholeField(QSpinBox):
    """An integer. Anything can be typed; `problem` says in a sentence why something is refused."""

    def __init__(self, setting: Setting) -> None:
        # Qt validates while it constructs.
        self._setting = setting
        super().__init__(minimum=int(setting.low), maximum=int(setting.high))
        self.setKeyboardTracking(False)
        self.setSpecialValueText(setting.zero)

    @property
    def changed(self) -> SignalInstance:
        return self.valueChanged

    def read(self) -> int:
        return self.value()

    def commit(self) -> None:
        self.interpretText()

    def show_value(self, value: int) -> None:
        self.setValue(value)

    def problem(self) -> str:
        return "" if self._is_zero(self.text()) else _problem(self._setting, self.text(), int)

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        state = QValidator.State.Acceptable if self._is_zero(text) else _state(self._setting, text, int)
        return state, text, position

    def _is_zero(self, text: str) -> bool:
        """Tell whether `text` is the word that stands for 0."""
        return bool(self._setting.zero) and text.strip() == self._setting.zero

    def fixup(self, text: str) -> str:
        # Qt would take out commas and points: 1,5 would become 15.
        return text


class NumberField(QDoubleSpinBox):
    """A number. It is shown as short as possible, and can be typed with an exponent: 1e-3."""

    def __init__(self, setting: Setting, step: float) -> None:
        # Qt validates while it constructs.
        self._setting = setting
        super().__init__(decimals=_DECIMALS, singleStep=step)
        self.setKeyboardTracking(False)
        least = 10.0**-_DECIMALS
        self.setRange(setting.low + least * setting.above, setting.high - least * setting.below)
        self.setLocale(QLocale.c())

    @property
    def changed(self) -> SignalInstance:
        return self.valueChanged

    def read(self) -> float:
        return self.value()

    def commit(self) -> None:
        self.interpretText()

    def show_value(self, value: float) -> None:
        self.setValue(value)

    def problem(self) -> str:
        return _problem(self._setting, self.text(), float)

    def textFromValue(self, value: float) -> str:
        return shown(value)

    def valueFromText(self, text: str) -> float:
        try:
            return float(text.replace(",", "."))
        except ValueError:
            return self.value()

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        return _state(self._setting, text, float), text, position

    def fixup(self, text: str) -> str:
        # Qt would take out the comma: 0,05 would become 5.
        return text


class RateField(NumberField):
    """A number of any magnitude. The arrows double or halve it; between the minimum and 1e-5 they take one step."""

    _SMALLEST = 1e-5

    def stepBy(self, steps: int) -> None:
        if steps > 0:
            self.setValue(max(self.value() * 2.0**steps, self._SMALLEST))
        else:
            value = self.value() * 2.0**steps
            self.setValue(value if value >= self._SMALLEST else self.minimum())


def field_for(name: str) -> SettingField:
    """Return an empty field for the setting called `name`."""
    setting, default = SETTINGS[name], getattr(TrainingConfig(), name)
    if setting.choices:
        return ChoiceField(setting)
    if isinstance(default, str):
        return TextField()
    if isinstance(default, int):
        return WholeField(setting)
    if name in ("learning_rate", "l2"):
        return RateField(setting, step=1)
    return NumberField(setting, step=0.05 if setting.high <= 1 else 0.5)


def _state(setting: Setting, text: str, kind: type) -> QValidator.State:
    """Let anything be typed, but take only what can be used."""
    return QValidator.State.Intermediate if _problem(setting, text, kind) else QValidator.State.Acceptable


def _problem(setting: Setting, text: str, kind: type) -> str:
    try:
        # Half the world writes a comma.
        number = kind(text.replace(",", ".") if kind is float else text)
        is_fine = text.isascii() and "_" not in text and setting.allows(number)
    except ValueError:
        is_fine = False
    return "" if is_fine else f"the {setting.label.lower()} is {text[:20]!r}: use {setting.allowed}"
