"""How long an epoch will take, before it is tried. It measures nothing."""

from digitpad.data.dataset import CLASSES, PICTURE
from digitpad.engine.config import TrainingConfig
from digitpad.nn import spec

#: Multiplications a second, a step's own time and that of each weight: one thread of a server's processor of 2024.
_DENSE_RATE, _PICTURE_RATE = 75e9, 20e9
_STEP_SECONDS, _WEIGHT_SECONDS = 60e-6, 1.2e-9
#: The way back costs about twice the way forward, but for the first layer's input.
_PASSES = 2.5


def seconds_per_epoch(config: TrainingConfig, digits: int) -> float:
    """Return about how many seconds one epoch of `digits` takes, without measuring in between."""
    work = digits * _PASSES * spec.multiplications(config.hidden, PICTURE, CLASSES)
    steps = digits / config.batch_size
    weights = spec.parameter_count(config.hidden, PICTURE, CLASSES)
    rate = _PICTURE_RATE if "c" in config.hidden or "p" in config.hidden else _DENSE_RATE
    return work / rate + steps * (_STEP_SECONDS + _WEIGHT_SECONDS * weights)
