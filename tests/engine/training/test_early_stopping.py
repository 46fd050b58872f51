"""Early stopping: when it ends a training, and which network it keeps."""

import numpy as np
import pytest

from digitpad.data.dataset import Digits
from digitpad.engine.training.config import ConfigError, TrainingConfig
from digitpad.engine.training.events import EpochEnd, TrainingEnd
from digitpad.engine.training.generator import train


def test_training_ends_after_its_patience_and_keeps_the_best_network(few_digits: Digits) -> None:
    # A hundred digits are soon known by heart, and what is learned then makes others worse.
    config = TrainingConfig(
        hidden="50", training=100, validation=100, batch_size=10, epochs=60, patience=3, learning_rate=0.3, momentum=0
    )
    events = list(train(config, None, few_digits))
    epochs = [event for event in events if isinstance(event, EpochEnd)]
    best = min(epochs, key=lambda event: event.validation_cost or np.inf)
    assert epochs[-1].epoch == best.epoch + 3 < 60
    end = events[-1]
    assert isinstance(end, TrainingEnd)
    assert end.validation_cost == best.validation_cost
    for kept, parameter in zip(end.network.parameters, best.network.parameters, strict=True):
        np.testing.assert_array_equal(kept, parameter)


def test_a_best_epoch_is_remembered_over_a_stop(few_digits: Digits) -> None:
    config = TrainingConfig(
        hidden="50", training=100, validation=100, batch_size=10, epochs=60, patience=3, learning_rate=0.3, momentum=0
    )
    straight = list(train(config, None, few_digits))
    epochs = [event for event in straight if isinstance(event, EpochEnd)]
    # One epoch after the best: the patience that is used up must be remembered too.
    resumed = list(train(config, None, few_digits, checkpoint=epochs[-3].checkpoint))
    assert sum(isinstance(event, EpochEnd) for event in resumed) == 2
    for ours, theirs in zip(resumed[-1].network.parameters, straight[-1].network.parameters, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_patience_without_held_out_digits_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"the patience is 2, but no digits are held out .* or use a patience of 0"):
        TrainingConfig(patience=2, validation=0)
