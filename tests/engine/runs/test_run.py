"""Runs on disk: stopped, resumed, damaged."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from digitpad.data.dataset import Digits
from digitpad.engine.runs.run_folder import Run, resume
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.events import Change, Changed, EpochEnd, Evaluation, Event, Progress, Stop, TrainingEnd
from digitpad.engine.training.generator import TrainingError, train
from digitpad.errors import DigitpadError

SMALL = TrainingConfig(hidden="12", epochs=5, batch_size=50, validation=500, learning_rate=0.1)
#: Everything that must be remembered, once in each of these.
KINDS = {
    "plain": SMALL,
    "all": dataclasses.replace(
        SMALL, hidden="4c5, p2, d0.2, 10", optimizer="adam", learning_rate=0.003, averaging=0.99, patience=4, l2=1e-4,
        shift=1.0, elastic=0.5, training=700, schedule="step",
    ),
    "one digit a step": dataclasses.replace(
        SMALL, batch_size=1, learning_rate=0.001, momentum=0.5, sampling="with-replacement"
    ),
}  # fmt: skip


def kept(event: Event) -> tuple[object, ...]:
    """What a resumed training must repeat bit for bit."""
    assert isinstance(event, Evaluation)
    figures = [getattr(event, name) for name in ("step", "epoch", "train_cost", "validation_cost")]
    return (type(event), *figures, *(p.tobytes() for p in event.network.parameters))


def measured(config: TrainingConfig, digits: Digits, **more: object) -> list[Evaluation]:
    return [event for event in train(config, None, digits, **more) if isinstance(event, Evaluation)]


@pytest.mark.parametrize("config", KINDS.values(), ids=KINDS)
def test_five_epochs_equal_two_a_stop_and_three(config: TrainingConfig, few_digits: Digits, tmp_path: Path) -> None:
    straight = measured(config, few_digits)
    run = Run.make(tmp_path / "run", config)
    training, epochs = train(config, None, few_digits), 0
    for event in training:
        if isinstance(event, Evaluation):
            run.append(event)
        epochs += isinstance(event, EpochEnd)
        if epochs == 2:
            training.close()
            break
    resumed, checkpoint = resume(tmp_path / "run")
    assert resumed.config == config
    rest = measured(config, few_digits, checkpoint=checkpoint)
    assert [kept(event) for event in rest] == [kept(event) for event in straight[-len(rest) :]]
    assert sum(isinstance(event, EpochEnd) for event in rest) == 3


def test_a_training_stopped_within_an_epoch_goes_on_at_that_digit(few_digits: Digits, tmp_path: Path) -> None:
    config = KINDS["all"]
    straight = measured(config, few_digits)
    run = Run.make(tmp_path / "run", config)
    training = train(config, None, few_digits)
    for _ in range(60):
        next(training)
    events = [training.send(Stop()), *training]
    end = next(event for event in events if isinstance(event, TrainingEnd))
    assert 0 < end.epoch % 1 < 1
    run.append(end)
    _, checkpoint = resume(tmp_path / "run")
    last = measured(config, few_digits, checkpoint=checkpoint)[-1]
    assert kept(last) == kept(straight[-1])


def test_more_epochs_can_be_asked_for(few_digits: Digits, tmp_path: Path) -> None:
    config = dataclasses.replace(SMALL, schedule="constant", epochs=2)
    run = Run.make(tmp_path / "run", config)
    for event in measured(config, few_digits):
        run.append(event)
    longer, checkpoint = resume(tmp_path / "run", epochs=5)
    longer.rewind(checkpoint.numbers["step"])
    assert json.loads((tmp_path / "run" / "config.json").read_text())["epochs"] == 5
    rest = measured(longer.config, few_digits, checkpoint=checkpoint)
    straight = measured(dataclasses.replace(config, epochs=5), few_digits)
    assert kept(rest[-1]) == kept(straight[-1])


def test_a_run_out_of_patience_is_not_given_more_epochs(few_digits: Digits, tmp_path: Path) -> None:
    config = TrainingConfig(
        hidden="50", training=100, validation=100, batch_size=10, epochs=60, patience=3, learning_rate=0.3, momentum=0
    )
    run = Run.make(tmp_path / "run", config)
    *_, end = measured(config, few_digits)
    run.append(end)
    with pytest.raises(DigitpadError, match="its best epoch lies 3 back, as far as its patience goes"):
        resume(tmp_path / "run", epochs=90)
    _, checkpoint = resume(tmp_path / "run")
    again = measured(config, few_digits, checkpoint=checkpoint)[-1]
    assert isinstance(again, TrainingEnd)


def test_changes_on_the_way_are_written_down_and_remembered(few_digits: Digits, tmp_path: Path) -> None:
    run = Run.make(tmp_path / "run", SMALL)
    training = train(SMALL, None, few_digits)
    next(training)
    event = training.send(Change(learning_rate=0.03, batch_size=20, l2=0.001))
    assert isinstance(event, Changed)
    run.append(event)
    for later in training:
        if isinstance(later, EpochEnd):
            run.append(later)
            training.close()
            break
    _, checkpoint = resume(tmp_path / "run")
    assert [checkpoint.numbers[name] for name in ("learning_rate", "batch_size", "l2")] == [0.03, 20, 0.001]
    first = json.loads((tmp_path / "run" / "events.jsonl").read_text().splitlines()[0])
    assert first == {"event": "changed", "step": 0, "learning_rate": 0.03, "batch_size": 20, "l2": 0.001}


def test_a_stop_while_measuring_loses_no_measurement(few_digits: Digits, tmp_path: Path) -> None:
    straight = [event for event in train(SMALL, None, few_digits) if isinstance(event, Evaluation | Progress)]
    training = train(SMALL, None, few_digits)
    while not isinstance(next(training), Evaluation):
        pass
    # After six steps comes the first mark within the epoch; the seventh yield lies within its measurement.
    assert [next(training) for _ in range(7)] == [None] * 7
    end = next(event for event in (training.send(Stop()), *training) if isinstance(event, TrainingEnd))
    assert end.step == 6
    run = Run.make(tmp_path / "run", SMALL)
    run.append(end)
    _, checkpoint = resume(tmp_path / "run")
    resumed = train(SMALL, None, few_digits, checkpoint=checkpoint)
    rest = [event for event in resumed if isinstance(event, Evaluation | Progress)]
    assert rest[0].step == 6
    for ours, theirs in zip(rest, straight[1:], strict=True):
        if isinstance(ours, Progress):
            assert ours == theirs
        else:
            assert kept(ours) == kept(theirs)


def test_a_resumed_training_that_explodes_at_once_hands_over_what_it_went_on_from(
    few_digits: Digits, tmp_path: Path
) -> None:
    config = dataclasses.replace(SMALL, epochs=1, schedule="constant")
    run = Run.make(tmp_path / "run", config)
    *_, end = measured(config, few_digits)
    run.append(end)
    longer, checkpoint = resume(tmp_path / "run", epochs=3)
    training = train(longer.config, None, few_digits, checkpoint=checkpoint)
    next(training)
    training.send(Change(learning_rate=1e6))
    with pytest.raises(TrainingError) as caught:
        list(training)
    assert caught.value.last_good is not None
    for ours, theirs in zip(caught.value.last_good.network.parameters, end.network.parameters, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_a_change_at_the_saved_step_is_forgotten_if_it_came_after(few_digits: Digits, tmp_path: Path) -> None:
    run = Run.make(tmp_path / "run", SMALL)
    training = train(SMALL, None, few_digits)
    for event in training:
        if isinstance(event, Evaluation):
            run.append(event)
        if isinstance(event, EpochEnd):
            changed = training.send(Change(learning_rate=0.5))
            assert isinstance(changed, Changed)
            run.append(changed)
            break
    run, checkpoint = resume(tmp_path / "run")
    run.rewind(checkpoint.numbers["step"])
    lines = [json.loads(line) for line in (tmp_path / "run" / "events.jsonl").read_text().splitlines()]
    assert lines[-1]["event"] == "epoch"
    assert checkpoint.numbers["learning_rate"] == SMALL.learning_rate


def test_events_after_the_saved_state_are_forgotten(few_digits: Digits, tmp_path: Path) -> None:
    run = Run.make(tmp_path / "run", SMALL)
    epochs = 0
    for event in measured(SMALL, few_digits):
        epochs += isinstance(event, EpochEnd)
        if epochs == 1 and not isinstance(event, EpochEnd):
            # The state on disk is the first epoch's; these measurements came later.
            run.append(event)
        elif epochs <= 1:
            run.append(event)
    with (tmp_path / "run" / "events.jsonl").open("a") as file:
        file.write('{"event": "evaluation", "st')  # the power failed here
    before = (tmp_path / "run" / "events.jsonl").read_bytes()
    run, checkpoint = resume(tmp_path / "run")
    assert (tmp_path / "run" / "events.jsonl").read_bytes() == before
    run.rewind(checkpoint.numbers["step"])
    lines = [json.loads(line) for line in (tmp_path / "run" / "events.jsonl").read_text().splitlines()]
    assert lines[-1]["step"] == checkpoint.numbers["step"]
    assert lines[-1]["event"] == "epoch"


def test_a_run_that_never_finished_an_epoch_can_be_begun_again(tmp_path: Path) -> None:
    run = Run.make(tmp_path / "run", SMALL)
    (run.folder / "events.jsonl").write_text("{}\n")
    with pytest.raises(DigitpadError, match="has not finished an epoch: start it again with --run"):
        resume(run.folder)
    Run.make(run.folder, SMALL)
    assert [path.name for path in run.folder.iterdir()] == ["config.json"]
    with pytest.raises(DigitpadError, match="is no folder of a run"):
        resume(tmp_path)


def test_a_folder_with_something_in_it_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x")
    with pytest.raises(DigitpadError, match="is not empty"):
        Run.make(tmp_path, SMALL)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_the_number_of_threads_changes_nothing(few_digits: Digits) -> None:
    # Several pieces a batch, or there would be nothing to share.
    config = dataclasses.replace(KINDS["all"], epochs=1, batch_size=300)
    one, two = (measured(config, few_digits, threads=threads)[-1] for threads in (1, 2))
    for a, b in zip(one.network.parameters, two.network.parameters, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_a_run_stopped_before_its_first_measurement_goes_on(optimizer: str, few_digits: Digits, tmp_path: Path) -> None:
    config = dataclasses.replace(SMALL, optimizer=optimizer, learning_rate=0.003, epochs=1)
    run = Run.make(tmp_path / "run", config)
    training = train(config, None, few_digits)
    next(training)
    event = training.send(Stop())
    while not isinstance(event, TrainingEnd):
        event = next(training)
    run.append(event)
    _, checkpoint = resume(tmp_path / "run")
    rest = measured(config, few_digits, checkpoint=checkpoint)
    straight = measured(config, few_digits)
    assert [event.step for event in rest] == [event.step for event in straight]
    for a, b in zip(rest[-1].network.parameters, straight[-1].network.parameters, strict=True):
        np.testing.assert_array_equal(a, b)
