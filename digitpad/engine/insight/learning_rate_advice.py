"""Learning rates that suit a training, and advice about one that is too high."""

import dataclasses
from typing import Any

from digitpad.engine.training.config import TrainingConfig
from digitpad.nn.optimizers import OPTIMIZERS

#: Times a sensible learning rate that explain a network which learns badly.
MISFIT_FACTOR = 5
#: Above this momentum each gradient is applied more than twenty times in all; and the usual momentum.
_STRONG_MOMENTUM, _USUAL_MOMENTUM = 0.95, 0.9


def sensible_rate(config: TrainingConfig) -> float:
    """Return a learning rate that suits the optimizer, the momentum and the size of the batches."""
    if (usual := OPTIMIZERS[config.optimizer].DEFAULT_LEARNING_RATE) is not None:
        return usual
    # A step goes along the mean gradient of the batch, and momentum takes each 1 / (1 - mu) times.
    rate = 2.0 * (1 - config.momentum) * min(1.0, config.batch_size / 128)
    return float(f"{max(rate, 0.005):.1g}")


def lower_rate_advice(config: TrainingConfig) -> tuple[str, dict[str, Any]]:
    """Return the advice and the settings of a lower learning rate, a sensible one or a tenth; or of less momentum."""
    if _is_momentum_too_high(config):
        return f"Use a momentum of {_USUAL_MOMENTUM:g}", {"momentum": _USUAL_MOMENTUM}
    rate = float(f"{min(sensible_rate(config), config.learning_rate / 10):.1g}")
    return f"Use a learning rate of {rate:g}", {"learning_rate": rate}


def rate_phrase(config: TrainingConfig) -> str:
    """Return the words with which a sentence begins that blames the length of steps."""
    rate = f"learning rate of {config.learning_rate:g}"
    if not _is_momentum_too_high(config):
        return f"The {rate}"
    times = 1 / (1 - config.momentum)
    return f"With a momentum of {config.momentum:g}, which takes each step {times:.0f} times, the {rate}"


def _is_momentum_too_high(config: TrainingConfig) -> bool:
    """Tell whether it is the momentum that makes a usual learning rate too high."""
    usual = 2 * sensible_rate(dataclasses.replace(config, momentum=_USUAL_MOMENTUM))
    return config.optimizer == "sgd" and config.momentum > _STRONG_MOMENTUM and config.learning_rate < usual
