"""What a program of one's own gets from `import digitpad`."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import digitpad
from digitpad.engine.files import weights


@pytest.mark.parametrize("name", digitpad.__all__)
def test_each_public_name_is_there_and_is_listed(name: str) -> None:
    assert getattr(digitpad, name).__module__.startswith("digitpad.")
    assert name in dir(digitpad)


def test_another_name_is_refused_as_of_any_module() -> None:
    with pytest.raises(AttributeError, match="'digitpad' has no attribute 'tarin'"):
        _ = digitpad.tarin


def test_importing_digitpad_imports_nothing_heavy() -> None:
    code = "import digitpad, sys; print([name for name in ('numpy', 'PySide6') if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_a_drawing_is_read_and_weights_are_saved_and_opened_by_these_names_alone(tmp_path: Path) -> None:
    network, record = digitpad.load_weights(weights.BUNDLED)
    path = tmp_path / "mine.safetensors"
    digitpad.save_weights(path, network, record)
    again, _ = digitpad.load_weights(path)
    one = digitpad.Ink((np.array([[50.0, 0.0], [50.0, 100.0]]),))
    assert [prediction.digit for prediction in digitpad.Recognizer(again).read(one)] == [1]
