"""What the README and the page on weights show is run as it stands there."""

import re
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
README, WEIGHTS = ROOT / "README.md", ROOT / "resources/help/weights.md"


def test_the_ten_lines_of_python_train_a_network(capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    code = next(block for block in blocks if "digitpad" in block)
    assert len(code.strip().splitlines()) <= 12
    exec(compile(code, "README.md", "exec"), {})
    found = re.search(r"(\d\d\.\d) % of the test digits", capsys.readouterr().out)
    assert found is not None
    assert float(found[1]) > 95


def test_the_lines_for_onnx_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from digitpad.engine.files import weights

    weights.save(tmp_path / "my.onnx", *weights.load(weights.BUNDLED_MLP))
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", WEIGHTS.read_text(), re.DOTALL)
    code = next(block for block in blocks if "onnxruntime" in block)
    told: dict[str, Any] = {}
    exec(compile(code, "weights.md", "exec"), told)
    assert told["probabilities"].shape == (1, 10)
