"""Diagnostics: enough to help, and nothing of the user's."""

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox

from digitpad import __version__, logs
from digitpad.app.help import bug_report
from digitpad.app.window.main_window import MainWindow
from tests.app.driving import answer


def test_errors_are_told_without_a_word_of_the_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "digitpad.log"
    monkeypatch.setattr(logs, "log_file", lambda: log)
    log.write_text(
        "2026-11-26 03:00:00,123 ERROR: unexpected\n"
        "Traceback (most recent call last):\n"
        '  File "/home/alice/digitpad/digitpad/data/ink.py", line 12, in render\n'
        "    secret = alices_diary\n"
        '  File "/home/alice/venv/lib/python3.11/site-packages/numpy/core.py", line 3, in dot\n'
        '  File "/home/alice/diary.py", line 3, in read\n'
        "OSError: cannot read /home/alice/diary of alice.txt\n"
    )
    told = bug_report.last_errors()
    assert told == [
        "2026-11-26 03:00:00,123 ERROR:",
        "  digitpad/data/ink.py:12 render",
        "  site-packages/numpy/core.py:3 dot",
        "  elsewhere:3 read",
        "OSError",
    ]
    assert "alice" not in "".join(told)


def test_diagnostics_are_copied_and_shown(window: MainWindow) -> None:
    asked = answer(QMessageBox.StandardButton.Ok)
    window.help_actions.diagnostics.trigger()
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith(f"digitpad {__version__}, Python")
    assert "BLAS: openblas" in copied
    assert str(Path.home()) not in copied
    assert "copied" in asked[0]
