"""How long an epoch will take, before it is tried. It looks at no clock."""

import numpy as np

from digitpad.data.dataset import PICTURE
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.generator import EVALUATIONS_PER_EPOCH, SAMPLE
from digitpad.nn import initializers
from digitpad.nn.network import Network

#: Multiplications a second, a step's own time and that of each weight: one thread of a server's processor of 2024.
_DENSE_RATE, _PICTURE_RATE = 75e9, 36e9
_STEP_SECONDS, _WEIGHT_SECONDS = 60e-6, 1.2e-9
#: The way back costs about twice the way forward, but for the first layer's input.
_PASSES = 2.5


def seconds_per_epoch(config: TrainingConfig, digits: int) -> float:
    """Return about how many seconds one epoch of `digits` takes, with its measurements."""
    network = Network.new(config.hidden, np.zeros(PICTURE, np.float32), 1.0, initializers.virtual)
    measured = digits + config.validation + 2 * SAMPLE * (EVALUATIONS_PER_EPOCH - 1)
    work = (digits * _PASSES + measured) * network.multiplications
    steps = digits / config.batch_size
    weights = sum(parameter.size for parameter in network.parameters)
    rate = _PICTURE_RATE if network.takes_pictures else _DENSE_RATE
    return work / rate + steps * (_STEP_SECONDS + _WEIGHT_SECONDS * weights)
