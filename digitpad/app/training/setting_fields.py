"""A field for each kind of setting: text, choice, whole number, number."""

from PySide6.QtCore import QLocale, SignalInstance
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QLineEdit

from digitpad.engine.runs.setting_differences import value as shown
from digitpad.engine.training.config import SETTINGS, Setting, TrainingConfig
from digitpad.nn.optimizers import OPTIMIZERS

_DECIMALS = 8


class SettingField:
    """What all fields have, besides `read` for the value, `show_value`, and the signal `changed`."""

    def commit(self) -> None:
        """Take what is typed as the value, or discard it if it is invalid."""

    def problem(self) -> str:
        """Return what is wrong with what is being typed, in a sentence, or ""."""
        return ""


class TextField(QLineEdit, SettingField):
    """A line of text that is validated elsewhere."""

    @property
    def changed(self) -> SignalInstance:
        return self.textChanged

    def read(self) -> str:
        return self.text()

    def show_value(self, value: str) -> None:
        self.setText(value)


#: What people call the choices, where a capital letter is not enough.
_TITLES = {
    "homework": "CS 189 homework",
    "shuffle": "Shuffled",
    "with-replacement": "With replacement",
    "one-cycle": "One cycle",
} | {name: rule.__name__ for name, rule in OPTIMIZERS.items()}


class ChoiceField(QComboBox, SettingField):
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

    def show_value(self, value: str) -> None:
        self.setCurrentIndex(self.findData(value))


class NumberField(QDoubleSpinBox, SettingField):
    """A number of a `kind`, int or float, shown as short as possible; a float can be typed with an exponent: 1e-3.

    Anything can be typed; `problem` says in a sentence why something is refused.
    """

    def __init__(self, setting: Setting, kind: type[float], step: float) -> None:
        # Qt validates while it constructs.
        self._setting, self._kind = setting, kind
        decimals = 0 if kind is int else _DECIMALS
        super().__init__(decimals=decimals, singleStep=step)
        self.setSpecialValueText(setting.zero)
        self.setKeyboardTracking(False)
        least = 10.0**-decimals
        self.setRange(setting.low + least * setting.above, setting.high - least * setting.below)
        self.setLocale(QLocale.c())

    @property
    def changed(self) -> SignalInstance:
        return self.valueChanged

    def read(self) -> float:
        return self._kind(self.value())

    def commit(self) -> None:
        self.interpretText()

    def show_value(self, value: float) -> None:
        self.setValue(value)

    def problem(self) -> str:
        return self._problem_of(self.text())

    def textFromValue(self, value: float) -> str:
        return shown(self._kind(value))

    def valueFromText(self, text: str) -> float:
        try:
            return 0.0 if self._is_zero(text) else float(text.replace(",", "."))
        except ValueError:
            return self.value()

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        state = QValidator.State.Intermediate if self._problem_of(text) else QValidator.State.Acceptable
        return state, text, position

    def fixup(self, text: str) -> str:
        # Qt would take out commas and points: 0,05 would become 5.
        return text

    def _is_zero(self, text: str) -> bool:
        """Tell whether `text` is the word that stands for 0."""
        return bool(self._setting.zero) and text.strip() == self._setting.zero

    def _problem_of(self, text: str) -> str:
        if self._is_zero(text):
            return ""
        try:
            # Half the world writes a comma.
            number = self._kind(text.replace(",", ".") if self._kind is float else text)
            is_fine = text.isascii() and "_" not in text and self._setting.allows(number)
        except ValueError:
            is_fine = False
        return "" if is_fine else f"the {self._setting.label.lower()} is {text[:20]!r}: use {self._setting.allowed}"


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
        return NumberField(setting, int, step=1)
    if name in ("learning_rate", "l2"):
        return RateField(setting, float, step=1)
    return NumberField(setting, float, step=0.05 if setting.high <= 1 else 0.5)
