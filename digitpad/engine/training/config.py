"""Everything that decides a training, in one frozen value."""

import dataclasses
from dataclasses import dataclass, field
from typing import Any, Self

from digitpad.data.augmentation import Augmentation
from digitpad.data.dataset import PICTURE
from digitpad.errors import DigitpadError
from digitpad.nn import spec
from digitpad.nn.initializers import INITIALIZERS
from digitpad.nn.optimizers import OPTIMIZERS
from digitpad.nn.schedules import SCHEDULES, Moment

MAX_LEARNING_RATE = 1e6
MAX_BATCH_SIZE = 100_000
MAX_EPOCHS = 10_000
MAX_SEED = 2**31 - 1
MAX_DIGITS = 2_000_000


class ConfigError(DigitpadError):
    """A setting has a value that no training can use."""


def told(value: object, *, exact: bool = False) -> str:
    """Return up to 40 characters of a value for an error message; `exact` puts quotes around a text."""
    if isinstance(value, int) and abs(value) >= 10**40:
        # Python refuses to write numbers of thousands of digits.
        return "a number of more than forty digits"
    is_text = isinstance(value, str) and value.isprintable()
    return (str(value) if is_text and not exact else repr(value))[:40]


@dataclass(frozen=True, slots=True)
class Setting:
    """What a form and a command line must know of one setting.

    `label` and `meaning` are for people. A number lies from `low` to `high`, and not at `low` or `high` themselves
    where `above` or `below` is set; a text is one of `choices`, if there are any. `zero` is the word for 0 if that is
    no quantity.
    """

    label: str
    meaning: str
    low: float = 0
    high: float = 0
    above: bool = False
    below: bool = False
    choices: tuple[str, ...] = ()
    zero: str = ""

    def allows(self, value: Any) -> bool:
        """Tell whether `value`, of the right type, can be used."""
        if isinstance(value, str) or value is None:
            return not self.choices or value in self.choices
        fits_low = value > self.low if self.above else value >= self.low
        return bool(fits_low and (value < self.high if self.below else value <= self.high))

    def check(self, value: object) -> None:
        """Raise `ConfigError` if `value` cannot be used."""
        if not self.allows(value):
            verb = "are" if self.label.endswith("s") else "is"
            raise ConfigError(f"the {self.label.lower()} {verb} {told(value)}: use {self.allowed}")

    @property
    def allowed(self) -> str:
        """The values that can be used, in words."""
        if self.choices:
            return " or ".join(self.choices)
        low = f"above {self.low:,g}" if self.above else f"from {self.low:,g}"
        return f"a number {low} to {'below ' if self.below else ''}{self.high:,.10g}"


@dataclass(frozen=True, slots=True)
class LiveSettings:
    """The settings that can be changed while a training runs; the learning rate is that before its schedule's factor.

    Events and checkpoints that tell them inherit from this.
    """

    learning_rate: float
    batch_size: int
    l2: float

    @classmethod
    def of(cls, source: "LiveSettings | TrainingConfig") -> "LiveSettings":
        """Return those of `source`, and nothing else of it."""
        return LiveSettings(**{name: getattr(source, name) for name in LIVE})

    def as_dict(self) -> dict[str, Any]:
        """Return them by name, with what an heir adds."""
        return dataclasses.asdict(self)


#: Their names.
LIVE = tuple(field.name for field in dataclasses.fields(LiveSettings))


def _setting(default: Any, label: str, meaning: str, low: float = 0, high: float = 0, **more: Any) -> Any:
    return field(default=default, metadata={"setting": Setting(label, meaning, low, high, **more)})


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """The settings of a training. The same settings, digits and machine give the same events.

    Each field's `Setting` has its meaning and range. `hidden` is the text of `nn.spec`, `data` the folder of the
    digits, None for the embedded MNIST, `ink` an ink file. Raises `ConfigError` or `SpecError` for values out of range.
    """

    hidden: str = _setting(
        "200", "Hidden layers", "200, 100: dense layers; 16c5: convolution; p2: pooling; d0.5: dropout"
    )
    initialization: str = _setting(
        "he",
        "Initialization",
        "How weights begin: he for ReLU, glorot for tanh and sigmoid, homework as CS 189 had it",
        choices=tuple(INITIALIZERS),
    )
    optimizer: str = _setting(
        "sgd",
        "Optimizer",
        "sgd: along the gradient; nesterov: momentum that looks ahead; others: a rate for each weight; "
        "adamw: adam with weight decay for L2",
        choices=tuple(OPTIMIZERS),
    )
    learning_rate: float = _setting(
        0.2,
        "Learning rate",
        "How far a step goes along the gradient; if too high, the cost explodes",
        0,
        MAX_LEARNING_RATE,
        above=True,
    )
    schedule: str = _setting(
        "cosine",
        "Schedule",
        "How the rate moves: constant; halving each epoch; step, by a factor; cosine, to 0; one-cycle, up and down",
        choices=tuple(SCHEDULES),
    )
    drop_every: int = _setting(1, "Drop every", "Epochs after which the step schedule lowers the rate", 1, MAX_EPOCHS)
    drop_factor: float = _setting(0.5, "Drop factor", "What the step schedule multiplies the rate by", 0, 1, above=True)
    momentum: float = _setting(
        0.9,
        "Momentum",
        "Share of the last step that is taken again: 0 is plain descent; of adam, how long gradients are averaged",
        0,
        1,
        below=True,
    )
    batch_size: int = _setting(128, "Batch size", "Digits whose gradients are averaged for one step", 1, MAX_BATCH_SIZE)
    sampling: str = _setting(
        "shuffle",
        "Sampling",
        "shuffle: every digit once an epoch; with-replacement: each drawn from all, as the homework does",
        choices=("shuffle", "with-replacement"),
    )
    epochs: int = _setting(5, "Epochs", "How often every training digit is seen", 1, MAX_EPOCHS)
    l2: float = _setting(
        0.0,
        "L2",
        "Pulls weights, not biases, towards 0: adds l2 times the weight to its gradient; with adamw to its step",
        0,
        1,
    )
    label_smoothing: float = _setting(
        0.0, "Label smoothing", "Share of each label that is spread over all ten digits", 0, 1, below=True
    )
    ema_decay: float = _setting(
        0.0,
        "Weight averaging (EMA)",
        "Decay of an exponential moving average of the weights, which is used in their place, e.g. 0.999",
        0,
        1,
        below=True,
    )
    patience: int = _setting(
        0,
        "Patience",
        "Epochs without a better validation cost after which to stop and keep the best; 0 never stops early",
        0,
        MAX_EPOCHS,
        zero="never",
    )
    shift: float = _setting(0.0, "Shift", "Moves each digit by up to so many pixels", 0, 10)
    rotation: float = _setting(0.0, "Rotation", "Turns each digit by up to so many degrees", 0, 180)
    scale: float = _setting(0.0, "Scaling", "Stretches each digit by up to this share", 0, 0.9)
    shear: float = _setting(0.0, "Shear", "Slants each digit by up to this share", 0, 2)
    thickness: float = _setting(0.0, "Thickness", "Takes away or adds up to this share of a pixel at each rim", 0, 1)
    elastic: float = _setting(
        0.0, "Elastic distortion", "Bends each digit by so many pixels, smoothly and at random", 0, 10
    )
    seed: int = _setting(0, "Seed", "Start of all random choices: same seed, same training", 0, MAX_SEED)
    training: int = _setting(
        0, "Training digits", "Digits to learn from; 0 takes all that are not held out", 0, MAX_DIGITS, zero="all"
    )
    synthetic: int = _setting(
        0,
        "Synthetic digits",
        "Digits to learn besides, written by a synthetic pen in styles from around the world",
        0,
        MAX_DIGITS,
        zero="none",
    )
    outliers: int = _setting(
        0,
        "Outliers",
        "Drawings that are no digit, to learn to be unsure about (outlier exposure): ten equal probabilities",
        0,
        MAX_DIGITS,
        zero="none",
    )
    validation: int = _setting(
        10_000,
        "Validation",
        "Training digits held out to measure on; 0 trains on all of them",
        0,
        MAX_DIGITS,
        zero="none",
    )
    data: str | None = _setting(None, "Digits", "Folder with four IDX files, e.g. Fashion-MNIST or EMNIST")
    ink: str | None = _setting(None, "Ink", "Ink file with labeled digits, e.g. your own, to learn besides")

    def __post_init__(self) -> None:
        object.__setattr__(self, "hidden", spec.canonical(self.hidden, PICTURE))
        for name, setting in SETTINGS.items():
            setting.check(getattr(self, name))
        if self.patience and not self.validation:
            raise ConfigError(
                f"the patience is {self.patience}, but no digits are held out to tell which epoch is best: "
                "hold some out for validation, or use a patience of 0"
            )

    @property
    def augmentation(self) -> Augmentation:
        """How the training digits are changed."""
        return Augmentation(self.shift, self.rotation, self.scale, self.shear, self.thickness, self.elastic)

    def scheduled(self, learning_rate: float, epoch: float, planned: float | None = None) -> float:
        """Return what the schedule makes of `learning_rate` at `epoch`, which counts from 0 with fractions.

        So many epochs were `planned` then; as many as the config has if that is None.
        """
        now = Moment(epoch / (planned or self.epochs), epoch, self.drop_every, self.drop_factor)
        return learning_rate * SCHEDULES[self.schedule](now)

    def with_live(self, source: LiveSettings) -> Self:
        """Return these settings with the live ones of `source`."""
        return dataclasses.replace(self, **LiveSettings.of(source).as_dict())

    def as_dict(self) -> dict[str, Any]:
        """Return the settings for JSON."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, settings: dict[str, Any]) -> Self:
        """Return the config of an `as_dict`; settings that are missing take their defaults.

        Raises `ConfigError` for unknown names and wrong types.
        """
        defaults = {field.name: field.default for field in dataclasses.fields(cls)}
        for name, value in settings.items():
            if name not in defaults:
                raise ConfigError(f"there is no setting {name[:40]!r}: use {', '.join(defaults)}")
            expected = (str, type(None)) if name in PATHS else type(defaults[name])
            number = isinstance(value, int) and not isinstance(value, bool) and expected is float
            if not (number or (isinstance(value, expected) and not isinstance(value, bool))):
                kind = {str: "a text", int: "a whole number", float: "a number"}.get(type(defaults[name]), "a text")
                example = f"{kind} like {defaults[name]!r}" if name not in PATHS else "a path in quotes"
                raise ConfigError(f"the setting {name} is {told(value, exact=True)}: use {example}")
        return cls(**settings)


#: All settings, by their names in `TrainingConfig`.
SETTINGS: dict[str, Setting] = {field.name: field.metadata["setting"] for field in dataclasses.fields(TrainingConfig)}
#: Those of them that are paths, or None.
PATHS = ("data", "ink")
#: What settings were called in files of format version 1, and what they are called since.
RENAMED = {"turn": "rotation", "averaging": "ema_decay", "pen": "synthetic", "scribbles": "outliers"}


def by_new_names(settings: dict[str, Any]) -> dict[str, Any]:
    """Return settings out of a file by the names that they have today. One that is there by both is left alone."""
    return {
        RENAMED[name] if name in RENAMED and RENAMED[name] not in settings else name: value
        for name, value in settings.items()
    }
