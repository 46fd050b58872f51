"""Which ending a file gets that is saved."""

from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from digitpad.app.widgets.file_dialogs import ask_save, ending_for

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


@pytest.mark.parametrize("typed", ["", ".", "..", "/", " ", '"', '""', '"" ""', '"a" "b"', '"."', '"a.x"'])
def test_whatever_is_typed_as_a_name_a_file_is_named_or_none(qtbot: QtBot, tmp_path: Path, typed: str) -> None:
    window = QWidget()
    qtbot.addWidget(window)

    def answer() -> None:
        dialog = window.findChild(QFileDialog)
        dialog.findChild(QLineEdit).setText(typed)
        dialog.accept()
        if dialog.isVisible():
            dialog.reject()

    QTimer.singleShot(50, answer)
    path = ask_save(window, "Save", tmp_path / "mine.x", [("X", ".x")])
    assert path is None or (path.is_absolute() and path.suffix == ".x")
