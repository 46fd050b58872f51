"""Settings that are changed while a training runs, and trainings that explode."""

import math

import numpy as np
import pytest

from digitpad.data.dataset import Digits
from digitpad.engine.training.config import ConfigError, TrainingConfig
from digitpad.engine.training.events import Change, Changed, Evaluation, Progress, TrainingEnd
from digitpad.engine.training.generator import TrainingError, train
from digitpad.nn.network import Network
from tests.engine.training.test_training import SMALL, events_of


def test_a_changed_learning_rate_holds_from_the_next_step(few_digits: Digits) -> None:
    training = train(TrainingConfig(hidden="5", batch_size=100, validation=0, epochs=50), None, few_digits)
    for event in training:
        if isinstance(event, Progress):
            break
    changed = training.send(Change(learning_rate=1e-12))
    assert changed == Changed(step=event.step, epoch=event.epoch, learning_rate=1e-12, batch_size=100, l2=0.0)
    networks = [e.network for e in training if isinstance(e, Evaluation)]
    np.testing.assert_allclose(networks[0].parameters[1], networks[-1].parameters[1], atol=1e-6)


def test_a_cost_that_is_not_finite_stops_with_the_value_and_the_setting_to_change(few_digits: Digits) -> None:
    config = TrainingConfig(hidden="20", learning_rate=1e4, momentum=0, validation=500)
    good: list[Network] = []
    with pytest.raises(TrainingError, match=r"cost is (inf|nan) at step \d+: lower the learning rate \(now 10000\)"):
        for event in train(config, None, few_digits):
            if isinstance(event, Evaluation):
                good.append(event.network)
    assert all(np.isfinite(p).all() for p in good[-1].parameters)


def test_a_training_that_diverges_late_hands_over_its_last_good_network(few_digits: Digits) -> None:
    training = train(SMALL, None, few_digits)
    measured: list[Evaluation] = []
    for event in training:
        if isinstance(event, Evaluation):
            measured.append(event)
        if len(measured) == 4:
            break
    training.send(Change(learning_rate=1e6))
    with pytest.raises(TrainingError) as caught:
        list(training)
    assert caught.value.last_good is measured[-1]


def test_the_last_good_network_is_no_worse_than_the_first(few_digits: Digits) -> None:
    """A cost that rises before it explodes does not hand over what it rose with."""
    training = train(SMALL, None, few_digits)
    measured: list[Evaluation] = []
    with pytest.raises(TrainingError) as caught:
        for event in training:
            if not isinstance(event, Evaluation):
                continue
            measured.append(event)
            if len(measured) == 3:
                training.send(Change(learning_rate=30.0))
            elif event.train_cost > measured[0].train_cost:
                training.send(Change(learning_rate=1e6))
    assert measured[-1].train_cost > measured[0].train_cost
    assert caught.value.last_good is measured[2]


def test_a_change_within_a_batch_leaves_the_step_under_way_as_it_was(few_digits: Digits) -> None:
    config = TrainingConfig(
        hidden="5", batch_size=1_000, validation=0, epochs=1, learning_rate=0.1, schedule="constant"
    )
    small = few_digits.training.take(slice(1_000))
    one_batch = Digits(small, few_digits.test)
    untouched = events_of(config, one_batch)[-1]
    training = train(config, None, one_batch)
    # From the first measurement on, every yield before the step's end lies within the one batch.
    while not isinstance(next(training), Evaluation):
        pass
    assert next(training) is None
    assert isinstance(training.send(Change(learning_rate=50.0, l2=0.5)), Changed)
    *_, changed = training
    assert isinstance(untouched, TrainingEnd)
    assert isinstance(changed, TrainingEnd)
    for ours, theirs in zip(changed.network.parameters, untouched.network.parameters, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_a_batch_never_becomes_larger_than_an_epoch(few_digits: Digits) -> None:
    training = train(SMALL, None, few_digits)
    next(training)
    changed = training.send(Change(batch_size=90_000))
    assert isinstance(changed, Changed)
    assert changed.batch_size == len(few_digits.training) - SMALL.validation


@pytest.mark.parametrize("rate", [0, -1, math.nan, math.inf])
def test_a_change_is_checked(rate: float) -> None:
    with pytest.raises(ConfigError, match="learning rate"):
        Change(learning_rate=rate)


def test_what_is_not_live_cannot_be_changed() -> None:
    with pytest.raises(ConfigError, match="momentum cannot be changed while a training runs"):
        Change(momentum=0.5)
