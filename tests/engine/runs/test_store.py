"""All runs together: listed, named, deleted and brought back, referred to, compared."""

import contextlib
import dataclasses
import gc
import itertools
import json
import math
import os
import shutil
import time
from collections.abc import Hashable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import filelock
import numpy as np
import pytest

from digitpad.engine.files import weights
from digitpad.engine.runs import (
    history,
    layout,
    lock,
    metadata,
    retention,
    seeds,
    setting_differences,
    snapshots,
    trash,
)
from digitpad.engine.runs.history import History
from digitpad.engine.runs.metadata import Parent, RunError, RunMetadata
from digitpad.engine.runs.plans import Origin, continue_network, extend_run
from digitpad.engine.runs.recording import Plan
from digitpad.engine.runs.references import resolve
from digitpad.engine.runs.store import RunStore
from digitpad.engine.runs.summary import RunSummary
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.events import Changed
from digitpad.errors import DigitpadError
from digitpad.files import FileError
from tests.engine.runs.test_run import SMALL, record_until, recorded
from tests.events import evaluation


@pytest.fixture
def small(few_digits_folder: Path) -> TrainingConfig:
    return dataclasses.replace(SMALL, epochs=3, data=str(few_digits_folder))


def test_runs_are_listed_newest_first_with_unique_names(small: TrainingConfig, tmp_path: Path) -> None:
    store = RunStore()
    recorded(Plan(small))
    recorded(Plan(dataclasses.replace(small, seed=1)))
    recorded(Plan(small, folder=tmp_path / "night"))
    recorded(Plan(small, name="mine"))
    runs = store.runs()
    assert {run.name for run in runs} == {"12", "12 2", "night", "mine"}
    assert all(run.status == "ended" and run.figures.epochs == 3 for run in runs)
    keys = {"name", "folder", "status", "started", "seconds", "epochs", "best_validation_accuracy", "test_accuracy"}
    keys |= {"validation_accuracy", "best_epoch"}
    assert all(run.as_dict().keys() == keys | {"config"} for run in runs)
    best = max(a for a, is_epoch in zip(
        history.read(tmp_path / "night").columns["validation_accuracy"],
        history.read(tmp_path / "night").is_epoch, strict=True,
    ) if is_epoch)  # fmt: skip
    figures = store.find("night").figures
    assert figures.best_validation_accuracy == best
    # What stands beside the test is of the network that was tested.
    _, record = weights.load(tmp_path / "night" / "weights.safetensors")
    assert (figures.validation_accuracy, figures.test_accuracy) == (record.validation_accuracy, record.test_accuracy)
    assert store.find(str(tmp_path / "night")).name == "night"


@pytest.mark.parametrize("name", ["", "a@b", "a/b", "a\\b", "x" * 61, "a\nb\x07", "net.onnx"])
def test_names_that_could_not_be_told_apart_are_refused(small: TrainingConfig, name: str) -> None:
    recorded(Plan(dataclasses.replace(small, epochs=1)))
    store = RunStore()
    with pytest.raises(DigitpadError, match="cannot be used"):
        store.rename(store.find("12"), name)
    assert store.find("12").name == "12"


def test_renaming_moves_no_folder_and_takes_no_others_name(small: TrainingConfig) -> None:
    recorded(Plan(small))
    recorded(Plan(small))
    store = RunStore()
    run = store.find("12 2")
    with pytest.raises(DigitpadError, match="there is a run called '12' already"):
        store.rename(run, "12")
    store.rename(run, "  my  best ")
    assert store.find("my best").folder == run.folder
    with pytest.raises(DigitpadError, match="no run called '12 2'"):
        store.find("12 2")


def test_who_went_on_from_a_run_follows_its_name(small: TrainingConfig, tmp_path: Path) -> None:
    recorded(Plan(small))
    store = RunStore()
    elder = store.find("12").folder
    kinds = {
        "of it": elder,
        "in the trash": elder,
        "of a file of that name": None,
        "of a folder that is gone": tmp_path,
    }
    for name, folder in kinds.items():
        recorded(Plan(small, parent=Parent.of("12", 10, 1.0, folder)))
        store.rename(store.find("12 2"), name)
    deleted = store.delete(store.find("in the trash"))
    store.rename(store.find("12"), "elder")
    store.restore(deleted)
    origins = {run.name: run.metadata.parent.words for run in store.runs() if run.metadata.parent is not None}
    assert origins == {name: f"{'elder' if folder == elder else '12'} after 1 epoch" for name, folder in kinds.items()}
    # Wherever all runs are moved.
    moved = tmp_path / "moved"
    shutil.move(store.folder, moved)
    store = RunStore(moved)
    store.rename(store.find("elder"), "eldest")
    assert store.find("of it").metadata.parent == Parent("eldest", 10, 1.0)


def test_a_run_that_comes_back_to_a_taken_name_takes_its_children_along(small: TrainingConfig, tmp_path: Path) -> None:
    recorded(Plan(small))
    store = RunStore()
    recorded(Plan(small, parent=Parent.of("", 10, 1.0, store.find("12").folder)))
    deleted = store.delete(store.find("12"))
    store.rename(store.find("12 2"), "child")
    recorded(Plan(small, folder=tmp_path / "other"))
    store.rename(store.find("other"), "12")
    store.restore(deleted)
    assert sorted(run.name for run in store.runs()) == ["12", "12 2", "child"]
    assert store.find("child").metadata.parent == Parent("12 2", 10, 1.0)


def test_a_run_that_is_renamed_while_it_trains_keeps_its_new_name(small: TrainingConfig) -> None:
    from digitpad.engine.training.events import EpochEnd
    from tests.engine.runs.test_run import recording

    training = recording(Plan(small)).events()
    next(event for event in training if isinstance(event, EpochEnd))
    store = RunStore()
    store.rename(store.find("12"), "renamed")
    store.annotate(store.find("renamed"), "a note")
    list(training)
    run = store.find("renamed")
    assert (run.status, run.metadata.note) == ("ended", "a note")


def test_deleting_moves_to_the_trash_and_back(small: TrainingConfig, tmp_path: Path) -> None:
    recorded(Plan(small, folder=tmp_path / "night"))
    store = RunStore()
    deleted = store.delete(store.find("night"))
    assert deleted.trashed.parent == store.folder / ".trash"
    assert store.runs() == []
    assert not (tmp_path / "night").exists()
    store.restore(deleted)
    assert store.find("night").folder == tmp_path / "night"


def test_the_folder_of_a_run_in_the_trash_is_not_given_to_another() -> None:
    store, now = RunStore(), datetime.now()
    for seconds in range(10):
        trashed = store.folder / ".trash" / f"{now + timedelta(seconds=seconds):%Y-%m-%d %H.%M.%S}"
        trashed.mkdir(parents=True)
    assert store.new_folder().name.endswith(" (2)")
    assert store.new_folder().name.endswith((" (2)", " (3)"))


def test_of_what_is_deleted_nothing_stays_in_memory(small: TrainingConfig) -> None:
    for _ in range(3):
        recorded(Plan(small))
    store = RunStore()
    # As the window does it, which lists all runs again and again and holds none for longer.
    for run in store.runs()[1:]:
        store.delete(run)
    del run
    assert len(store.runs()) == 1
    gc.collect()
    alive = [thing for thing in gc.get_objects() if isinstance(thing, RunSummary)]
    assert len([run for run in alive if run.folder.parent == store.folder]) == 1


@pytest.mark.parametrize(
    ("moment", "epoch"), [("", 3), ("@0", 0), ("@2", 2), ("@3", 3), ("@step:30", 1), ("@step:3", 3 * 50 / 1500)]
)
def test_a_moment_of_a_run_is_a_network(small: TrainingConfig, moment: str, epoch: float) -> None:
    recorded(Plan(small))
    network, record = resolve(f"12{moment}", RunStore()).load()
    assert record.epoch == pytest.approx(epoch)
    assert network.spec == "12"


def test_the_best_is_that_of_the_lowest_validation_cost(small: TrainingConfig) -> None:
    recorded(Plan(dataclasses.replace(small, epochs=6, learning_rate=0.5, schedule="constant")))
    run = history.read(RunStore().find("12").folder)
    costs = {snapshot.step: cost for snapshot, cost in zip(run.measured, run.columns["validation_cost"], strict=True)
             if snapshot.is_epoch}  # fmt: skip
    best = resolve("12@best", RunStore())
    assert best.snapshot is not None
    assert best.snapshot.step == min(costs, key=lambda step: costs[step])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("12@9", "has not come to epoch 9: its last network is that of epoch 3"),
        ("12@step:99999", "has not come to step 99999"),
        ("12@soon", "there is no snapshot 'soon' in a run: use RUN@0, RUN@3, RUN@best or RUN@step:30"),
        ("13", "there is no file, no folder of a run and no run called '13'"),
        ("none.npz", "none.npz does not exist: choose a file"),
    ],
)
def test_what_names_no_network_is_refused_in_a_sentence(small: TrainingConfig, text: str, sentence: str) -> None:
    recorded(Plan(small))
    with pytest.raises(DigitpadError, match=sentence):
        resolve(text, RunStore())


def test_a_thinned_epoch_names_the_nearest_that_is_kept(small: TrainingConfig) -> None:
    recorded(Plan(small))
    folder = RunStore().find("12").folder
    layout.weights_after(folder, 60).unlink()
    reference = resolve("12@2", RunStore())
    assert reference.snapshot is not None
    assert reference.snapshot.epoch in (1, 3)
    assert "the nearest" in reference.note


def test_the_trash_is_counted_and_forgets_what_was_deleted_long_ago(small: TrainingConfig) -> None:
    recorded(Plan(small, name="old"))
    recorded(Plan(small, name="new"))
    store = RunStore()
    assert store.trash.bytes_used() == 0
    size = sum(trash.disk_use(run.folder) for run in store.runs())
    long_ago = time.time() - 86_400 * (retention.OLD_DAYS + 1)
    for run in store.runs():
        # Old trainings were not deleted long ago for that.
        for path in (*run.folder.iterdir(), run.folder):
            os.utime(path, (long_ago, long_ago))
    old, new = (store.delete(store.find(name)).trashed for name in ("old", "new"))
    assert store.trash.bytes_used() == size + sum((run / layout.DELETED).stat().st_size for run in (old, new))
    store.prune([])
    assert (old.exists(), new.exists()) == (True, True)
    # One date alone is no reason to remove anything, and neither are two that contradict each other.
    os.utime(old / ".deleted", (long_ago, long_ago))
    store.prune([])
    assert old.exists()
    # What contradicts itself is counted from now on.
    assert abs((old / ".deleted").stat().st_mtime - time.time()) < 60
    for date, changed in ((long_ago, None), (time.time() + 9e6, (long_ago, long_ago)), (0, (0, 0))):
        (old / ".deleted").write_text(datetime.fromtimestamp(date).astimezone().isoformat())
        os.utime(old / ".deleted", changed)
        store.prune([])
        assert old.exists()
    (old / ".deleted").write_text(datetime.fromtimestamp(long_ago).astimezone().isoformat())
    os.utime(old / ".deleted", (long_ago, long_ago))
    # One that somebody else put there counts from when it is seen; what is no run is left alone.
    shutil.copytree(new, copy := new.with_name("by hand"))
    (copy / ".deleted").unlink()
    os.utime(copy, (long_ago, long_ago))
    (mine := new.with_name("mine")).mkdir()
    os.utime(mine, (long_ago, long_ago))
    store.prune([])
    assert [path.exists() for path in (old, new, copy, mine)] == [False, True, True, True]
    assert (copy / ".deleted").exists()


def test_a_run_behind_a_link_is_the_one_that_is_listed(small: TrainingConfig, tmp_path: Path) -> None:
    recorded(Plan(small, name="a"))
    store = RunStore()
    (link := tmp_path / "link").symlink_to(store.folder, target_is_directory=True)
    (listed,) = RunStore(link).runs()
    assert RunStore(link).find(str(store.find("a").folder)).folder == listed.folder


def test_a_name_that_two_runs_bear_is_asked_back(small: TrainingConfig) -> None:
    recorded(Plan(small, name="night"))
    store = RunStore()
    folder = store.find("night").folder
    shutil.copytree(folder, copy := folder.with_name("a copy"))
    with pytest.raises(RunError, match="two runs are called 'night': give the folder") as caught:
        store.find("night")
    assert all(str(path) in str(caught.value) for path in (folder, copy))
    assert store.find(str(copy)).name == "night"


def test_dates_are_believed_where_two_that_can_be_true_say_the_same() -> None:
    now = datetime(2026, 6, 1).timestamp()
    dates = {year: datetime(year, 3, 1).timestamp() for year in (1970, 2019, 2021, 2024, 2026, 2027, 9000)}
    for first, second in itertools.product([*dates.values(), math.nan], repeat=2):
        is_old = first == second and first in (dates[2021], dates[2024], dates[2026])
        assert retention.is_old(first, second, now) == is_old
    # A day apart is the same, and thirty days are not reached yet by the younger of two.
    day = 86_400
    assert retention.is_old(now - 31 * day, now - 32 * day, now)
    assert not retention.is_old(now - 29 * day, now - 30.5 * day, now)


def test_old_runs_are_thinned_but_for_the_first_the_best_and_the_last(small: TrainingConfig) -> None:
    recorded(Plan(dataclasses.replace(small, epochs=40, hidden="4")))
    store = RunStore()
    run = store.find("4")
    measured = history.read(run.folder)
    before = snapshots.epochs_in(run.folder, measured.measured)
    store.prune(store.runs())
    assert snapshots.epochs_in(run.folder, measured.measured) == before
    long_ago = datetime(2021, 1, 1).astimezone()
    for ended in ("garbage", "1970-01-01T00:00:00+00:00", "9999-01-01T00:00:00+00:00", long_ago.isoformat()):
        # The files' own dates say that the run has just ended.
        dataclasses.replace(run.metadata, ended=ended).write(run.folder)
        store.prune(RunStore().runs())
        assert snapshots.epochs_in(run.folder, measured.measured) == before
    for name in (layout.CONFIG, layout.EVENTS):
        os.utime(run.folder / name, (long_ago.timestamp(), long_ago.timestamp()))
    store.prune(RunStore().runs())
    after = snapshots.epochs_in(run.folder, measured.measured)
    costs = dict(zip(measured.measured.steps, measured.columns["validation_cost"], strict=True))
    best = min(before, key=costs.__getitem__)
    assert retention.FEW <= len(after) <= retention.FEW + 1
    assert {before[0], best, before[-1]} <= set(after)
    assert (run.folder / "weights-0.safetensors").exists()


def test_a_long_run_keeps_a_bounded_number_of_networks() -> None:
    epochs: list[int] = []
    for step in range(3_000):
        epochs.append(step)
        for gone in retention.surplus(epochs, best=1_234):
            epochs.remove(gone)
        assert len(epochs) <= retention.MOST
    assert {0, 1_234, 2_999} <= set(epochs)


def test_five_hundred_runs_are_listed_within_a_second(small: TrainingConfig) -> None:
    store = RunStore()
    for number in range(500):
        folder = store.folder / f"run {number}"
        folder.mkdir(parents=True)
        (folder / "config.json").write_text(json.dumps(small.as_dict()))
        RunMetadata(name=f"run {number}", started="2026-01-01T00:00:00+00:00").write(folder)
        line = {"event": "epoch", "step": 1, "epoch": 1.0, "validation_cost": 0.1, "validation_accuracy": 0.9}
        (folder / "events.jsonl").write_text((json.dumps(line) + "\n") * 50)
    start = time.thread_time()
    assert len(store.runs()) == 500
    assert time.thread_time() - start < 1


def test_the_same_settings_go_on_in_the_same_run_and_others_in_a_new_one(small: TrainingConfig) -> None:
    recorded(Plan(small))
    run = RunStore().find("12")
    network, record = resolve("12", RunStore()).load()
    origin = Origin(network, record, "12", run.folder)
    same = continue_network(origin, small, 1)
    assert (same.folder, same.resumed, same.config.epochs) == (run.folder, True, 6)
    longer = continue_network(origin, dataclasses.replace(small, epochs=10), 1)
    assert (longer.folder, longer.config.epochs) == (run.folder, 10)
    other = continue_network(origin, dataclasses.replace(small, learning_rate=0.01), 1)
    assert (other.folder, other.resumed, other.checkpoint) == (None, False, None)
    assert other.parent is not None
    assert other.parent.name == "12"
    early, early_record = resolve("12@1", RunStore()).load()
    earlier = continue_network(Origin(early, early_record, "12", run.folder, step=30), small, 1)
    assert (earlier.folder, earlier.resumed) == (None, False)
    recorded(earlier)
    child = RunStore().find("12 2")
    assert child.metadata.parent is not None
    assert child.metadata.parent.step == 30
    assert weights.load(child.folder / "weights.safetensors")[1].epoch == 4


def test_a_child_that_is_cut_off_begins_again_from_its_parent(small: TrainingConfig, tmp_path: Path) -> None:
    from digitpad.engine.runs.plans import resume_run

    recorded(Plan(small))
    network, record = resolve("12", RunStore()).load()
    other = dataclasses.replace(small, learning_rate=0.01)
    plan = continue_network(Origin(network, record, "12"), other, 1)
    straight = recorded(dataclasses.replace(plan, folder=tmp_path / "straight"))[-1]
    record_until(dataclasses.replace(plan, folder=tmp_path / "cut"), epochs=1)
    (tmp_path / "cut" / "state.safetensors").unlink()
    again = recorded(resume_run(tmp_path / "cut"))[-1]
    for ours, theirs in zip(again.network.parameters, straight.network.parameters, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    both = [weights.load(tmp_path / name / "weights.safetensors")[1] for name in ("cut", "straight")]
    assert both[0] == both[1]
    assert both[0].epoch == 6


def test_settings_that_differ_are_named_with_their_values() -> None:
    config = TrainingConfig(learning_rate=0.1, l2=1e-5)
    other = dataclasses.replace(config, learning_rate=0.2, l2=0.0, hidden="")
    assert setting_differences.in_words(config, other) == "hidden layers 200, learning rate 0.1, l2 0.00001"
    assert setting_differences.in_words(other, config) == "hidden layers none, learning rate 0.2, l2 0"
    assert setting_differences.in_words(config, config) == ""


def test_seeds_of_the_same_settings_have_a_mean_and_a_spread() -> None:
    configs = [TrainingConfig(seed=seed) for seed in range(3)] + [TrainingConfig(epochs=9)]
    histories = []
    for number in range(3):
        one = History()
        for epoch in range(3):
            one.add(evaluation(10 * epoch, float(epoch), (1.0 + number, 0.5), (2.0 + number + epoch, 0.5)), 0.0)
        histories.append(one)

    def groups(kinds: list[Hashable]) -> list[int]:
        return [len(group) for group in seeds.grouped([(kind, None) for kind in kinds])]

    assert groups([seeds.kind_of(config, None, histories[0]) for config in configs]) == [3, 1]
    # Where they went on from, and what was changed on the way, is more than a seed.
    parents = [None, Parent("p", 10, 1.0), Parent("p", 20, 2.0), Parent("p", 20, 2.0)]
    assert groups([seeds.kind_of(configs[0], parent, histories[0]) for parent in parents]) == [1, 1, 2]
    changed = History()
    changed.add(Changed(0.05, 64, 0.0, step=10, epoch=1.0), 1.0)
    assert groups([seeds.kind_of(configs[0], None, history) for history in (histories[0], changed)]) == [1, 1]
    for one in histories:
        one.changes.append(Changed(0.05, 64, 0.0, step=10, epoch=1.0))
        one.plans.append((1.0, 1))
    mean = seeds.mean_of(histories)
    assert list(mean.columns["validation_cost"]) == [3.0, 4.0, 5.0]
    rates = [history.rate(configs[0], epoch) for history in (mean, histories[1]) for epoch in (0.5, 1.5)]
    assert rates[:2] == rates[2:]
    x, low, high = seeds.spread_of(histories, "validation_cost", "epoch")
    assert (x.tolist(), low.tolist(), high.tolist()) == ([0, 1, 2], [2, 3, 4], [4, 5, 6])


def test_a_folder_that_is_moved_away_is_not_made_anew_by_looking_or_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "night"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    (folder / layout.LOCK).touch()
    acquire = filelock.BaseFileLock.acquire

    def late(self: filelock.BaseFileLock, *args: Any, **kwargs: Any) -> Any:
        # The folder is moved away between the look whether it is there and the lock.
        folder.rename(folder.with_name(".gone"))
        return acquire(self, *args, **kwargs)

    for action in (lambda: lock.is_held(folder), lambda: metadata.change(folder, note="late")):
        with monkeypatch.context() as patch:
            patch.setattr(filelock.BaseFileLock, "acquire", late)
            with contextlib.suppress(FileError):
                action()
        assert not folder.exists()
        folder.with_name(".gone").rename(folder)
    with pytest.raises(FileError, match="does not exist"), monkeypatch.context() as patch:
        patch.setattr(filelock.BaseFileLock, "acquire", late)
        metadata.change(folder, note="late")


def test_going_on_again_and_again_adds_as_many_epochs_each_time(small: TrainingConfig) -> None:
    recorded(Plan(small))
    folder = RunStore().find("12").folder
    epochs = []
    for _ in range(3):
        recorded(extend_run(folder, 1))
        epochs.append(RunStore().find("12").figures.epochs)
    assert epochs == [2 * small.epochs, 3 * small.epochs, 4 * small.epochs]


def test_the_figures_are_of_the_network_that_there_is(tmp_path: Path, few_digits_folder: Path) -> None:
    """With early stopping that is the best one; of a run that goes on, none is tested yet."""
    config = dataclasses.replace(
        SMALL, epochs=30, patience=2, learning_rate=1.0, training=200, schedule="constant", data=str(few_digits_folder)
    )
    recorded(Plan(config, folder=tmp_path / "early"))
    store = RunStore()
    figures = store.summary(tmp_path / "early").figures
    measured = history.read(tmp_path / "early")
    assert measured.best is not None
    assert measured.best < len(measured) - 1, "it was not the last epoch that was best"
    assert figures.validation_accuracy == measured.columns["validation_accuracy"][measured.best]
    assert figures.test_accuracy is not None
    recorded(Plan(dataclasses.replace(SMALL, epochs=1, data=str(few_digits_folder)), folder=tmp_path / "a"))
    record_until(extend_run(tmp_path / "a", 1), epochs=1)
    figures = store.summary(tmp_path / "a").figures
    assert (figures.epochs, figures.test_accuracy) == (2, None)
    assert figures.validation_accuracy == history.read(tmp_path / "a").columns["validation_accuracy"][-1]
