"""Closing the window in every state."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox
from pytestqt.qtbot import QtBot

from digitpad import folders
from digitpad.app.session.training_state import TrainingState
from digitpad.app.window.main_window import MainWindow
from digitpad.engine.runs.plans import resume_run
from digitpad.engine.runs.store import RunStore
from tests.app.driving import answer, choose_file, click, measured_in, until
from tests.screenshot import draw

pytestmark = pytest.mark.slow


def test_closing_while_training_asks_nothing_and_loses_nothing(qtbot: QtBot, small: MainWindow) -> None:
    small.panel.form.fields["epochs"].setValue(10_000)
    measured = measured_in(small)
    click(small, "Start")
    qtbot.waitUntil(lambda: len(measured) > 12)
    assert small.close()
    (run,) = RunStore().runs()
    assert run.status == "stopped"
    checkpoint = resume_run(run.folder).checkpoint
    assert checkpoint is not None
    assert checkpoint.numbers.step >= measured[-1].step


def test_closing_while_it_rests_stops_the_training_too(qtbot: QtBot, small: MainWindow) -> None:
    small.panel.form.fields["epochs"].setValue(10_000)
    measured = measured_in(small)
    click(small, "Start")
    qtbot.waitUntil(lambda: len(measured) > 3)
    click(small, "Pause")
    assert small.close()
    assert RunStore().runs()[0].status == "stopped"


@pytest.mark.parametrize(
    ("choice", "is_closed"),
    [(QMessageBox.StandardButton.Cancel, False), (QMessageBox.StandardButton.Discard, True),
     (QMessageBox.StandardButton.Save, True)],
)  # fmt: skip
def test_closing_asks_for_a_network_whose_run_could_not_be_written(
    qtbot: QtBot, small: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    choice: QMessageBox.StandardButton, is_closed: bool,
) -> None:  # fmt: skip
    lose_the_run(qtbot, small)
    choose_file(monkeypatch, tmp_path / "mine.npz")
    asked = answer(choice)
    assert small.close() is is_closed
    assert asked == [f"Save {small.controller.selection.newest.title}?"]
    assert (tmp_path / "mine.npz").exists() is (choice == QMessageBox.StandardButton.Save)


def lose_the_run(qtbot: QtBot, window: MainWindow) -> None:
    """Train, and let the run's folder be gone before the training has ended."""
    window.panel.form.fields["epochs"].setValue(10_000)
    measured = measured_in(window)
    click(window, "Start")
    qtbot.waitUntil(lambda: len(measured) > 3)
    assert window.controller.training is not None
    folder = window.controller.training.folder
    assert folder is not None
    folder.rename(folder.with_name(".gone"))
    qtbot.waitUntil(lambda: "the folder does not exist" in window.message_bar.label.text())
    count = len(measured)
    qtbot.waitUntil(lambda: len(measured) > count + 3)
    click(window, "Stop")
    until(qtbot, window, TrainingState.IDLE)
    assert window.isWindowModified()


def test_a_window_without_anything_to_lose_closes_without_a_question(window: MainWindow) -> None:
    draw(window)
    assert window.close()


def test_a_signal_asks_nothing(qtbot: QtBot, small: MainWindow) -> None:
    lose_the_run(qtbot, small)
    small.close_by_signal()
    assert not small.isVisible()
    assert not small.controller.selection.newest.is_kept


@pytest.mark.parametrize("action", ["start", "open", "close", "save", "rename", "menu"])
def test_a_signal_answers_no_question_but_gives_up_what_asks(qtbot: QtBot, small: MainWindow, action: str) -> None:
    lose_the_run(qtbot, small)
    network = small.controller.selection.newest.network
    QTimer.singleShot(100, small.close_by_signal)
    QTimer.singleShot(30_000, lambda: QApplication.exit(1))
    if action == "start":
        small.training_actions.start.trigger()
    elif action == "open":
        small.file_actions.open_bundled_mlp.trigger()
    elif action == "close":
        assert not small.close()
    elif action == "save":
        small.file_actions.save_as.trigger()
    elif action == "rename":
        small.run_actions.edit_note.trigger()
    else:
        menu = small.menuBar().actions()[0].menu()
        assert isinstance(menu, QMenu)
        menu.exec()
    qtbot.waitUntil(lambda: not small.isVisible())
    assert small.controller.selection.newest.network is network
    assert small.controller.training is None


@pytest.mark.parametrize("step_seconds", [0.0, 30.0])
def test_closing_does_not_wait_for_a_step_that_takes_too_long(step_seconds: float, tmp_path: Path) -> None:
    code = (
        "import os, sys, time\n"
        "from pathlib import Path\n"
        "from PySide6.QtCore import QTimer\n"
        "from digitpad.app.start import main\nfrom digitpad.app.window import main_window\n"
        "from digitpad.engine.runs import recording\n"
        "from digitpad.engine.training.events import Started\n"
        "def train(*_, **__):\n"
        "    yield Started(1, 0, 1, 1, 1)\n"
        f"    time.sleep({step_seconds})\n"
        "recording.train = train\n"
        "initial = main_window.MainWindow.__init__\n"
        "def begin(self, *arguments):\n"
        "    initial(self, *arguments)\n"
        "    QTimer.singleShot(0, self.training_actions.start.trigger)\n"
        "    QTimer.singleShot(300, lambda: (print('closing', flush=True), self.close()))\n"
        "main_window.MainWindow.__init__ = begin\n"
        "sys.exit(main.run([]))\n"
    )
    home = {**os.environ, folders.HOME: str(tmp_path)}
    command, pipe = [sys.executable, "-c", code], subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=home) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "closing\n"
        start = time.perf_counter()
        _, errors = process.communicate(timeout=25)
    assert process.returncode == 0, errors
    assert time.perf_counter() - start < 6
    assert list(tmp_path.rglob("digitpad.ini"))


def test_a_signal_while_a_file_name_is_asked_for_at_closing_closes_and_loses_nothing(
    qtbot: QtBot, small: MainWindow
) -> None:
    lose_the_run(qtbot, small)
    answer(QMessageBox.StandardButton.Save)
    QTimer.singleShot(400, small.close_by_signal)
    assert not small.close()
    qtbot.waitUntil(lambda: not small.isVisible())
    assert not small.controller.selection.newest.is_kept
