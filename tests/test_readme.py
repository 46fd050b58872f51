"""What the README shows is run as it stands there."""

import re
from pathlib import Path

import pytest

README = Path(__file__).parents[1] / "README.md"


def test_the_ten_lines_of_python_train_a_network(capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    code = next(block for block in blocks if "digitpad" in block)
    assert len(code.strip().splitlines()) <= 12
    exec(compile(code, "README.md", "exec"), {})
    found = re.search(r"(\d\d\.\d) % of the test digits", capsys.readouterr().out)
    assert found is not None
    assert float(found[1]) > 95
