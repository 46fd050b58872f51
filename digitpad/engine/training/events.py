"""The events of a training, and the commands that it takes while it runs."""

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

from digitpad.engine.training.checkpoint import Checkpoint
from digitpad.engine.training.config import SETTINGS, ConfigError
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
    """The last event: the final network, and what it makes of the test digits, which nothing was chosen by.

    After a `Stop` the figures are those of the fixed sample, and `test` is None. With early stopping network and
    figures are those of the best epoch.
    """

    test: Measurement | None
    stopped: bool
    checkpoint: Checkpoint

    @property
    def test_accuracy(self) -> float | None:
        """The share of the test digits that is classified correctly."""
        return None if self.test is None else self.test.accuracy


@dataclass(frozen=True, slots=True)
class Change:
    """Sent to a running training: what shall be different from now on; None leaves a setting as it is.

    The learning rate is that before its schedule's factor. Raises `ConfigError` for values that cannot be used.
    """

    learning_rate: float | None = None
    batch_size: int | None = None
    l2: float | None = None

    def __post_init__(self) -> None:
        if not self.settings:
            raise ConfigError("nothing is changed: name a learning rate, a batch size or an L2")
        for name, value in self.settings.items():
            SETTINGS[name].check(value)

    @property
    def settings(self) -> dict[str, Any]:
        """The settings that change, by name."""
        settings = {"learning_rate": self.learning_rate, "batch_size": self.batch_size, "l2": self.l2}
        return {name: value for name, value in settings.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Changed:
    """A `Change` holds from `step` on, which is in `epoch`; these are now the settings."""

    step: int
    epoch: float
    learning_rate: float
    batch_size: int
    l2: float


@dataclass(frozen=True, slots=True)
class Stop:
    """Sent to a running training: measure the network as it is on the sample, yield `TrainingEnd`, and end."""


Event = Started | Progress | Evaluation | Changed
Command = Change | Stop

_NAMES = {Evaluation: "evaluation", EpochEnd: "epoch", TrainingEnd: "end"}


def as_json(event: Evaluation | Changed) -> dict[str, Any]:
    """Return an event's name and figures for JSON; figures that are missing or not finite are None."""
    if isinstance(event, Changed):
        return {"event": "changed", **dataclasses.asdict(event)}
    names = ["step", "epoch", "train_cost", "train_accuracy", "validation_cost", "validation_accuracy"]
    if isinstance(event, TrainingEnd):
        names += ["test_accuracy", "stopped"]
    figures = {name: getattr(event, name) for name in names}
    finite = {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in figures.items()}
    return {"event": _NAMES[type(event)], **finite}
