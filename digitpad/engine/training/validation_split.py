"""Splits the digits into training and validation digits, the same way in every training."""

import numpy as np
import numpy.typing as npt

from digitpad.data.dataset import Dataset, Digits
from digitpad.engine.training.config import ConfigError, TrainingConfig

_SEED = 0


def split(config: TrainingConfig, digits: Digits) -> tuple[Dataset, Dataset]:
    """Return the digits that a training by `config` learns from, and those it is validated on.

    The same digits are held out whatever the seed: a network that is trained further never learns them. Raises
    `ConfigError` where there are too few.
    """
    if config.validation >= len(digits.training):
        raise ConfigError(
            f"the validation size is {config.validation}: hold out fewer than the {len(digits.training)} digits"
        )
    rows = rows_in_order(len(digits.training))
    validation, rest = (digits.training.take(part) for part in np.split(rows, [config.validation]))
    if config.training > len(rest):
        raise ConfigError(f"the number of training digits is {config.training}: use at most the {len(rest)} there are")
    training = rest.take(slice(config.training)) if config.training else rest
    if config.batch_size > len(training):
        raise ConfigError(f"the batch size is {config.batch_size}: use at most the {len(training)} training digits")
    return training, validation


def rows_in_order(count: int) -> npt.NDArray[np.intp]:
    """Return the rows of all `count` published training digits in a fixed shuffled order; the first are held out."""
    return np.random.default_rng(_SEED).permutation(count)
