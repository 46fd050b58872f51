"""The app as a process: it ends when it is asked to, cleanly; and Qt keeps its hands off None."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from digitpad import folders
from digitpad.engine.runs.store import RunStore

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="asks processes to end by signals"),
]

#: A window that starts to train at once and whose question is answered with "Discard".
TRAINING = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
from digitpad.app.start import main
from digitpad.app.window import main_window

QMessageBox.exec = lambda self: QMessageBox.StandardButton.Discard
initial = main_window.MainWindow.__init__

def begin(self, *arguments):
    initial(self, *arguments)
    self.panel.form.fields["epochs"].setValue(1000)
    QTimer.singleShot(0, self.training_actions.start.trigger)
    self.controller.measured.connect(lambda event, _: print(event.step, flush=True))

main_window.MainWindow.__init__ = begin
sys.exit(main.run([]))
"""
#: The same without a training: it says when its loop runs.
IDLE = """
import sys
from PySide6.QtCore import QTimer
from digitpad.app.start import main
from digitpad.app.window import main_window

initial = main_window.MainWindow.__init__

def begin(self, *arguments):
    initial(self, *arguments)
    QTimer.singleShot(0, lambda: print("open", flush=True))

main_window.MainWindow.__init__ = begin
sys.exit(main.run([]))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(("code", "lines"), [(TRAINING, 8), (IDLE, 1)], ids=["training", "idle"])
def test_a_signal_closes_the_window_as_its_button_does(
    tmp_path: Path, number: signal.Signals, code: str, lines: int
) -> None:
    seconds, status, errors = close_by_signal(tmp_path, number, code, lines)
    assert status == 0
    assert seconds < 2
    assert errors == []


def close_by_signal(home: Path, number: signal.Signals, code: str, lines: int) -> tuple[float, int, list[str]]:
    """Send a signal after so many lines of output; return the seconds to the end, the status, what was complained."""
    variables = {**os.environ, folders.HOME: str(home)}
    command = [sys.executable, "-W", "error", "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=variables) as process:
        assert process.stdout is not None
        for _ in range(lines):
            process.stdout.readline()
        start = time.monotonic()
        process.send_signal(number)
        _, errors = process.communicate(timeout=10)
        seconds = time.monotonic() - start
    complaints = [line for line in errors.splitlines() if "This plugin does not support" not in line]
    return seconds, process.returncode, complaints


def test_qt_calls_do_not_wear_none_out(qtbot: QtBot) -> None:
    """With PySide6 6.12.0 on Python before 3.12 each void call costs a reference to None, until the process aborts."""
    widget = QWidget()
    qtbot.addWidget(widget)
    before = sys.getrefcount(None)
    for _ in range(1_000):
        widget.update()
        widget.setWindowTitle("x")
        widget.windowTitleChanged.emit("y")
    assert abs(sys.getrefcount(None) - before) < 100


def test_a_session_that_ends_closes_the_window_as_its_button_does(tmp_path: Path) -> None:
    """What session managers, and a Mac's Quit, come to in Qt is an event for the application."""
    code = TRAINING.replace(
        "lambda event, _: print(event.step, flush=True)",
        "lambda event, _: QApplication.postEvent(QApplication.instance(), QEvent(QEvent.Type.Quit))",
    ).replace("import QTimer", "import QEvent, QTimer")
    start = time.monotonic()
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, folders.HOME: str(tmp_path)},
        timeout=60,
    )
    assert result.returncode == 0, result.stderr
    assert [line for line in result.stderr.splitlines() if "This plugin does not support" not in line] == []
    assert time.monotonic() - start < 20
    (run,) = RunStore(tmp_path / "runs").runs()
    assert run.status == "stopped"
