"""The events of a training, and the commands that it takes while it runs."""

import math
from dataclasses import dataclass
from typing import Any

from digitpad.engine.training.checkpoint import Checkpoint
from digitpad.engine.training.config import LIVE, SETTINGS, ConfigError, LiveSettings
from digitpad.engine.training.evaluation import Measurement
from digitpad.nn.network import Network


@dataclass(frozen=True, slots=True)
class Started:
    """The data are loaded and the first step follows. Counts of digits, steps and parameters."""

    training: int
    validation: int
    epochs: int
    steps: int
    parameters: int


@dataclass(frozen=True, slots=True)
class Progress:
    """The mean cost of the batches since the last `Progress`, in nats; `epoch` counts with fractions."""

    step: int
    epoch: float
    cost: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was measured on a fixed sample of the digits, and a copy of the network measured.

    `validation` and its figures are None where no digits are held out; costs are means in nats, accuracies 0-1.
    """

    step: int
    epoch: float
    training: Measurement
    validation: Measurement | None
    network: Network

    @property
    def train_cost(self) -> float:
        """The mean cost of the training digits."""
        return self.training.cost

    @property
    def train_accuracy(self) -> float:
        """The share of the training digits that is classified correctly."""
        return self.training.accuracy

    @property
    def validation_cost(self) -> float | None:
        """The mean cost of the validation digits."""
        return None if self.validation is None else self.validation.cost

    @property
    def validation_accuracy(self) -> float | None:
        """The share of the validation digits that is classified correctly."""
        return None if self.validation is None else self.validation.accuracy


@dataclass(frozen=True, slots=True)
class EpochEnd(Evaluation):
    """An `Evaluation` on all training and validation digits, and what is needed to go on from here."""

    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class TrainingEnd(Evaluation):
    """The last event: the final network, and its measurement on the test digits, which no choice was based on.

    After a `Stop` the other measurements are those of the fixed sample, and `test` is None. With early stopping,
    network and measurements are those of the best epoch, but `step` and `epoch` are those of the end.
    """

    test: Measurement | None
    stopped: bool
    checkpoint: Checkpoint

    @property
    def test_accuracy(self) -> float | None:
        """The share of the test digits that is classified correctly."""
        return None if self.test is None else self.test.accuracy


class Change:
    """Sent to a running training: the live `settings`, by name, that shall be different from now on.

    Raises `ConfigError` for values that cannot be used.
    """

    def __init__(self, **settings: Any) -> None:
        for name, value in settings.items():
            if name not in LIVE:
                raise ConfigError(f"{name} cannot be changed while a training runs: stop it first")
            SETTINGS[name].check(value)
        self.settings = settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed(LiveSettings):
    """A `Change` holds from `step` on, which is in `epoch`; these are now the settings."""

    step: int
    epoch: float


@dataclass(frozen=True, slots=True)
class Stop:
    """Sent to a running training: measure the network as it is on the sample, yield `TrainingEnd`, and end."""


Event = Started | Progress | Evaluation | Changed
Command = Change | Stop

_NAMES = {Evaluation: "evaluation", EpochEnd: "epoch", TrainingEnd: "end"}


def as_json(event: Evaluation | Changed) -> dict[str, Any]:
    """Return an event's name and figures for JSON; figures that are missing or not finite are None."""
    if isinstance(event, Changed):
        return {"event": "changed", **event.as_dict()}
    names = ["step", "epoch", "train_cost", "train_accuracy", "validation_cost", "validation_accuracy"]
    if isinstance(event, TrainingEnd):
        names += ["test_accuracy", "stopped"]
    figures = {name: getattr(event, name) for name in names}
    finite = {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in figures.items()}
    return {"event": _NAMES[type(event)], **finite}
