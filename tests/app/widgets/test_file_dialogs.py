"""Which ending a file gets that is saved."""

from pathlib import Path

import pytest

from digitpad.app.widgets.file_dialogs import ending_for

KINDS = [".jsonl", ".svg", ".png", ".28x28.png"]


@pytest.mark.parametrize(
    ("name", "chosen", "expected"),
    [
        ("a", ".jsonl", "a.jsonl"), ("a.svg", ".jsonl", "a.svg"), ("a.png", ".28x28.png", "a.28x28.png"),
        ("a.28x28.png", ".png", "a.png"), ("a.28x28.png", ".28x28.png", "a.28x28.png"), ("a.jpg", ".png", "a.jpg.png"),
        ("a.PNG", ".png", "a.PNG"), ("three.png", ".png", "three.png"),
    ],
)  # fmt: skip
def test_the_ending_of_the_chosen_kind_decides_unless_another_kind_is_named(
    name: str, chosen: str, expected: str
) -> None:
    assert ending_for(Path("/x") / name, chosen, KINDS) == Path("/x") / expected
