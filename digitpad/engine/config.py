"""Everything that decides a training, in one frozen value. It knows no data and no network."""

import dataclasses
from dataclasses import dataclass
from typing import Any, Self

from digitpad.errors import DigitpadError
from digitpad.nn import spec
from digitpad.nn.schedules import SCHEDULES

MAX_LEARNING_RATE = 1e6
MAX_BATCH_SIZE = 100_000
MAX_EPOCHS = 10_000
MAX_SEED = 2**31 - 1


class ConfigError(DigitpadError):
    """A setting has a value that no training can use."""


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """The settings of a training: with the same ones, the same digits and the same machine, the same events.

    `hidden` is the text of `nn.spec`. An epoch is one shuffle of the training digits, cut into batches. `validation`
    is how many of the training digits are held out; `data` the folder of the digits, None for the embedded MNIST.
    Raises `ConfigError` or `SpecError` for values out of range.
    """

    hidden: str = "200"
    learning_rate: float = 0.2
    schedule: str = "cosine"
    momentum: float = 0.9
    batch_size: int = 128
    epochs: int = 5
    seed: int = 0
    validation: int = 10_000
    data: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "hidden", spec.canonical(self.hidden))
        check_learning_rate(self.learning_rate)
        _check("schedule", self.schedule, self.schedule in SCHEDULES, " or ".join(SCHEDULES))
        _check("momentum", self.momentum, 0 <= self.momentum < 1, "0 or more and below 1, e.g. 0.9")
        _check("batch size", self.batch_size, 1 <= self.batch_size <= MAX_BATCH_SIZE, f"1 to {MAX_BATCH_SIZE:,}")
        _check("number of epochs", self.epochs, 1 <= self.epochs <= MAX_EPOCHS, f"1 to {MAX_EPOCHS:,}")
        _check("seed", self.seed, 0 <= self.seed <= MAX_SEED, f"a whole number from 0 to {MAX_SEED:,}")
        _check("validation size", self.validation, self.validation >= 0, "0 or more digits, e.g. 10000")

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
            expected = (str, type(None)) if name == "data" else type(defaults[name])
            number = isinstance(value, int) and not isinstance(value, bool) and expected is float
            if not (number or (isinstance(value, expected) and not isinstance(value, bool))):
                raise ConfigError(f"the setting {name} has the value {str(value)[:40]!r}: use the type of its default")
        return cls(**settings)


def check_learning_rate(value: float) -> None:
    """Raise `ConfigError` for a learning rate that no training can use."""
    _check("learning rate", value, 0 < value <= MAX_LEARNING_RATE, f"a number above 0, to {MAX_LEARNING_RATE:g}")


def _check(name: str, value: object, holds: bool, allowed: str) -> None:
    if not holds:
        raise ConfigError(f"the {name} is {str(value)[:40]}: use {allowed}")
