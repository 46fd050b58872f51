"""Folders that only look like runs, and runs that strangers prepared: nothing of theirs is read, written or removed."""

import contextlib
import dataclasses
import json
import os
import shutil
import subprocess
import threading
import time
import tracemalloc
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from digitpad import cli
from digitpad.app.runs.run_table import when
from digitpad.engine.runs import history, layout, resumption, snapshots
from digitpad.engine.runs.metadata import RunMetadata, is_hollow
from digitpad.engine.runs.plans import resume_run
from digitpad.engine.runs.recording import Plan
from digitpad.engine.runs.references import resolve
from digitpad.engine.runs.store import RunStore
from digitpad.engine.runs.summary import summarized
from digitpad.engine.training.config import TrainingConfig
from digitpad.errors import DigitpadError
from digitpad.files import FileError
from tests.engine.runs.test_run import SMALL, recorded


@pytest.fixture
def folder(few_digits_folder: Path) -> Path:
    """A run of one epoch among all others."""
    recorded(Plan(dataclasses.replace(SMALL, epochs=1, data=str(few_digits_folder)), name="night"))
    return RunStore().find("night").folder


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Somebody's program, which has settings, too."""
    (tmp_path / "proj" / "src").mkdir(parents=True)
    (tmp_path / "proj" / "config.json").write_text('{"name": "app"}')
    (tmp_path / "proj" / "src" / "main.py").write_text("precious")
    return tmp_path / "proj"


@pytest.mark.parametrize("settings", ['{"name": "app"}', "{}", '{"seed": 3}', "[1]", "no JSON", "whole"])
def test_a_folder_of_somebody_elses_is_no_run(project: Path, settings: str) -> None:
    whole = json.dumps(TrainingConfig().as_dict())
    (project / "config.json").write_text(whole if settings == "whole" else settings)
    before, store = contents(project), RunStore()
    for action in (store.find, lambda text: resolve(text, store), lambda text: store.remember(Path(text))):
        with pytest.raises(DigitpadError, match=r"is no folder of a run: .*(settings|setting|JSON|'src')"):
            action(str(project))
    run = summarized(project)
    actions: list[Callable[[], object]] = [
        lambda: store.delete(run), lambda: store.rename(run, "mine"), lambda: store.annotate(run, "mine"),
        lambda: resume_run(project, 9), lambda: recorded(resume_run(project, 9)),
    ]  # fmt: skip
    for action in actions[:3] + (actions[4:] if settings == "whole" else actions[3:]):
        with pytest.raises(DigitpadError):
            action()
    store.prune([run])
    assert contents(project) == before
    assert store.runs() == []


def test_a_run_to_which_somebody_added_a_file_is_read_but_not_removed(folder: Path) -> None:
    (folder / "notes.txt").write_text("precious")
    store = RunStore()
    run = store.find("night")
    assert resolve("night@1", store).load()
    with pytest.raises(DigitpadError, match=r"holds 'notes\.txt', which is no file of a run: move it elsewhere"):
        store.delete(run)
    assert (folder / "notes.txt").read_text() == "precious"
    (folder / "notes.txt").unlink()
    # What a system leaves in each folder keeps nobody from anything.
    (folder / ".DS_Store").touch()
    assert not store.delete(run).folder.exists()


def test_a_purge_takes_only_what_is_ours_and_follows_no_link(folder: Path, tmp_path: Path) -> None:
    store = RunStore()
    trashed = store.delete(store.find("night")).trashed
    outside = tmp_path / "outside"
    outside.mkdir()
    for name in ("weights-1.safetensors", "config.json"):
        (outside / name).write_text("precious")
    (trashed / "mine").mkdir()
    (trashed / "mine" / "a").write_text("precious")
    (trashed / "letter.txt").write_text("precious")
    (trashed / "weights-999.safetensors").symlink_to(outside / "weights-1.safetensors")
    trashed.with_name("a link").symlink_to(outside, target_is_directory=True)
    long_ago = datetime(2021, 1, 1).astimezone()
    for place in (trashed, outside):
        (place / layout.DELETED).write_text(long_ago.isoformat())
        os.utime(place / layout.DELETED, (long_ago.timestamp(), long_ago.timestamp()))
    before = contents(outside)
    store.prune([])
    assert contents(outside) == before
    assert contents(trashed).keys() == {"mine/a", "letter.txt", "weights-999.safetensors"}


@pytest.mark.parametrize("name", [layout.ABOUT, layout.EVENTS, layout.RUNNING, layout.STATE, "weights-0.safetensors"])
def test_no_link_leads_out_of_a_run(folder: Path, tmp_path: Path, name: str) -> None:
    outside = tmp_path / "outside"
    shutil.copy(folder / name, outside)
    before = outside.read_bytes()
    (folder / name).unlink()
    (folder / name).symlink_to(outside)
    store = RunStore()
    for action in (lambda: store.rename(summarized(folder), "day"), lambda: recorded(resume_run(folder, 9))):
        with pytest.raises(DigitpadError, match=r"is no (regular file|file of a run)"):
            action()
    assert RunMetadata.read(folder).name == ("night" if name != layout.ABOUT else folder.name.replace("@", " "))
    assert outside.read_bytes() == before
    assert not outside.is_symlink()


def test_ink_is_not_learned_through_a_link(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text('{"label": 3, "strokes": [[[1, 2], [3, 4]]]}\n')
    (folder / "a.01234567.jsonl").symlink_to(tmp_path / "secret")
    settings = json.loads((folder / layout.CONFIG).read_text()) | {"ink": "a.01234567.jsonl"}
    (folder / layout.CONFIG).write_text(json.dumps(settings))
    with pytest.raises(DigitpadError, match="is no regular file"):
        resumption.config_of(folder)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
@pytest.mark.parametrize("name", [*sorted(layout.MAX_BYTES_OF), layout.LOCK, "weights-20.safetensors"])
def test_a_pipe_in_a_run_is_waited_for_by_nobody(folder: Path, name: str) -> None:
    (folder / name).unlink(missing_ok=True)
    os.mkfifo(folder / name)
    done = threading.Thread(target=select_snapshot, args=(folder,), daemon=True)
    done.start()
    done.join(20)
    assert not done.is_alive()


@pytest.mark.parametrize("name", sorted(layout.MAX_BYTES_OF))
def test_a_sparse_file_of_64_gigabytes_is_not_read(folder: Path, name: str) -> None:
    with (folder / name).open("ab") as file:
        file.truncate(64 << 30)
    select_snapshot(folder)


def select_snapshot(folder: Path) -> None:
    """Do all that is done with a run; what cannot be done is said in a sentence."""
    store = RunStore()
    run = summarized(folder)
    actions: list[Callable[[], object]] = [
        store.runs, lambda: history.read(folder), lambda: layout.confusions(folder),
        lambda: snapshots.epochs_in(folder, history.read(folder).measured),
        lambda: snapshots.Shelf().take(folder, 20), lambda: resolve(f"{folder}@1", store).load(),
        lambda: store.rename(run, "day"), lambda: recorded(resume_run(folder, 2)), lambda: store.prune([run]),
        lambda: store.restore(store.delete(run)), lambda: store.delete(run), lambda: store.prune([]),
    ]  # fmt: skip
    for action in actions:
        with contextlib.suppress(DigitpadError):
            action()


def test_numbers_that_are_none_do_not_keep_a_run_from_being_refused_in_a_sentence(folder: Path) -> None:
    with (folder / layout.EVENTS).open("a") as file:
        file.write('{"event": "changed", "step": 1, "learning_rate": Infinity}\n{"event": "changed", "step": 9}\n')
    with pytest.raises(DigitpadError, match=r"events\.jsonl is not JSON"):
        recorded(resume_run(folder, 2))
    lines = (folder / layout.EVENTS).read_bytes().splitlines(keepends=True)
    # Too large for a float, and no constant: it stands where nothing is taken from it, and stays as it is.
    odd = b'{"event": "changed", "step": 1, "learning_rate": 1e999, "batch_size": 1, "l2": 0}\n'
    (folder / layout.EVENTS).write_bytes(odd + b"".join(lines[:-2]))
    recorded(resume_run(folder, 2))
    assert (folder / layout.EVENTS).read_bytes().startswith(odd)
    assert np.isfinite(history.read(folder).rates(TrainingConfig())[1]).all()


def test_names_that_are_none_keep_no_other_run_from_being_listed(folder: Path) -> None:
    other = RunStore().new_folder()
    shutil.copytree(folder, other, dirs_exist_ok=True)
    for ink in ("a\0.01234567.jsonl", "\ud800.01234567.jsonl"):
        settings = json.loads((folder / layout.CONFIG).read_text()) | {"ink": ink}
        (other / layout.CONFIG).write_text(json.dumps(settings))
        store = RunStore()
        (store.folder / "elsewhere.json").write_text(json.dumps(["/tmp/a\0b", "/tmp/\ud800", "x" * 5_000]))
        runs = {run.folder: run.problem for run in store.runs()}
        assert "is no name of a file" in runs[other]
        assert runs[folder] == ""


def test_a_run_can_be_deleted_and_come_back_where_nothing_can_be_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(place: Path, name: str, content: bytes) -> None:
        raise FileError(f"cannot write {place / name}: the disk is full")

    store = RunStore()
    monkeypatch.setattr(layout, "write", full)
    deleted = store.delete(store.find("night"))
    assert not folder.exists()
    store.restore(deleted)
    assert store.find("night").folder == folder


def test_a_damaged_run_elsewhere_is_still_known_when_it_comes_back(folder: Path, tmp_path: Path) -> None:
    store = RunStore()
    shutil.move(folder, elsewhere := tmp_path / "mine")
    store.remember(elsewhere)
    (elsewhere / layout.CONFIG).write_text("{")
    (run,) = store.runs()
    deleted = store.delete(run)
    assert RunStore().runs() == []
    store.restore(deleted)
    assert [found.folder for found in RunStore().runs()] == [elsewhere]


@pytest.mark.parametrize("name", [".gitignore", "notes.txt", ".git"])
def test_a_run_is_not_begun_where_it_could_not_be_found_again(
    few_digits_folder: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / name).write_text("mine")
    config = dataclasses.replace(SMALL, epochs=1, data=str(few_digits_folder))
    with pytest.raises(FileError, match="is not empty: choose a new one"):
        recorded(Plan(config, folder=tmp_path / "here"))
    # What a lock has left is no obstacle, and what is somebody's stays.
    assert {path.name for path in (tmp_path / "here").iterdir()} <= {name, layout.LOCK}
    assert (tmp_path / "here" / name).read_text() == "mine"


@pytest.mark.parametrize(
    "name", ["._config.json", "._.DS_Store", ".nfs0000abc", ".fuse_hidden00012", "Icon\r", "Thumbs.db"]
)
def test_what_systems_leave_beside_files_is_in_nobodys_way(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"x")
    recorded(resume_run(folder, 2))
    deleted = RunStore().delete(RunStore().find("night"))
    layout.remove(deleted.trashed)
    assert not deleted.trashed.exists()


def test_a_run_that_is_removed_half_way_can_be_removed_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    removed: list[str] = []
    unlink = Path.unlink

    def fail_at_the_third(path: Path, **more: bool) -> None:
        if len(removed) == 3:
            raise OSError("busy")
        removed.append(path.name)
        unlink(path, **more)

    monkeypatch.setattr(Path, "unlink", fail_at_the_third)
    with pytest.raises(OSError, match="busy"):
        layout.remove(folder)
    monkeypatch.undo()
    assert layout.CONFIG not in removed
    layout.remove(folder)
    assert not folder.exists()


def test_a_folder_of_hidden_files_of_somebody_elses_is_not_hollow(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("mine")
    (tmp_path / layout.LOCK).touch()
    assert not is_hollow(tmp_path)
    assert (tmp_path / ".env").exists()


@pytest.mark.parametrize("step", [', "step": -1e999', ', "step": 1e999', ', "step": -1', ', "step": 1e300', ""])
def test_a_step_that_is_none_is_refused_in_a_sentence(folder: Path, step: str) -> None:
    with (folder / layout.EVENTS).open("a") as file:
        file.write(f'{{"event": "epoch"{step}}}\n')
    with pytest.raises(DigitpadError, match="has a step of"):
        recorded(resume_run(folder, 2))


def test_what_a_process_that_died_left_in_a_run_is_removed_when_it_goes_on(folder: Path) -> None:
    (folder / ".state.safetensors.0123abcd.part").write_bytes(b"half")
    os.utime(folder / ".state.safetensors.0123abcd.part", (1.7e9, 1.7e9))
    recorded(resume_run(folder, 2))
    assert not list(folder.glob(".*.part"))


@pytest.mark.parametrize(
    ("name", "content"),
    [("about.json", b'{"my": "precious"}'), ("weights-0.safetensors", b"precious"), ("a.01234567.jsonl", b"{}"),
     (".lock", b"precious"), (".about.lock", b"precious")],
)  # fmt: skip
def test_what_only_has_the_name_of_a_first_attempt_is_not_written_over(
    few_digits_folder: Path, tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / name).write_bytes(content)
    config = dataclasses.replace(SMALL, epochs=1, data=str(few_digits_folder))
    with pytest.raises(FileError, match="is not empty"):
        recorded(Plan(config, folder=tmp_path / "here"))
    assert contents(tmp_path / "here") == {name: content}


@pytest.mark.parametrize("settings", ['{"name": "app"}', None])
def test_nobodys_lock_is_emptied_by_looking(folder: Path, tmp_path: Path, settings: str | None) -> None:
    (thesis := tmp_path / "thesis").write_text("precious")
    if settings is not None:
        (folder / layout.CONFIG).write_text(settings)
    metadata = json.loads((folder / layout.ABOUT).read_text()) | {"ended_as": None}
    (folder / layout.ABOUT).write_text(json.dumps(metadata))
    for name in (layout.LOCK, layout.ABOUT_LOCK):
        (folder / name).unlink(missing_ok=True)
        (folder / name).hardlink_to(thesis)
    select_snapshot(folder)
    assert thesis.read_text() == "precious"


def test_a_backup_by_hard_links_stays_as_it_was(folder: Path, tmp_path: Path) -> None:
    (backup := tmp_path / "backup").mkdir()
    for path in folder.iterdir():
        (backup / path.name).hardlink_to(path)
    before = contents(backup)
    recorded(resume_run(folder, 3))
    store = RunStore()
    store.rename(store.find("night"), "day")
    store.annotate(store.find("day"), "a note")
    assert contents(backup) == before
    assert len(history.read(folder)) > len(history.read(backup))


def test_lines_of_nothing_take_neither_time_nor_memory(folder: Path) -> None:
    with (folder / layout.EVENTS).open("ab") as file:
        file.write(b"\n" * 60_000_000)
    tracemalloc.start()
    begun = time.process_time()
    try:
        select_snapshot(folder)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 200e6
    assert time.process_time() - begun < 20


@pytest.mark.parametrize(
    "metadata",
    [{"figures": {"epochs": None}}, {"figures": {"test_accuracy": -5e14}}, {"started": "0001-01-01T00:00:00+14:00"},
     {"started": "9999-12-31T23:59:59-14:00"}, {"name": "a\nb\x1b[31m"}, {"note": "\x1b]0;title\x07"}, {"name": ""}],
    ids=str,
)  # fmt: skip
def test_what_is_odd_in_one_run_keeps_no_list_from_being_shown(
    folder: Path, metadata: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    whole = json.loads((folder / layout.ABOUT).read_text())
    (folder / layout.ABOUT).write_text(json.dumps(whole | metadata))
    (run,) = RunStore().runs()
    assert isinstance(when(run.metadata.started, datetime.now().astimezone()), str)
    for arguments in (["runs"], ["runs", "--json"], ["runs", "show", str(folder)]):
        assert cli.run(arguments) == 0
    told = capsys.readouterr().out
    assert "\x1b" not in told
    assert "-500000" not in told


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="mounts a small disk")
def test_a_run_that_does_not_fit_on_the_other_disk_stays_where_it_is(folder: Path, tmp_path: Path) -> None:
    (disk := tmp_path / "disk").mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(disk)], capture_output=True)
    if mounted.returncode:
        pytest.skip("no disk can be mounted here")
    try:
        store = RunStore(disk)
        store.remember(folder)
        with pytest.raises(FileError, match=r"cannot move .* No space left on device.*; free some space$"):
            store.delete(store.find(str(folder)))
        assert not [path for path in (disk / ".trash").iterdir() if any(path.iterdir())]
        assert store.find(str(folder)).folder == folder
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)
