"""Run folders that cannot be resumed: each is refused in a sentence, and nothing is written."""

import dataclasses
import json
from pathlib import Path

import pytest

from digitpad.data.dataset import Digits
from digitpad.engine.runs.run_folder import Run, resume
from digitpad.engine.training.checkpoint import Checkpoint
from digitpad.engine.training.events import TrainingEnd
from digitpad.errors import DigitpadError
from tests.engine.test_run import SMALL, measured


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
    damage: dict[str, object], sentence: str, few_digits: Digits, tmp_path: Path
) -> None:
    config = dataclasses.replace(SMALL, epochs=1, patience=1, averaging=0.9)
    run = Run.make(tmp_path / "run", config)
    *_, end = measured(config, few_digits)
    assert isinstance(end, TrainingEnd)
    run.append(dataclasses.replace(end, checkpoint=Checkpoint(end.checkpoint.tensors, end.checkpoint.numbers | damage)))
    with pytest.raises(DigitpadError, match=sentence):
        resume(tmp_path / "run")


def test_an_event_without_a_step_is_named_by_its_line(few_digits: Digits, tmp_path: Path) -> None:
    run, checkpoint = resume(saved_run(tmp_path / "run", few_digits))
    with (tmp_path / "run" / "events.jsonl").open("a") as file:
        file.write('{"event": "evaluation", "step": "ten"}\n')
    with pytest.raises(DigitpadError, match=r"a step of ten in line \d+: resume another run"):
        run.rewind(checkpoint.numbers["step"])


def test_tensors_of_another_network_are_refused(few_digits: Digits, tmp_path: Path) -> None:
    _, checkpoint = resume(saved_run(tmp_path / "run", few_digits))
    for other, sentence in (("13", "the saved state has shape"), ("12, 12", "the saved state has")):
        with pytest.raises(DigitpadError, match=sentence):
            measured(dataclasses.replace(SMALL, hidden=other), few_digits, checkpoint=checkpoint)
    with pytest.raises(DigitpadError, match="another optimiser's buffers"):
        measured(dataclasses.replace(SMALL, optimizer="adam"), few_digits, checkpoint=checkpoint)


@pytest.mark.parametrize("name", ["config.json", "state.safetensors"])
@pytest.mark.parametrize("content", [b"", b"{}x", b"[]", b"\xff" * 100])
def test_damaged_files_are_refused_in_a_sentence(name: str, content: bytes, few_digits: Digits, tmp_path: Path) -> None:
    (saved_run(tmp_path / "run", few_digits) / name).write_bytes(content)
    with pytest.raises(DigitpadError) as caught:
        resume(tmp_path / "run")
    assert "\n" not in str(caught.value)
