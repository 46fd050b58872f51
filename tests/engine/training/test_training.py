"""Training as a sequence of events."""

import math
from itertools import pairwise

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from digitpad.data.augmentation import Augmentation
from digitpad.data.dataset import Dataset, Digits
from digitpad.engine.training import chunk_sizes
from digitpad.engine.training.batch_loader import BatchLoader
from digitpad.engine.training.blas import one_blas_thread
from digitpad.engine.training.config import ConfigError, TrainingConfig
from digitpad.engine.training.evaluation import Measurement, measure
from digitpad.engine.training.events import (
    EpochEnd,
    Evaluation,
    Event,
    Progress,
    Started,
    Stop,
    TrainingEnd,
    as_json,
)
from digitpad.engine.training.generator import FIRST_STEPS, new_network, train
from digitpad.engine.training.validation_split import split
from digitpad.nn.network import Network
from digitpad.nn.workspace import Workspace

SMALL = TrainingConfig(hidden="20", epochs=3, batch_size=32, validation=500, learning_rate=0.1)


def events_of(config: TrainingConfig, digits: Digits, network: Network | None = None) -> list[Event]:
    return [event for event in train(config, network, digits) if event is not None]


def figures(event: Event) -> tuple[object, ...]:
    """All of an event but its network, which is compared by its parameters."""
    names = [name for name in event.__dataclass_fields__ if name not in ("network", "checkpoint")]
    parameters = [p.tobytes() for p in event.network.parameters] if isinstance(event, Evaluation) else []
    checkpoint = getattr(event, "checkpoint", None)
    state = [str(checkpoint.numbers), *(t.tobytes() for t in checkpoint.tensors.values())] if checkpoint else []
    values = [getattr(event, name) for name in names]
    values = [value.as_dict() if isinstance(value, Measurement) else value for value in values]
    return (type(event), *values, *parameters, *state)


def test_the_same_seed_gives_the_same_events_and_the_same_weights(few_digits: Digits) -> None:
    once, again = (events_of(SMALL, few_digits) for _ in range(2))
    assert [figures(event) for event in once] == [figures(event) for event in again]


def test_another_seed_gives_others(few_digits: Digits) -> None:
    other = TrainingConfig(**{**SMALL.as_dict(), "seed": 1})
    assert figures(events_of(SMALL, few_digits)[-1]) != figures(events_of(other, few_digits)[-1])


def test_a_training_tells_its_story_in_order(few_digits: Digits) -> None:
    events = events_of(SMALL, few_digits)
    steps = math.ceil(1_500 / 32)
    assert events[0] == Started(training=1_500, validation=500, epochs=3, steps=3 * steps, parameters=784 * 20 + 230)
    assert type(events[1]) is Evaluation
    assert events[1].step == 0
    measured = [event for event in events if isinstance(event, Evaluation)]
    assert [event.step for event in measured if type(event) is EpochEnd] == [steps, 2 * steps, 3 * steps]
    within = [event for event in measured if type(event) is Evaluation and steps < event.step < 2 * steps]
    assert len(within) == 4
    assert isinstance(events[-1], TrainingEnd)
    assert sum(isinstance(event, TrainingEnd) for event in events) == 1
    assert all(a.step <= b.step for a, b in pairwise(e for e in events if not isinstance(e, Started)))
    assert events[-1].epoch == 3.0


def test_the_network_learns(few_digits: Digits) -> None:
    first, *_, last = (event for event in events_of(SMALL, few_digits) if isinstance(event, Evaluation))
    assert first.train_accuracy < 0.3
    assert last.train_accuracy > 0.9
    assert last.validation_accuracy is not None
    assert last.validation_accuracy > 0.8


def test_a_split_holds_out_digits_that_are_not_trained_on(few_digits: Digits) -> None:
    numbered = few_digits.training.images.copy()
    numbered[:, :2] = np.arange(len(numbered), dtype=np.uint16).view(np.uint8).reshape(-1, 2)
    dataset = type(few_digits.training)(numbered, few_digits.training.labels)
    numbered_digits = Digits(dataset, few_digits.test)
    training, validation = split(TrainingConfig(validation=500), numbered_digits)
    again, _ = split(TrainingConfig(validation=500, seed=3), numbered_digits)
    names = [set(part.images[:, :2].copy().view(np.uint16).ravel().tolist()) for part in (training, validation)]
    assert (len(training), len(validation)) == (1_500, 500)
    assert not names[0] & names[1]
    assert names[0] | names[1] == set(range(2_000))
    np.testing.assert_array_equal(training.images, again.images)


def test_figures_are_those_of_the_network_in_the_event(few_digits: Digits) -> None:
    events = events_of(SMALL, few_digits)
    training, validation = split(TrainingConfig(validation=500), few_digits)
    for event in events:
        if isinstance(event, EpochEnd):
            on_training, on_validation = measure(event.network, training), measure(event.network, validation)
            assert event.train_cost == pytest.approx(on_training.cost, rel=1e-6)
            assert event.validation_cost == pytest.approx(on_validation.cost, rel=1e-6)
            assert (event.train_accuracy, event.validation_accuracy) == (on_training.accuracy, on_validation.accuracy)
    last = events[-1]
    assert isinstance(last, TrainingEnd)
    assert last.test_accuracy == measure(last.network, few_digits.test).accuracy


def test_events_keep_their_networks_while_training_goes_on(few_digits: Digits) -> None:
    networks = [event.network for event in events_of(SMALL, few_digits) if isinstance(event, Evaluation)]
    assert len({network.parameters[0].tobytes() for network in networks}) >= len(networks) - 1


def test_work_comes_in_small_pieces(few_digits: Digits) -> None:
    yields = list(train(SMALL, None, few_digits))
    assert sum(event is None for event in yields) >= 3 * math.ceil(1_500 / 32)


def test_test_digits_change_nothing_but_the_last_figure(few_digits: Digits) -> None:
    upside_down = Digits(few_digits.training, Dataset(few_digits.test.images[:, ::-1].copy(), few_digits.test.labels))
    *one, _ = events_of(SMALL, few_digits)
    *other, _ = events_of(SMALL, upside_down)
    assert [figures(event) for event in one] == [figures(event) for event in other]


def test_without_validation_all_digits_are_trained_on(few_digits: Digits) -> None:
    config = TrainingConfig(hidden="5", epochs=1, validation=0)
    events = events_of(config, few_digits)
    assert isinstance(events[0], Started)
    assert (events[0].training, events[0].validation) == (2_000, 0)
    assert all(e.validation_cost is e.validation_accuracy is None for e in events if isinstance(e, Evaluation))


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"validation": 0, "batch_size": 2_001}, "the batch size is 2001: use at most the 2000 training digits"),
        ({"validation": 500, "training": 1_501}, "the number of training digits is 1501: use at most the 1500"),
    ],
)
def test_more_digits_than_there_are_cannot_be_asked_for(
    few_digits: Digits, settings: dict[str, int], sentence: str
) -> None:
    with pytest.raises(ConfigError, match=sentence):
        events_of(TrainingConfig(**settings), few_digits)


def test_holding_out_everything_is_refused(few_digits: Digits) -> None:
    with pytest.raises(ConfigError, match="hold out fewer than the 2000 digits"):
        events_of(TrainingConfig(validation=2_000), few_digits)


def test_a_network_can_be_trained_further_and_stays_as_it_was(few_digits: Digits) -> None:
    first = events_of(SMALL, few_digits)[-1]
    assert isinstance(first, TrainingEnd)
    before = [p.copy() for p in first.network.parameters]
    events = [event for event in events_of(SMALL, few_digits, first.network) if isinstance(event, Evaluation)]
    assert events[0].train_cost < 0.5
    assert events[-1].train_cost < events[0].train_cost
    assert all(np.array_equal(a, b) for a, b in zip(before, first.network.parameters, strict=True))


def test_stop_keeps_the_network_of_this_very_step(few_digits: Digits) -> None:
    training = train(SMALL, None, few_digits)
    last_progress = None
    for event in training:
        if isinstance(event, Progress):
            last_progress = event
            break
    event = training.send(Stop())
    rest = [event, *training]
    *_, end = (event for event in rest if event is not None)
    assert isinstance(end, TrainingEnd)
    assert last_progress is not None
    assert (end.step, end.stopped, end.test_accuracy) == (last_progress.step, True, None)
    training_digits, _ = split(TrainingConfig(validation=500), few_digits)
    assert end.train_cost == pytest.approx(measure(end.network, training_digits).cost, rel=1e-6)


@pytest.mark.parametrize("yields", [1, 2, 3, 5, 40, 120])
def test_stop_ends_at_any_yield(few_digits: Digits, yields: int) -> None:
    training = train(SMALL, None, few_digits)
    for _ in range(yields):
        next(training)
    rest = [event for event in (training.send(Stop()), *training) if event is not None]
    assert [type(event) for event in rest] == [TrainingEnd]


def test_a_new_network_is_the_one_that_training_starts_from(few_digits: Digits) -> None:
    first = next(event for event in train(SMALL, None, few_digits) if isinstance(event, Evaluation))
    for ours, theirs in zip(new_network(SMALL, few_digits).parameters, first.network.parameters, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_within_the_first_epoch_is_measured_after_one_three_ten_steps_too(few_digits: Digits) -> None:
    events = [event for event in events_of(SMALL, few_digits) if isinstance(event, Evaluation)]
    first = [event.step for event in events if 0 < event.epoch < 1]
    assert set(first) >= {step for step in FIRST_STEPS if step * SMALL.batch_size < 1_500}
    later = [event.step for event in events if 1 < event.epoch < 2]
    assert len(later) == 4


def test_events_as_json_have_the_agreed_keys_and_no_nan(few_digits: Digits) -> None:
    event = events_of(TrainingConfig(hidden="5", epochs=1, validation=0), few_digits)[-1]
    assert isinstance(event, TrainingEnd)
    record = as_json(event)
    assert list(record) == [
        "event", "step", "epoch", "train_cost", "train_accuracy", "validation_cost", "validation_accuracy",
        "test_accuracy", "stopped",
    ]  # fmt: skip
    assert record["event"] == "end"
    assert record["validation_cost"] is None


def taken_from(supply: BatchLoader, epoch: int, start: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """What `BatchLoader.take` returns once all pieces of its work are done."""
    pieces = supply.take(epoch, start, count, Workspace())
    try:
        while True:
            next(pieces)
    except StopIteration as end:
        taken: tuple[np.ndarray, np.ndarray] = end.value
        return taken


def test_digits_come_in_another_order_in_every_epoch(few_digits: Digits) -> None:
    supply = BatchLoader(few_digits.training, Augmentation(), 0, with_replacement=False, ahead=False)
    first, again, second = (taken_from(supply, epoch, 0, 500)[1] for epoch in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert (first != second).any()


@pytest.mark.parametrize("batch", [7, 64, 150])
def test_changed_digits_are_the_same_whoever_prepares_them(batch: int, few_digits: Digits) -> None:
    def taken(count: int, *, ahead: bool) -> np.ndarray:
        supply = BatchLoader(few_digits.training, Augmentation(rotation=10), 0, with_replacement=False, ahead=ahead)
        starts = range(0, 500, count)
        try:
            return np.concatenate([taken_from(supply, 0, start, min(count, 500 - start))[0] for start in starts])
        finally:
            supply.close()

    np.testing.assert_array_equal(taken(batch, ahead=False), taken(100, ahead=True))


def test_many_digits_are_changed_in_pieces_between_which_a_training_can_be_stopped(few_digits: Digits) -> None:
    supply = BatchLoader(few_digits.training, Augmentation(rotation=10), 0, with_replacement=False, ahead=False)
    assert sum(1 for _ in supply.take(0, 0, 500, Workspace())) == 500 // 64


def test_two_trainings_at_once_hold_blas_until_the_last_has_ended() -> None:
    def blas_threads() -> set[int]:
        return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}

    before = blas_threads()
    first, second = one_blas_thread(), one_blas_thread()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert blas_threads() == {1}
    second.__exit__(None, None, None)
    assert blas_threads() == before


def test_a_batch_cut_into_pieces_takes_the_same_step(few_digits: Digits, monkeypatch: pytest.MonkeyPatch) -> None:
    config = TrainingConfig(hidden="20", batch_size=500, epochs=2, validation=0, learning_rate=0.1)
    whole = events_of(config, few_digits)[-1]
    monkeypatch.setattr(chunk_sizes, "WORK", 0)
    yields = list(train(config, None, few_digits))
    cut = yields[-1]
    assert isinstance(whole, TrainingEnd)
    assert isinstance(cut, TrainingEnd)
    assert sum(event is None for event in yields) >= 2 * 4 * math.ceil(500 / 64)
    assert cut.step == whole.step
    for a, b in zip(whole.network.parameters, cut.network.parameters, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


def test_nothing_follows_the_last_event(few_digits: Digits) -> None:
    training = train(TrainingConfig(hidden="", epochs=1, validation=0), None, few_digits)
    while not isinstance(next(training), TrainingEnd):
        pass
    with pytest.raises(StopIteration):
        training.send(Stop())


def test_the_same_digits_are_held_out_whatever_the_seed(few_digits: Digits) -> None:
    first = events_of(TrainingConfig(hidden="", epochs=1, validation=500, seed=1), few_digits)[-1]
    assert isinstance(first, TrainingEnd)
    _, held_out = split(TrainingConfig(validation=500), few_digits)
    assert first.validation_accuracy == measure(first.network, held_out).accuracy
