"""What a training reports and what it can be told while it runs: frozen values that know no threads."""

import math
from dataclasses import dataclass
from typing import Any

from digitpad.engine.config import check_learning_rate
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
    """Mean costs in nats and accuracies 0-1 on a fixed sample, and a copy of the network measured.

    Validation figures are None where no digits are held out.
    """

    step: int
    epoch: float
    train_cost: float
    train_accuracy: float
    validation_cost: float | None
    validation_accuracy: float | None
    network: Network


@dataclass(frozen=True, slots=True)
class EpochEnd(Evaluation):
    """An `Evaluation` on all training and validation digits."""


@dataclass(frozen=True, slots=True)
class TrainingEnd(Evaluation):
    """The last event: the final network, and its accuracy on the test digits, which nothing was chosen by.

    After a `Stop` the figures are those of the fixed sample, and `test_accuracy` is None.
    """

    test_accuracy: float | None
    stopped: bool


@dataclass(frozen=True, slots=True)
class Change:
    """Sent to a running training: the new learning rate, before its schedule's factor. Raises `ConfigError`."""

    learning_rate: float

    def __post_init__(self) -> None:
        check_learning_rate(self.learning_rate)


@dataclass(frozen=True, slots=True)
class Changed:
    """A `Change` holds from `step` on."""

    step: int
    learning_rate: float


@dataclass(frozen=True, slots=True)
class Stop:
    """Sent to a running training: measure the network as it is on the sample, yield `TrainingEnd`, and end."""


Event = Started | Progress | Evaluation | Changed
Command = Change | Stop

_NAMES = {Evaluation: "evaluation", EpochEnd: "epoch", TrainingEnd: "end"}


def as_json(event: Evaluation) -> dict[str, Any]:
    """Return an event's name and figures for JSON; figures that are missing or not finite are None."""
    names = ["step", "epoch", "train_cost", "train_accuracy", "validation_cost", "validation_accuracy"]
    if isinstance(event, TrainingEnd):
        names += ["test_accuracy", "stopped"]
    figures = {name: getattr(event, name) for name in names}
    finite = {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in figures.items()}
    return {"event": _NAMES[type(event)], **finite}
