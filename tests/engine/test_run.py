"""Runs on disk: stopped, resumed, damaged."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from digitpad.data.dataset import Digits
from digitpad.engine.config import TrainingConfig
from digitpad.engine.events import Changed, EpochEnd, Evaluation, Event, Stop, TrainingEnd
from digitpad.engine.run import Run, resume
from digitpad.engine.training import train
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


def test_changes_on_the_way_are_written_down_and_remembered(few_digits: Digits, tmp_path: Path) -> None:
    from digitpad.engine.events import Change

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


def saved_run(folder: Path, digits: Digits) -> Path:
    config = dataclasses.replace(SMALL, epochs=1)
    run = Run.make(folder, config)
    for event in measured(config, digits):
        run.append(event)
    return folder


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"hidden": "13"}, r"config\.json was changed: its hidden is '13', the state belongs to '12'"),
        ({"hidden": "12 tanh"}, "its hidden is '12 tanh'"),
        ({"optimizer": "adam"}, "its optimizer is 'adam', the state belongs to 'sgd'"),
        ({"seed": 5}, "its seed is 5, the state belongs to 0; put that back, or begin a new run"),
        ({"epoch": 3}, "there is no setting 'epoch'"),
        ({"momentum": "much"}, "the setting momentum is 'much': use a number like 0.9"),
    ],
)
def test_a_state_of_another_training_is_refused(
    settings: dict[str, object], sentence: str, few_digits: Digits, tmp_path: Path
) -> None:
    path = saved_run(tmp_path / "run", few_digits) / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | settings))
    before = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    with pytest.raises(DigitpadError, match=sentence):
        resume(tmp_path / "run", epochs=9)
    assert {file.name: file.read_bytes() for file in path.parent.iterdir()} == before


def test_tensors_of_another_network_are_refused(few_digits: Digits, tmp_path: Path) -> None:
    _, checkpoint = resume(saved_run(tmp_path / "run", few_digits))
    for other, sentence in (("13", "the saved state has shape"), ("12, 12", "the saved state has")):
        with pytest.raises(DigitpadError, match=sentence):
            measured(dataclasses.replace(SMALL, hidden=other), few_digits, checkpoint=checkpoint)
    with pytest.raises(DigitpadError, match="another optimiser's buffers"):
        measured(dataclasses.replace(SMALL, optimizer="adam"), few_digits, checkpoint=checkpoint)


def test_a_run_that_never_finished_an_epoch_can_be_begun_again(tmp_path: Path) -> None:
    run = Run.make(tmp_path / "run", SMALL)
    (run.folder / "events.jsonl").write_text("{}\n")
    with pytest.raises(DigitpadError, match="has not finished an epoch: start it again with --run"):
        resume(run.folder)
    Run.make(run.folder, SMALL)
    assert [path.name for path in run.folder.iterdir()] == ["config.json"]
    with pytest.raises(DigitpadError, match="is no folder of a run"):
        resume(tmp_path)


@pytest.mark.parametrize("name", ["config.json", "state.safetensors"])
@pytest.mark.parametrize("content", [b"", b"{}x", b"[]", b"\xff" * 100])
def test_damaged_files_are_refused_in_a_sentence(name: str, content: bytes, few_digits: Digits, tmp_path: Path) -> None:
    (saved_run(tmp_path / "run", few_digits) / name).write_bytes(content)
    with pytest.raises(DigitpadError) as caught:
        resume(tmp_path / "run")
    assert "\n" not in str(caught.value)


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
