"""Events with figures of the tests' own."""

import numpy as np

from digitpad.engine.training.checkpoint import Checkpoint
from digitpad.engine.training.checkpoint_numbers import CheckpointNumbers
from digitpad.engine.training.evaluation import Measurement
from digitpad.engine.training.events import EpochEnd, Evaluation
from digitpad.nn import initializers
from digitpad.nn.network import Network

NETWORK = Network.new("", np.zeros(4, np.float32), 1.0, initializers.zeros())


def measurement(cost: float, accuracy: float) -> Measurement:
    """What is measured on a thousand digits, all of them ones, of which the rest are read as sevens."""
    confusion = np.zeros((10, 10), np.int64)
    confusion[1, 1] = round(1_000 * accuracy)
    confusion[1, 7] = 1_000 - confusion[1, 1]
    return Measurement(cost, confusion)


def evaluation(
    step: int,
    epoch: float = 0.0,
    training: tuple[float, float] = (1.0, 0.5),
    validation: tuple[float, float] | None = None,
    network: Network = NETWORK,
) -> Evaluation:
    """A measurement of costs and accuracies."""
    on_validation = None if validation is None else measurement(*validation)
    return Evaluation(step, epoch, measurement(*training), on_validation, network)


def epoch_end(
    step: int,
    epoch: float,
    training: tuple[float, float] = (1.0, 0.5),
    validation: tuple[float, float] | None = None,
    network: Network = NETWORK,
) -> EpochEnd:
    """A measurement at the end of an epoch."""
    measured = evaluation(step, epoch, training, validation, network)
    checkpoint = Checkpoint({}, CheckpointNumbers(0.1, 1, 0.0, epoch=round(epoch), offset=0, step=step))
    return EpochEnd(step, epoch, measured.training, measured.validation, network, checkpoint)
