"""What ails a training, told from figures that are composed here; the benchmark asks real trainings."""

import dataclasses

import numpy as np
import pytest

from digitpad.data.dataset import Digits
from digitpad.engine.insight import diagnosis
from digitpad.engine.insight.diagnosis_case import DiagnosisCase, Finding
from digitpad.engine.runs.history import History
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.generator import new_network, train
from digitpad.nn.network import Network
from tests.events import epoch_end, evaluation

CONFIG = TrainingConfig(hidden="16", learning_rate=0.2, epochs=5)
Point = tuple[float, float, float, float]


def case(start: Point, *epochs: Point, config: TrainingConfig = CONFIG, **more: object) -> DiagnosisCase:
    """A training whose figures are given at its start and each epoch: training cost, accuracy, then validation's."""
    history = History()
    history.add(evaluation(0, 0.0, start[:2], start[2:]), 0.0)
    for number, point in enumerate(epochs, 1):
        history.add(epoch_end(100 * number, number, point[:2], point[2:]), float(number))
    return DiagnosisCase(history, config, is_over=True, held_out=config.validation, **more)


START = (2.3, 0.1, 2.3, 0.1)
GOOD = [(0.3, 0.9, 0.32, 0.89), (0.1, 0.96, 0.15, 0.95), (0.09, 0.965, 0.145, 0.955)]


def names(found: list[Finding]) -> list[str]:
    return [finding.name for finding in found]


def test_a_good_training_is_told_nothing() -> None:
    assert diagnosis.findings(case(START, *GOOD)) == []


def test_a_training_that_was_hardly_begun_is_told_nothing() -> None:
    assert diagnosis.findings(case(START)) == []
    assert diagnosis.findings(DiagnosisCase(History(), CONFIG)) == []


def test_a_cost_that_is_no_number_names_the_rate_and_a_lower_one() -> None:
    config = dataclasses.replace(CONFIG, learning_rate=1000)
    (found,) = diagnosis.findings(case(START, config=config, failure="cost is nan at step 8: lower the learning rate"))
    assert found.name == "diverged"
    assert "1000" in found.cause
    assert found.cure["learning_rate"] < 1
    assert found.goes_back


def test_an_explosion_is_seen_before_an_epoch_has_ended() -> None:
    slow_start = case(START)
    slow_start.history.add(evaluation(3, 0.01, (500.0, 0.1), (500.0, 0.1)), 0.1)
    assert names(diagnosis.findings(slow_start)) == ["exploding"]
    rising = case(START)
    # Some trainings rise for a moment, and learn.
    rising.history.add(evaluation(3, 0.01, (8.0, 0.3), (8.0, 0.3)), 0.1)
    assert diagnosis.findings(rising) == []


@pytest.fixture
def network(few_digits: Digits) -> Network:
    return new_network(CONFIG, few_digits)


def test_dead_units_are_looked_for_where_nothing_is_learned(network: Network, few_digits: Digits) -> None:
    flat = (2.301, 0.11, 2.302, 0.11)
    looked = case(START, flat, look=lambda: (network, few_digits.test))
    assert names(diagnosis.findings(looked)) != ["dead"]
    network.parameters[1][:] = -1000
    (found,) = diagnosis.findings(looked)
    assert (found.name, "hidden layer 1" in found.seen) == ("dead", True)


def test_a_gradient_that_fades_is_told_from_a_rate_that_is_too_low(few_digits: Digits, network: Network) -> None:
    flat = (2.29, 0.11, 2.29, 0.11)
    config = TrainingConfig(hidden=", ".join(["10 sigmoid"] * 6), learning_rate=0.1)
    deep = new_network(config, few_digits)
    (found,) = diagnosis.findings(case(START, flat, config=config, look=lambda: (deep, few_digits.test)))
    assert found.name == "flat"
    assert found.cure == {"hidden": ", ".join(["10"] * 6)}
    low = dataclasses.replace(CONFIG, learning_rate=1e-6)
    (found,) = diagnosis.findings(case(START, flat, config=low, look=lambda: (network, few_digits.test)))
    assert found.name == "slow"
    assert found.cure == {"learning_rate": 0.2}


def test_an_l2_that_holds_the_weights_down_is_named(few_digits: Digits) -> None:
    heavy = TrainingConfig(hidden="20", epochs=1, validation=500, l2=1.0, learning_rate=0.1)
    history = History()
    for event in train(heavy, digits=few_digits):
        if event is not None:
            history.add(event, 0.0)
    (found,) = diagnosis.findings(DiagnosisCase(history, heavy, is_over=True))
    assert (found.name, found.cure) == ("flat", {"l2": 0.0001})
    assert "L2 of 1 pulls" in found.cause


def test_what_was_learned_and_lost_is_the_rates_fault(network: Network, few_digits: Digits) -> None:
    lost = case(START, (0.4, 0.85, 0.4, 0.85), (2.3, 0.1, 2.3, 0.1), look=lambda: (network, few_digits.test))
    (found,) = diagnosis.findings(lost)
    assert found.goes_back
    assert found.cure["learning_rate"] < 0.2


def test_a_network_that_guesses_at_a_high_rate_is_told_to_take_a_lower_one(
    network: Network, few_digits: Digits
) -> None:
    high = dataclasses.replace(CONFIG, optimizer="adam", learning_rate=0.1)
    flat = case(START, (2.12, 0.19, 2.12, 0.19), config=high, look=lambda: (network, few_digits.test))
    (found,) = diagnosis.findings(flat)
    assert (found.name, found.cure) == ("fast", {"learning_rate": 0.001})
    assert "most likely too high" in found.cause


def test_a_network_that_learns_badly_at_a_high_rate_is_not_told_to_go_on_longer() -> None:
    high = dataclasses.replace(CONFIG, optimizer="adam", learning_rate=0.1)
    falling = [(2.0, 0.3, 2.0, 0.3), (1.7, 0.39, 1.7, 0.39)]
    (found,) = diagnosis.findings(case(START, *falling, config=high))
    assert (found.name, found.cure) == ("fast", {"learning_rate": 0.001})
    usual = dataclasses.replace(high, learning_rate=0.002)
    assert names(diagnosis.findings(case(START, *falling, config=usual))) == ["short"]


def test_a_few_steps_are_not_the_rates_fault(network: Network, few_digits: Digits) -> None:
    history = History()
    history.add(evaluation(0, 0.0, START[:2], START[2:]), 0.0)
    history.add(epoch_end(1, 1, (2.2, 0.2), (2.2, 0.2)), 1.0)
    config = dataclasses.replace(CONFIG, batch_size=50_000, epochs=1)
    (found,) = diagnosis.findings(DiagnosisCase(history, config, is_over=True, look=lambda: (network, few_digits.test)))
    assert (found.name, found.cure) == ("slow", {"batch_size": 128})
    assert "it took 1 step in one epoch" in found.seen


@pytest.mark.parametrize("training", [0, 500])
def test_digits_known_by_heart_are_named_with_the_gap(training: int) -> None:
    config = dataclasses.replace(CONFIG, training=training)
    (found,) = diagnosis.findings(case(START, (0.1, 0.97, 0.4, 0.9), (0.001, 1.0, 0.6, 0.88), config=config))
    assert found.name == "overfitting"
    assert "100.0 %" in found.seen
    assert "88.0 %" in found.seen
    assert "since epoch 1 the validation cost has risen from 0.4 to 0.6" in found.cause
    assert found.cure == ({"training": 0} if training else {"shift": 1.0, "rotation": 10.0, "scale": 0.1})


def test_a_wide_gap_is_named_however_well_the_training_digits_are_read() -> None:
    wide = [(0.6, 0.8, 0.9, 0.72), (0.4, 0.88, 0.8, 0.76), (0.3, 0.9, 0.8, 0.76)]
    (found,) = diagnosis.findings(case(START, *wide))
    assert found.name == "overfitting"
    assert "90.0 %" in found.seen
    assert "76.0 %" in found.seen
    assert diagnosis.findings(case(START, (0.3, 0.9, 0.4, 0.86), (0.3, 0.9, 0.4, 0.86))) == []


def test_a_rate_that_is_far_too_low_is_named_before_more_epochs() -> None:
    slow = [(2.0, 0.3, 2.0, 0.3), (1.7, 0.5, 1.7, 0.5), (1.4, 0.62, 1.4, 0.62)]
    for config in (
        dataclasses.replace(CONFIG, learning_rate=1e-4),
        dataclasses.replace(CONFIG, learning_rate=1e-5, optimizer="adam"),
    ):
        (found,) = diagnosis.findings(case(START, *slow, config=config))
        assert (found.name, found.cure) == ("slow", {"learning_rate": 0.001 if config.optimizer == "adam" else 0.2})
    assert names(diagnosis.findings(case(START, *slow, config=CONFIG))) == ["short"]


def test_a_momentum_that_takes_each_step_a_hundred_times_is_named() -> None:
    config = dataclasses.replace(CONFIG, momentum=0.99)
    (found,) = diagnosis.findings(case(START, config=config, failure="cost is nan at step 8: lower the learning rate"))
    assert found.cause.startswith(
        "With a momentum of 0.99, which takes each step 100 times, the learning rate of 0.2 is"
    )
    assert found.cure == {"momentum": 0.9}
    # A thousand would be too high with any.
    config = dataclasses.replace(config, learning_rate=1000)
    (found,) = diagnosis.findings(case(START, config=config, failure="cost is nan at step 8: lower the learning rate"))
    assert found.cure["learning_rate"] < 1


def test_a_cost_that_still_falls_asks_for_more_epochs() -> None:
    falling = [(1.5, 0.6, 1.5, 0.6), (1.0, 0.7, 1.0, 0.7), (0.7, 0.8, 0.7, 0.8)]
    (found,) = diagnosis.findings(case(START, *falling))
    assert found.seen == "The cost was still falling at the end: by 30 % in the last epoch."
    assert (found.name, found.cure) == ("short", {"epochs": 10})
    under_way = dataclasses.replace(case(START, *falling), is_over=False)
    assert diagnosis.findings(under_way) == []


@pytest.mark.parametrize(("schedule", "told"), [("constant", ["short"]), ("cosine", []), ("one-cycle", [])])
def test_within_its_only_epoch_a_cost_falls_because_the_rate_fades(schedule: str, told: list[str]) -> None:
    history = History()
    for step, epoch, cost in ((0, 0.0, 2.3), (50, 0.5, 0.5)):
        history.add(evaluation(step, epoch, (cost, 0.8), (cost, 0.8)), epoch)
    history.add(epoch_end(100, 1.0, (0.3, 0.9), (0.3, 0.9)), 1.0)
    config = dataclasses.replace(CONFIG, epochs=1, schedule=schedule)
    assert names(diagnosis.findings(DiagnosisCase(history, config, is_over=True, held_out=config.validation))) == told


def test_a_training_that_begins_with_a_good_network_is_told_nothing() -> None:
    slowly = case((0.1, 0.97, 0.15, 0.955), (0.095, 0.97, 0.149, 0.956))
    assert names(diagnosis.findings(slowly)) == []
    worse = case((0.010, 0.998, 0.06, 0.985), (0.016, 0.996, 0.07, 0.984))
    assert names(diagnosis.findings(worse)) == []


def test_a_gradient_that_fades_without_sigmoids_is_the_weights_fault(few_digits: Digits) -> None:
    config = TrainingConfig(hidden=", ".join(["10"] * 6), learning_rate=0.1, initialization="glorot")
    deep = new_network(config, few_digits)
    for parameter in deep.parameters:
        np.multiply(parameter, 0.05, out=parameter)
    found = diagnosis.findings(case(START, (2.3, 0.11, 2.3, 0.11), config=config, look=lambda: (deep, few_digits.test)))
    assert [finding.cure for finding in found] == [{"initialization": "he"}]
    assert "sigmoid" not in found[0].text


def test_validation_digits_that_were_learned_are_named() -> None:
    known = dataclasses.replace(case(START, *GOOD), held_out=0)
    assert names(diagnosis.findings(known)) == ["learned"]
    unknown = dataclasses.replace(known, held_out=None)
    assert diagnosis.findings(unknown) == []
