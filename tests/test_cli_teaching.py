"""The commands that teach, as a user meets them."""

import json
from pathlib import Path

import pytest

from tests.test_cli import digitpad, failed, home, succeeded

__all__ = ["home"]


def test_the_derivation_learns_and_prints_accuracy_by_epoch(home: dict[str, str], few_digits_folder: Path) -> None:
    options = ["--data", few_digits_folder, "--hidden", 20, "--epochs", 2, "--learning-rate", 0.01]
    text = succeeded(digitpad(home, "derivation", *options, "--validation", 100))
    assert [line.split(":")[0] for line in text.splitlines()] == ["epoch 1", "epoch 2"]
    lines = succeeded(digitpad(home, "derivation", *options, "--validation", 100, "--json")).splitlines()
    assert all(0 <= json.loads(line)["validation_accuracy"] <= 1 for line in lines)
    assert json.loads(lines[1])["cost"] < json.loads(lines[0])["cost"]


@pytest.mark.parametrize(("options", "word"), [(["--learning-rate", 1000], "lower"), (["--hidden", 0], "units")])
def test_the_derivation_says_what_is_wrong(
    home: dict[str, str], few_digits_folder: Path, options: list[object], word: str
) -> None:
    command = ["derivation", "--data", few_digits_folder, "--validation", 100, *options]
    assert word in failed(digitpad(home, *command))
