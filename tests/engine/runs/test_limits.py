"""What a run writes, its readers take: they share one limit, and whoever writes stops there and says so."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from digitpad.engine.files import weights
from digitpad.engine.files.tensor_files import MAX_BYTES
from digitpad.engine.runs import history, layout, resumption
from digitpad.engine.runs.recording import Plan, RecordedTraining
from digitpad.engine.runs.store import RunStore
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.events import Stop, TrainingEnd
from digitpad.nn.spec import MAX_PARAMETERS
from tests.engine.runs.test_run import SMALL


@pytest.fixture
def config(few_digits_folder: Path) -> TrainingConfig:
    return dataclasses.replace(SMALL, epochs=3, data=str(few_digits_folder))


@pytest.mark.parametrize(("name", "limit"), [(layout.EVENTS, 2_000), (layout.RUNNING, 100), (layout.CONFUSIONS, 3_000)])
def test_a_run_that_is_full_is_said_to_be_and_can_be_read(
    config: TrainingConfig, monkeypatch: pytest.MonkeyPatch, name: str, limit: int
) -> None:
    monkeypatch.setitem(layout.MAX_BYTES_OF, name, limit)
    told: list[str] = []
    recorded = RecordedTraining(lambda: Plan(config), RunStore(), told.append)
    events = [event for event in recorded.events() if event is not None]
    # It goes on to its end in memory.
    assert isinstance(events[-1], TrainingEnd)
    assert not events[-1].stopped
    assert recorded.is_lost
    (sentence,) = told
    assert f"{name} holds {limit:,} bytes, as much as can be read again" in sentence
    assert recorded.folder is not None
    assert (recorded.folder / name).stat().st_size <= limit
    history.read(recorded.folder)
    layout.confusions(recorded.folder)


def test_the_largest_network_and_its_state_have_room() -> None:
    assert 4 * MAX_PARAMETERS + 1_000_000 < MAX_BYTES
    # Its weights, two sums of Adam's, its average, its best, and what that began with.
    assert layout.MAX_BYTES_OF[layout.STATE] > 6 * 4 * MAX_PARAMETERS + 1_000_000


def test_a_state_of_all_that_there_can_be_is_no_more_than_six_networks(config: TrainingConfig) -> None:
    full = dataclasses.replace(config, optimizer="adam", ema_decay=0.9, patience=5, hidden="300")
    recorded = RecordedTraining(lambda: Plan(full), RunStore(), str)
    training, command = recorded.events(), None
    while True:
        event = training.send(command)
        if isinstance(event, TrainingEnd):
            break
        command = Stop() if event is not None and recorded.last_good is not None and event.epoch >= 2 else None
    training.close()
    assert recorded.folder is not None
    network = (recorded.folder / layout.weights_after(recorded.folder, 0)).stat().st_size
    assert (recorded.folder / layout.STATE).stat().st_size < 6 * network
    assert resumption.resume(recorded.folder).checkpoint is not None


def test_no_more_runs_elsewhere_are_remembered_than_the_list_can_hold(config: TrainingConfig, tmp_path: Path) -> None:
    store = RunStore()
    recorded = RecordedTraining(lambda: Plan(config, folder=tmp_path / "here"), store, str)
    for _ in recorded.events():
        pass
    path = store.folder / "elsewhere.json"
    many = [f"/{'x' * 2_000}/{number}" for number in range(490)]
    path.write_text(json.dumps([*many, f"/{'y' * (999_980 - len(json.dumps(many, indent=1)))}"], indent=1))
    before = path.read_bytes()
    store.remember(tmp_path / "here")
    assert path.read_bytes() == before
    # As long as this store lives, it is known all the same.
    assert store.find(str(tmp_path / "here")).name == "here"


@pytest.mark.parametrize("content", [b"", b"[1", b"{}", b"[" + b'"/a",' * 300_000 + b'"/b"]'])
def test_a_list_that_cannot_be_read_is_put_aside_and_not_lost(
    config: TrainingConfig, tmp_path: Path, content: bytes
) -> None:
    store = RunStore()
    store.folder.mkdir(parents=True)
    (store.folder / "elsewhere.json").write_bytes(content)
    for _ in RecordedTraining(lambda: Plan(config, folder=tmp_path / "here"), store, str).events():
        pass
    assert (store.folder / "elsewhere.damaged").read_bytes() == content
    assert [run.folder for run in RunStore().runs()] == [tmp_path / "here"]


@pytest.mark.parametrize("ending", weights.SUFFIXES)
def test_every_form_of_weights_comes_back(config: TrainingConfig, tmp_path: Path, ending: str) -> None:
    network, record = weights.load(weights.BUNDLED_MLP)
    weights.save(tmp_path / f"a{ending}", network, record)
    back, _ = weights.load(tmp_path / f"a{ending}")
    for one, other in zip(network.parameters, back.parameters, strict=True):
        np.testing.assert_array_equal(one, other)
