"""Files that digitpad wrote when some settings had other names: they open, and go on bit for bit."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load, save

from digitpad.app.files.settings import Settings
from digitpad.engine.files import weights, window_state
from digitpad.engine.runs import history, resumption
from digitpad.engine.runs.plans import resume_run
from digitpad.engine.runs.recording import Plan, RecordedTraining
from digitpad.engine.runs.store import RunStore
from digitpad.engine.training.config import RENAMED, ConfigError, TrainingConfig
from digitpad.engine.training.events import EpochEnd, Event

VERSION_1 = Path(__file__).parent / "version_1"
CHANGED: dict[str, Any] = {"rotation": 5.0, "ema_decay": 0.9, "synthetic": 20, "outliers": 10}


def changed(config: TrainingConfig | None) -> dict[str, object]:
    """Return the settings that had other names."""
    assert config is not None
    return {name: getattr(config, name) for name in CHANGED}


def recorded(plan: Plan) -> list[Event]:
    return [event for event in RecordedTraining(lambda: plan, RunStore(), pytest.fail).events() if event is not None]


def made_older(run: Path) -> None:
    """Write the settings in a run's folder as format version 1 had them."""
    old = {new: old for old, new in RENAMED.items()}

    def older(settings: dict[str, object]) -> dict[str, object]:
        return {old.get(name, name): value for name, value in settings.items()}

    config = run / "config.json"
    config.write_text(json.dumps(older(json.loads(config.read_text()))))
    for path in run.glob("*.safetensors"):
        with safe_open(path, "numpy") as file:
            metadata = json.loads(file.metadata()["digitpad"])
        metadata |= {"version": 1, "config": older(metadata["config"])}
        path.write_bytes(save(load(path.read_bytes()), {"digitpad": json.dumps(metadata)}))


def test_weights_open() -> None:
    network, record = weights.load(VERSION_1 / "run" / "weights.safetensors")
    assert (network.spec, record.step, changed(record.config)) == ("3", 26, CHANGED)


def test_a_run_opens_and_goes_on(tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(VERSION_1 / "run", run)
    assert changed(resumption.config_of(run)) == CHANGED
    before = weights.load(run / "weights.safetensors")[0]
    events = recorded(resume_run(run, epochs=3))
    assert [event.epoch for event in events if isinstance(event, EpochEnd)] == [3]
    assert history.read(run).measured[-1].step == 39
    after = weights.load(run / "weights.safetensors")[0]
    assert any(not np.array_equal(a, b) for a, b in zip(before.parameters, after.parameters, strict=True))


def test_a_run_goes_on_bit_for_bit_as_one_of_today(tmp_path: Path) -> None:
    config = TrainingConfig(hidden="3", training=100, validation=50, epochs=2, batch_size=10, **CHANGED)
    recorded(Plan(config, folder=tmp_path / "today"))
    shutil.copytree(tmp_path / "today", tmp_path / "older")
    made_older(tmp_path / "older")
    ends = []
    for name in ("today", "older"):
        recorded(resume_run(tmp_path / name, epochs=4))
        ends.append(weights.load(tmp_path / name / "weights.safetensors"))
    (network, record), (other, other_record) = ends
    assert record == other_record
    for mine, its in zip(network.parameters, other.parameters, strict=True):
        np.testing.assert_array_equal(mine, its)


def test_the_windows_state_opens() -> None:
    state = window_state.unpacked((VERSION_1 / "window.json").read_bytes())
    assert (len(state.actions), changed(state.config)) == (1, CHANGED)


def test_the_windows_settings_open(tmp_path: Path) -> None:
    shutil.copy(VERSION_1 / "settings.ini", tmp_path)
    settings = Settings(tmp_path / "settings.ini")
    assert (settings.threads, settings.guides, changed(settings.config)) == (1, True, CHANGED)


@pytest.mark.parametrize("old", RENAMED)
def test_no_one_else_may_use_the_old_names(old: str) -> None:
    with pytest.raises(ConfigError, match=f"there is no setting '{old}'"):
        TrainingConfig.from_dict({old: 1})
