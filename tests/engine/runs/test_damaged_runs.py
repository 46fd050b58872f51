"""Run folders that cannot be resumed: each is refused in a sentence, and nothing is written."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from safetensors.numpy import save as pack

from digitpad.engine.files.tensor_files import read_safetensors
from digitpad.engine.runs.plans import resume_run
from digitpad.engine.runs.recording import Plan
from digitpad.engine.runs.store import RunStore
from digitpad.engine.training.config import TrainingConfig
from digitpad.errors import DigitpadError
from tests.engine.runs.test_run import SMALL, measured, recorded, recording


@pytest.fixture
def small(few_digits_folder: Path) -> TrainingConfig:
    return dataclasses.replace(SMALL, epochs=1, data=str(few_digits_folder))


def saved_run(folder: Path, config: TrainingConfig) -> Path:
    recorded(Plan(config, folder=folder))
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
    settings: dict[str, object], sentence: str, small: TrainingConfig, tmp_path: Path
) -> None:
    path = saved_run(tmp_path / "run", small) / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | settings))
    before = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    with pytest.raises(DigitpadError, match=sentence):
        resume_run(tmp_path / "run", epochs=9)
    assert {file.name: file.read_bytes() for file in path.parent.iterdir()} == before


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        ({"best": {}}, "its best epoch's figures are not complete"),
        ({"best": None}, "its best epoch's figures are not complete"),
        ({"epochs_since_best": None}, "its epochs_since_best is None"),
        ({"averaged_steps": "9"}, "its averaged_steps is 9"),
        ({"running": [1]}, "its running cost is not a number and a count"),
        ({"measured_at": -1}, "its measured_at is -1"),
        ({"learning_rate": -2}, "its learning_rate is -2"),
    ],
)
def test_a_damaged_state_is_refused_in_a_sentence(
    damage: dict[str, Any], sentence: str, small: TrainingConfig, tmp_path: Path
) -> None:
    config = dataclasses.replace(small, patience=1, ema_decay=0.9)
    path = saved_run(tmp_path / "run", config) / "state.safetensors"
    tensors, text = read_safetensors(bytearray(path.read_bytes()), "digitpad")
    path.write_bytes(pack(tensors, metadata={"digitpad": json.dumps(json.loads(text) | damage)}))
    with pytest.raises(DigitpadError, match=sentence):
        resume_run(tmp_path / "run")


def test_an_event_without_a_step_is_named_by_its_line(small: TrainingConfig, tmp_path: Path) -> None:
    plan = resume_run(saved_run(tmp_path / "run", small))
    with (tmp_path / "run" / "events.jsonl").open("a") as file:
        file.write('{"event": "evaluation", "step": "ten"}\n')
    with pytest.raises(DigitpadError, match=r"a step of ten in line \d+: resume another run"):
        recorded(plan)
    # Whoever comes next is not kept out by whoever failed.
    with pytest.raises(DigitpadError, match="a step of ten"):
        next(recording(plan).events())


def test_tensors_of_another_network_are_refused(small: TrainingConfig, tmp_path: Path) -> None:
    checkpoint = resume_run(saved_run(tmp_path / "run", small)).checkpoint
    for other, sentence in (("13", "the saved state has shape"), ("12, 12", "the saved state has")):
        with pytest.raises(DigitpadError, match=sentence):
            measured(dataclasses.replace(small, hidden=other), checkpoint=checkpoint)
    with pytest.raises(DigitpadError, match="another optimizer's buffers"):
        measured(dataclasses.replace(small, optimizer="adam"), checkpoint=checkpoint)


@pytest.mark.parametrize("name", ["config.json", "state.safetensors"])
@pytest.mark.parametrize("content", [b"", b"{}x", b"[]", b"\xff" * 100])
def test_damaged_files_are_refused_in_a_sentence(
    name: str, content: bytes, small: TrainingConfig, tmp_path: Path
) -> None:
    (saved_run(tmp_path / "run", small) / name).write_bytes(content)
    with pytest.raises(DigitpadError) as caught:
        resume_run(tmp_path / "run")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["config.json", "about.json", "events.jsonl", "running.bin", "confusions.bin"])
@pytest.mark.parametrize("content", [b"", b"[1, 2]", b"\xff\x00" * 50, b'{"name": 7, "figures": 3, "seconds": "x"}\n'])
def test_a_damaged_run_is_still_listed(name: str, content: bytes, small: TrainingConfig, tmp_path: Path) -> None:
    folder = saved_run(RunStore().new_folder(), small)
    (folder / name).write_bytes(content)
    (run,) = RunStore().runs()
    json.dumps(run.as_dict(), allow_nan=False)
    assert bool(run.problem) is (name == "config.json")
