"""Runs on disk: recorded, stopped, killed, resumed."""

import dataclasses
import json
import math
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from digitpad.data import ink_files, synthetic_pen
from digitpad.data.ink_files import LabeledInk
from digitpad.engine.files import weights
from digitpad.engine.runs import history, layout, plans, resumption, seeds, setting_differences, snapshots
from digitpad.engine.runs.metadata import RunError, RunMetadata
from digitpad.engine.runs.plans import resume_run
from digitpad.engine.runs.recording import Plan, RecordedTraining
from digitpad.engine.runs.store import RunStore
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.events import (
    Change,
    Changed,
    EpochEnd,
    Evaluation,
    Event,
    Progress,
    Started,
    Stop,
    TrainingEnd,
)
from digitpad.engine.training.generator import TrainingError, train
from digitpad.errors import DigitpadError

pytestmark = pytest.mark.slow

SMALL = TrainingConfig(hidden="12", epochs=5, batch_size=50, validation=500, learning_rate=0.1)
#: Everything that must be remembered, once in each of these.
KINDS = {
    "plain": SMALL,
    "all": dataclasses.replace(
        SMALL, hidden="4c5, p2, d0.2, 10", optimizer="adam", learning_rate=0.003, ema_decay=0.99, patience=4, l2=1e-4,
        shift=1.0, elastic=0.5, training=700, schedule="step",
    ),
    "one digit a step": dataclasses.replace(
        SMALL, batch_size=1, learning_rate=0.001, momentum=0.5, sampling="with-replacement"
    ),
}  # fmt: skip


def recording(plan: Plan, lost: Callable[[str], None] = pytest.fail) -> RecordedTraining:
    return RecordedTraining(lambda: plan, RunStore(), lost)


def recorded(plan: Plan) -> list[Event]:
    """All events of a training that is recorded to its end."""
    return [event for event in recording(plan).events() if event is not None]


def record_until(plan: Plan, epochs: int) -> None:
    """Record a training that is cut off right behind the end of an epoch."""
    training, seen = recording(plan).events(), 0
    for event in training:
        seen += isinstance(event, EpochEnd)
        if seen == epochs:
            training.close()
            return


def measured(config: TrainingConfig, **more: object) -> list[Evaluation]:
    return [event for event in train(config, **more) if isinstance(event, Evaluation)]


def kept(event: Event) -> tuple[object, ...]:
    """What a resumed training must repeat bit for bit."""
    assert isinstance(event, Evaluation)
    figures = [getattr(event, name) for name in ("step", "epoch", "train_cost", "validation_cost")]
    return (type(event), *figures, *(p.tobytes() for p in event.network.parameters))


def contents(folder: Path) -> dict[str, object]:
    """All that a run's files say, but for the clock and the lock."""
    found: dict[str, object] = {}
    for path in sorted(folder.iterdir()):
        if path.name == layout.EVENTS:
            lines = [json.loads(line) for line in path.read_text().splitlines()]
            found[path.name] = [{k: v for k, v in line.items() if k != "seconds"} for line in lines]
        elif path.name != "about.json" and not path.name.startswith("."):
            found[path.name] = path.read_bytes()
    return found


@pytest.fixture
def kinds(few_digits_folder: Path) -> dict[str, TrainingConfig]:
    return {name: dataclasses.replace(config, data=str(few_digits_folder)) for name, config in KINDS.items()}


@pytest.fixture
def small(kinds: dict[str, TrainingConfig]) -> TrainingConfig:
    return kinds["plain"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_cut_off_and_gone_on_with_equals_one_that_was_not(
    kinds: dict[str, TrainingConfig], kind: str, tmp_path: Path
) -> None:
    recorded(Plan(kinds[kind], folder=tmp_path / "straight"))
    record_until(Plan(kinds[kind], folder=tmp_path / "cut"), epochs=2)
    rest = recorded(resume_run(tmp_path / "cut"))
    assert sum(isinstance(event, EpochEnd) for event in rest) == 3
    assert contents(tmp_path / "cut") == contents(tmp_path / "straight")


def test_a_training_stopped_within_an_epoch_goes_on_at_that_digit(
    kinds: dict[str, TrainingConfig], tmp_path: Path
) -> None:
    config = kinds["all"]
    recorded(Plan(config, folder=tmp_path / "straight"))
    training = recording(Plan(config, folder=tmp_path / "run")).events()
    for _ in range(60):
        next(training)
    end = next(event for event in (training.send(Stop()), *training) if isinstance(event, TrainingEnd))
    assert 0 < end.epoch % 1 < 1
    assert RunMetadata.read(tmp_path / "run").ended_as == "stopped"
    recorded(resume_run(tmp_path / "run"))
    assert contents(tmp_path / "run") == contents(tmp_path / "straight")
    assert RunMetadata.read(tmp_path / "run").continued == (end.epoch,)


def test_the_rate_before_a_continuation_stays_that_of_the_plan_that_held_then(
    small: TrainingConfig, tmp_path: Path
) -> None:
    config = dataclasses.replace(small, epochs=2, learning_rate=0.1, schedule="cosine")
    recorded(Plan(config, folder=tmp_path / "run"))
    before = history.read(tmp_path / "run")
    recorded(resume_run(tmp_path / "run", epochs=4))
    after, longer = history.read(tmp_path / "run"), resumption.config_of(tmp_path / "run")
    assert longer.epochs == 4
    for epoch in (0.0, 0.5, 1.9):
        cosine = 0.1 * (1 + math.cos(math.pi * epoch / 2)) / 2
        assert before.rate(config, epoch) == pytest.approx(cosine)
        assert after.rate(longer, epoch) == pytest.approx(cosine)
    for epoch in (2.0, 3.0):
        assert after.rate(longer, epoch) == pytest.approx(0.1 * (1 + math.cos(math.pi * epoch / 4)) / 2)
    # The leap is drawn where it is.
    x, y = after.rates(longer)
    assert y[x < 2][-1] == pytest.approx(0, abs=1e-12)
    assert y[x >= 2][0] == pytest.approx(0.05)


def test_a_run_that_went_on_from_another_network_is_repeated_from_that(small: TrainingConfig, tmp_path: Path) -> None:
    recorded(Plan(small, name="first"))
    first = RunStore().find("first")
    network, record = weights.load(layout.weights_after(first.folder, 0))
    longer = dataclasses.replace(small, epochs=2, learning_rate=0.05)
    origin = plans.Origin(network, record, "first", first.folder, 0)
    recorded(dataclasses.replace(plans.continue_network(origin, longer, 1), folder=tmp_path / "child"))
    recorded(dataclasses.replace(plans.repeat_run(tmp_path / "child", longer.seed, 1), folder=tmp_path / "again"))
    assert contents(tmp_path / "again") == contents(tmp_path / "child")
    assert RunMetadata.read(tmp_path / "again").parent == RunMetadata.read(tmp_path / "child").parent
    other = plans.repeat_run(tmp_path / "child", 7, 2)
    assert (other.config, other.threads) == (dataclasses.replace(longer, seed=7), 2)


def test_what_a_stopped_training_was_at_work_is_not_forgotten(small: TrainingConfig, tmp_path: Path) -> None:
    training = recording(Plan(dataclasses.replace(small, epochs=9), folder=tmp_path / "run")).events()
    for _ in range(30):
        next(training)
    training.send(Stop())
    list(training)
    seconds = RunMetadata.read(tmp_path / "run").seconds
    continue_network = recording(resume_run(tmp_path / "run")).events()
    next(continue_network)
    continue_network.close()
    assert RunMetadata.read(tmp_path / "run").seconds >= seconds > 0


def test_a_killed_process_costs_at_most_the_epoch_under_way(small: TrainingConfig, tmp_path: Path) -> None:
    config = dataclasses.replace(small, epochs=400)
    arguments = ["--hidden", "12", "--epochs", "400", "--batch-size", "50", "--validation", "500"]
    command = [sys.executable, "-m", "digitpad", "train", *arguments, "--learning-rate", "0.1", "--json"]
    command += ["--data", str(config.data), "--run", str(tmp_path / "run")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if json.loads(line)["epoch"] >= 7.5:
                os.kill(process.pid, signal.SIGKILL)
                break
    assert RunStore().find(str(tmp_path / "run")).status == "interrupted"
    plan = resume_run(tmp_path / "run", epochs=400)
    assert plan.checkpoint is not None
    epoch = plan.checkpoint.numbers.epoch
    # Of epoch 7 some measurements came after its end, for which that had to be on the disk.
    assert epoch >= 7
    training = recording(plan).events()
    again = next(event for event in training if isinstance(event, EpochEnd))
    training.close()
    straight = next(e for e in train(config) if isinstance(e, EpochEnd) and e.epoch == epoch + 1)
    assert kept(again) == kept(straight)


def test_a_run_cut_off_in_its_first_epoch_begins_anew(small: TrainingConfig, tmp_path: Path) -> None:
    training = recording(Plan(small, folder=tmp_path / "run")).events()
    next(event for event in training if isinstance(event, Evaluation) and event.step > 10)
    training.close()
    with pytest.raises(DigitpadError, match="is not empty: choose a new one, or go on there with --resume"):
        recorded(Plan(small, folder=tmp_path / "run"))
    recorded(resume_run(tmp_path / "run"))
    recorded(Plan(small, folder=tmp_path / "straight"))
    assert contents(tmp_path / "run") == contents(tmp_path / "straight")


def test_more_epochs_can_be_asked_for(small: TrainingConfig, tmp_path: Path) -> None:
    config = dataclasses.replace(small, schedule="constant", epochs=2)
    recorded(Plan(config, folder=tmp_path / "run"))
    rest = recorded(resume_run(tmp_path / "run", epochs=5))
    assert json.loads((tmp_path / "run" / "config.json").read_text())["epochs"] == 5
    assert kept(rest[-1]) == kept(measured(dataclasses.replace(config, epochs=5))[-1])


def test_a_run_out_of_patience_is_not_given_more_epochs(few_digits_folder: Path, tmp_path: Path) -> None:
    config = TrainingConfig(
        hidden="50", training=100, validation=100, batch_size=10, epochs=60, patience=3, learning_rate=0.3, momentum=0,
        data=str(few_digits_folder),
    )  # fmt: skip
    recorded(Plan(config, folder=tmp_path / "run"))
    with pytest.raises(DigitpadError, match="its best epoch lies 3 back, as far as its patience goes"):
        resume_run(tmp_path / "run", epochs=90)
    assert isinstance(recorded(resume_run(tmp_path / "run"))[-1], TrainingEnd)


def test_a_run_that_was_trained_further_meanwhile_is_not_cut_back(small: TrainingConfig, tmp_path: Path) -> None:
    """Who resumes reads the checkpoint, then the digits, and only then has the lock: another may have had it before."""
    recorded(Plan(small, folder=tmp_path / "run"))
    late, sooner = (resume_run(tmp_path / "run", epochs=small.epochs + more) for more in (2, 1))
    recorded(sooner)
    before = {path.name: path.read_bytes() for path in (tmp_path / "run").iterdir()}
    with pytest.raises(RunError, match="has been trained further meanwhile: resume it again"):
        recorded(late)
    assert {path.name: path.read_bytes() for path in (tmp_path / "run").iterdir()} == before
    assert recorded(resume_run(tmp_path / "run", epochs=small.epochs + 2))[-1].epoch == small.epochs + 2


def test_changes_on_the_way_are_written_down_and_remembered(small: TrainingConfig, tmp_path: Path) -> None:
    training = recording(Plan(small, folder=tmp_path / "run")).events()
    next(training)
    event = training.send(Change(learning_rate=0.03, batch_size=20, l2=0.001))
    assert isinstance(event, Changed)
    next(later for later in training if isinstance(later, EpochEnd))
    training.close()
    checkpoint = resume_run(tmp_path / "run").checkpoint
    assert checkpoint is not None
    numbers = checkpoint.numbers
    assert (numbers.learning_rate, numbers.batch_size, numbers.l2) == (0.03, 20, 0.001)
    first = json.loads((tmp_path / "run" / "events.jsonl").read_text().splitlines()[0])
    assert {k: v for k, v in first.items() if k != "seconds"} == {
        "event": "changed", "step": 0, "epoch": 0.0, "learning_rate": 0.03, "batch_size": 20, "l2": 0.001,
    }  # fmt: skip
    assert history.read(tmp_path / "run").changes == [event]
    # What the network was learned by last is what its record says.
    record = weights.load(layout.weights_after(tmp_path / "run", numbers.step))[1]
    assert record.config is not None
    assert (record.config.learning_rate, record.config.batch_size) == (0.03, 20)


def test_a_change_at_the_saved_step_is_forgotten_if_it_came_after(small: TrainingConfig, tmp_path: Path) -> None:
    training = recording(Plan(small, folder=tmp_path / "run")).events()
    next(event for event in training if isinstance(event, EpochEnd))
    assert isinstance(training.send(Change(learning_rate=0.5)), Changed)
    training.close()
    assert history.read(tmp_path / "run").changes
    recorded(resume_run(tmp_path / "run"))
    assert history.read(tmp_path / "run").changes == []


def test_a_torn_last_line_is_passed_over(small: TrainingConfig, tmp_path: Path) -> None:
    record_until(Plan(small, folder=tmp_path / "run"), epochs=2)
    with (tmp_path / "run" / "events.jsonl").open("a") as file:
        file.write('{"event": "evaluation", "st')  # the power failed here
    assert history.read(tmp_path / "run").measured[-1].epoch == 2
    recorded(resume_run(tmp_path / "run"))
    recorded(Plan(small, folder=tmp_path / "straight"))
    assert contents(tmp_path / "run") == contents(tmp_path / "straight")


def test_a_folder_with_something_in_it_is_not_written_to(small: TrainingConfig, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter").write_text("x")
    with pytest.raises(DigitpadError, match="is not empty"):
        recorded(Plan(small, folder=tmp_path / "mine"))
    assert (tmp_path / "mine" / "letter").read_text() == "x"
    with pytest.raises(DigitpadError, match="is no folder of a run"):
        resume_run(tmp_path / "mine")


def test_a_run_is_written_by_one_at_a_time(small: TrainingConfig, tmp_path: Path) -> None:
    first = recording(Plan(small, folder=tmp_path / "run")).events()
    next(event for event in first if isinstance(event, EpochEnd))
    # No more than two measurements wait to be written: with three more, that epoch is on the disk.
    for _ in range(3):
        next(event for event in first if isinstance(event, Evaluation))
    before = contents(tmp_path / "run")
    with pytest.raises(DigitpadError, match="is being written by another digitpad"):
        recorded(Plan(small, folder=tmp_path / "run"))
    with pytest.raises(DigitpadError, match="is being written by another digitpad"):
        recorded(resume_run(tmp_path / "run"))
    assert contents(tmp_path / "run") == before
    assert RunStore().find(str(tmp_path / "run")).status == "running"
    first.close()
    assert RunStore().find(str(tmp_path / "run")).status == "interrupted"


def test_the_network_of_each_epoch_and_of_the_first_steps_is_kept(small: TrainingConfig, tmp_path: Path) -> None:
    events = recorded(Plan(small, folder=tmp_path / "run"))
    found = snapshots.steps_in(tmp_path / "run")
    expected = {e.step: e for e in events if isinstance(e, EpochEnd) or (isinstance(e, Evaluation) and e.epoch < 1)}
    assert found == sorted(expected)
    for step in found:
        network, record = weights.load(layout.weights_after(tmp_path / "run", step))
        assert record.step == step
        for ours, theirs in zip(network.parameters, expected[step].network.parameters, strict=True):
            np.testing.assert_array_equal(ours, theirs)


def test_the_whole_measurement_is_on_the_disk(small: TrainingConfig, tmp_path: Path) -> None:
    events = [event for event in recorded(Plan(small, folder=tmp_path / "run")) if isinstance(event, Evaluation)]
    matrices = layout.confusions(tmp_path / "run")
    assert len(matrices) == len(events)
    for found, event in zip(matrices, events, strict=True):
        assert event.validation is not None
        np.testing.assert_array_equal(found[0], event.training.confusion)
        np.testing.assert_array_equal(found[1], event.validation.confusion)
    end = events[-1]
    assert isinstance(end, TrainingEnd)
    assert end.test is not None
    np.testing.assert_array_equal(matrices[-1][2], end.test.confusion)
    read = history.read(tmp_path / "run")
    np.testing.assert_array_equal(read.columns["train_cost"], [event.train_cost for event in events[:-1]])
    assert read.test_accuracy == end.test_accuracy
    assert len(read.running["epoch"]) == 5 * 2
    assert (np.diff(read.running["seconds"]) >= 0).all()


def test_of_a_run_that_is_written_just_now_whole_lines_are_read(small: TrainingConfig, tmp_path: Path) -> None:
    recorded(Plan(small, folder=tmp_path / "whole"))
    content = (tmp_path / "whole" / layout.EVENTS).read_bytes()
    (tmp_path / "part").mkdir()
    assert len(history.read(tmp_path / "part")) == 0
    whole = list(history.read(tmp_path / "whole").measured)
    first = content.index(b"\n")
    # In the middle of a line, before its end, and torn by what came behind it.
    for end, count in ((10, 0), (first, 1), (first + 40, 1), (len(content) - 1, len(whole))):
        (tmp_path / "part" / layout.EVENTS).write_bytes(content[:end])
        assert list(history.read(tmp_path / "part").measured) == whole[:count]
    (tmp_path / "part" / layout.EVENTS).write_bytes(content[:first] + b"\n{torn\n[1]\n" + content[first + 1 :])
    assert list(history.read(tmp_path / "part").measured) == whole


def test_a_copy_of_a_history_does_not_grow_with_it(small: TrainingConfig, tmp_path: Path) -> None:
    recorded(Plan(small, folder=tmp_path / "run"))
    growing = history.read(tmp_path / "run")
    places, copied, count = growing.measured, growing.copy(), len(growing)
    growing.append({"step": 1e6, "epoch": 9.0}, is_epoch=True)
    growing.add(Progress(10**6, 9.0, 0.1), 1.0)
    growing.add(Changed(0.1, 128, 0.0, step=10**6, epoch=9.0), 1.0)
    # Those that were asked for before stay as many, too.
    assert len(copied) == len(places) == count
    assert len(copied.changes) == 0
    assert copied.count(history.RUNNING_COST) == growing.count(history.RUNNING_COST) - 1
    assert {name: len(column) for name, column in copied.columns.items()} == dict.fromkeys(copied.columns, count)


def test_a_training_that_explodes_keeps_its_run_and_the_last_good_network(
    small: TrainingConfig, tmp_path: Path
) -> None:
    config = dataclasses.replace(small, learning_rate=1e5)
    training = recording(Plan(config, folder=tmp_path / "run"))
    with pytest.raises(TrainingError):
        list(training.events())
    assert training.last_good is not None
    assert training.last_good.step == 0
    metadata = RunMetadata.read(tmp_path / "run")
    assert metadata.ended_as == "failed"
    assert "lower the learning rate (now 100000)" in metadata.failure
    assert weights.load(tmp_path / "run" / layout.WEIGHTS)[1].step == 0


def test_a_resumed_training_that_explodes_at_once_hands_over_what_it_went_on_from(
    small: TrainingConfig, tmp_path: Path
) -> None:
    config = dataclasses.replace(small, epochs=1, schedule="constant")
    end = recorded(Plan(config, folder=tmp_path / "run"))[-1]
    assert isinstance(end, TrainingEnd)
    training = recording(resume_run(tmp_path / "run", epochs=3))
    events = training.events()
    next(events)
    events.send(Change(learning_rate=1e6))
    with pytest.raises(TrainingError):
        list(events)
    assert training.last_good is not None
    for ours, theirs in zip(training.last_good.network.parameters, end.network.parameters, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_a_training_whose_folder_is_taken_away_says_so_once_and_goes_on_to_its_end(
    small: TrainingConfig, tmp_path: Path
) -> None:
    said: list[str] = []
    training = recording(Plan(small, folder=tmp_path / "run"), said.append)
    events = training.events()
    next(event for event in events if isinstance(event, EpochEnd))
    (tmp_path / "run").rename(tmp_path / "gone")
    (*_, end) = [event for event in events if event is not None]
    assert isinstance(end, TrainingEnd)
    for ours, theirs in zip(end.network.parameters, measured(small)[-1].network.parameters, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert len(said) == 1
    assert "the folder does not exist" in said[0]
    assert "goes on" in said[0]
    assert training.last_good is end
    assert training.is_lost
    assert not training.is_kept


@pytest.mark.parametrize(("hidden", "batch"), [("16", 300), ("4c5, p2, 6c5, p2, 12", 32)])
def test_the_number_of_threads_changes_nothing(hidden: str, batch: int, kinds: dict[str, TrainingConfig]) -> None:
    # Several pieces a batch, or convolutions whose ways back can be shared, or there would be nothing to share.
    config = dataclasses.replace(kinds["all"], epochs=1, hidden=hidden, batch_size=batch)
    one, two = (measured(config, threads=threads)[-1] for threads in (1, 2))
    for a, b in zip(one.network.parameters, two.network.parameters, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_a_run_stopped_before_its_first_measurement_goes_on(
    optimizer: str, small: TrainingConfig, tmp_path: Path
) -> None:
    config = dataclasses.replace(small, optimizer=optimizer, learning_rate=0.003, epochs=1)
    training = recording(Plan(config, folder=tmp_path / "run")).events()
    next(training)
    rest: Iterator[Event | None] = iter((training.send(Stop()), *training))
    next(event for event in rest if isinstance(event, TrainingEnd))
    recorded(resume_run(tmp_path / "run"))
    recorded(Plan(config, folder=tmp_path / "straight"))
    assert contents(tmp_path / "run") == contents(tmp_path / "straight")


def test_a_run_keeps_the_ink_that_it_learns(few_digits_folder: Path, tmp_path: Path) -> None:
    """What becomes of the file, and where the run is moved to, changes nothing."""
    ink = tmp_path / "mine.jsonl"
    ink.write_text("".join(ink_lines()))
    config = dataclasses.replace(SMALL, data=str(few_digits_folder), ink=str(ink), epochs=2)
    whole = recorded(Plan(config, folder=tmp_path / "whole"))
    record_until(Plan(config, folder=tmp_path / "cut"), 1)
    (copy,) = (tmp_path / "cut").glob("mine.*.jsonl")
    assert copy.read_bytes() == ink.read_bytes()
    found = plans.continue_network(origin_of(tmp_path / "cut"), config, 1)
    assert (found.resumed, found.config.ink) == (True, str(copy))
    ink.unlink()
    moved = (tmp_path / "cut").rename(tmp_path / "moved")
    gone_on = recorded(resume_run(moved))
    assert kept(gone_on[-1]) == kept(whole[-1])
    configs = [resumption.config_of(tmp_path / name) for name in ("whole", "moved")]
    assert setting_differences.difference(*configs) == {}
    assert setting_differences.in_words(configs[0], dataclasses.replace(configs[0], ink=None)) == f"ink {copy.name}"


def test_a_run_that_was_cut_off_before_its_settings_were_written_is_begun_again(
    few_digits_folder: Path, tmp_path: Path
) -> None:
    ink = tmp_path / "mine.jsonl"
    ink.write_text("".join(ink_lines()))
    config = dataclasses.replace(SMALL, data=str(few_digits_folder), ink=str(ink), epochs=1)
    recorded(Plan(config, folder=tmp_path / "straight"))
    (copy,) = (tmp_path / "straight").glob("mine.*.jsonl")
    (tmp_path / "run").mkdir()
    for left in (copy, layout.weights_after(tmp_path / "straight", 0)):
        (tmp_path / "run" / left.name).write_bytes(left.read_bytes())
    recorded(Plan(config, folder=tmp_path / "run"))
    assert contents(tmp_path / "run") == contents(tmp_path / "straight")


def test_other_ink_is_another_training(few_digits_folder: Path, tmp_path: Path) -> None:
    ink, lines = tmp_path / "mine.jsonl", ink_lines()
    ink.write_text("".join(lines[:9]))
    config = dataclasses.replace(SMALL, data=str(few_digits_folder), ink=str(ink), epochs=1)
    recorded(Plan(config, folder=tmp_path / "run"))
    ink.write_text("".join(lines))
    assert not plans.continue_network(origin_of(tmp_path / "run"), config, 1).resumed
    with pytest.raises(DigitpadError, match=r"gone\.jsonl does not exist"):
        recorded(Plan(dataclasses.replace(config, ink=str(tmp_path / "gone.jsonl")), folder=tmp_path / "other"))
    assert not (tmp_path / "other").exists()


def test_ink_that_changes_while_a_training_begins_changes_nothing(few_digits_folder: Path, tmp_path: Path) -> None:
    ink, lines = tmp_path / "mine.jsonl", ink_lines()
    ink.write_text("".join(lines[:5]))
    config = dataclasses.replace(SMALL, data=str(few_digits_folder), ink=str(ink), epochs=1, synthetic=20)
    training = recording(Plan(config, folder=tmp_path / "run")).events()
    first = next(event for event in training if isinstance(event, Started))
    ink.write_text("".join(lines))
    for _ in training:
        pass
    (copy,) = (tmp_path / "run").glob("mine.*.jsonl")
    assert copy.read_text() == "".join(lines[:5])
    assert first.training == 1_500 + 5 + 20


def test_runs_with_the_same_ink_are_seeds_of_one_kind(few_digits_folder: Path, tmp_path: Path) -> None:
    ink = tmp_path / "mine.jsonl"
    ink.write_text("".join(ink_lines()))
    config = dataclasses.replace(SMALL, data=str(few_digits_folder), ink=str(ink), epochs=1)
    for seed in (0, 1):
        recorded(Plan(dataclasses.replace(config, seed=seed), folder=tmp_path / str(seed)))
    configs = [resumption.config_of(tmp_path / name) for name in ("0", "1")]
    assert len({seeds.kind_of(config, None, history.History()) for config in configs}) == 1


def ink_lines() -> list[str]:
    rng = np.random.default_rng(0)
    written = [LabeledInk(synthetic_pen.write(synthetic_pen.choose(digit, rng), rng), digit) for digit in range(10)]
    return [ink_files.text_of(drawing) for drawing in written]


def origin_of(folder: Path) -> plans.Origin:
    network, record = weights.load(max(folder.glob("weights-*"), key=lambda path: int(path.stem[8:])))
    return plans.Origin(network, record, "it", folder)
