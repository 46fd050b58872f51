"""The window as a user meets it: real mouse and key events in, what is seen and kept out."""

import dataclasses
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFileDialog,
    QInputDialog,
    QLineEdit,
    QMessageBox,
    QPushButton,
)
from pytestqt.qtbot import QtBot

from digitpad.app import file_dialogs
from digitpad.app.action_button import ActionButton
from digitpad.app.main_window import MainWindow
from digitpad.app.theme import Appearance
from digitpad.app.training_state import TrainingState
from digitpad.data import ink_files, pictures
from digitpad.data.drawing import Picture
from digitpad.data.ink import Ink
from digitpad.engine import weights
from digitpad.engine.events import Evaluation, TrainingEnd
from tests.screenshot import draw

Open = Callable[[], MainWindow]


def click(window: MainWindow, text: str) -> None:
    """Click the button that says `text`."""
    (button,) = (b for b in window.findChildren(ActionButton) if b.text() == text)
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def answer(choice: QMessageBox.StandardButton) -> list[str]:
    """Click `choice` in the next question; return the list that the question's text will be in."""
    asked: list[str] = []

    def click_choice() -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox):
            QTimer.singleShot(10, click_choice)
            return
        asked.append(box.text())
        button = box.button(choice)
        assert isinstance(button, QAbstractButton)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    QTimer.singleShot(10, click_choice)
    return asked


def choose_file(monkeypatch: pytest.MonkeyPatch, path: Path | None) -> None:
    """Stand in for the user in the file dialogs, which belong to the platform."""
    monkeypatch.setattr(file_dialogs, "ask_open", lambda *_: path)
    monkeypatch.setattr(file_dialogs, "ask_save", lambda *_: path)


@pytest.fixture
def small(window: MainWindow, few_digits_folder: Path) -> MainWindow:
    """A window whose form asks for a training of a second or so."""
    window.panel.form.hidden.setText("16")
    window.panel.form.epochs.setValue(40)
    window.panel.form.learning_rate.setValue(0.05)
    window.panel.form.show_data(str(few_digits_folder))
    window.panel.form.validation.setValue(500)
    return window


def until(qtbot: QtBot, window: MainWindow, state: TrainingState) -> None:
    qtbot.waitUntil(lambda: window.controller.state is state, timeout=20_000)


def measured_in(window: MainWindow) -> list[Evaluation]:
    measured: list[Evaluation] = []
    window.controller.measured.connect(measured.append)
    return measured


def test_a_digit_drawn_with_the_mouse_is_read_at_once(window: MainWindow) -> None:
    assert window.prediction.verdict.text == "nothing yet"
    draw(window)
    assert window.prediction.verdict.text == "3"
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.prediction.verdict.text == "nothing yet"
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert window.prediction.verdict.text == "3"
    click(window, "Clear")
    assert window.prediction.verdict.text == "nothing yet"
    click(window, "Undo")
    assert window.prediction.verdict.text == "3"


def test_start_trains_and_the_drawing_is_read_by_each_newer_network(qtbot: QtBot, small: MainWindow) -> None:
    draw(small)
    verdicts: list[np.ndarray] = []
    small.controller.predicted.connect(lambda predictions: verdicts.append(predictions[0].probabilities))
    measured = measured_in(small)
    click(small, "Start")
    until(qtbot, small, TrainingState.RUNNING)
    assert not small.panel.form.isEnabled()
    until(qtbot, small, TrainingState.IDLE)
    assert isinstance(measured[-1], TrainingEnd)
    assert [event.step for event in measured] == sorted(event.step for event in measured)
    assert len({verdict.tobytes() for verdict in verdicts}) > 3
    assert small.controller.in_use.network is measured[-1].network
    np.testing.assert_array_equal(
        small.prediction.verdict.prediction.probabilities,  # type: ignore[union-attr]
        small.controller.in_use.network.predict(
            np.round(small.prediction.seen.prediction.image * 255).reshape(1, -1)  # type: ignore[union-attr]
        )[0],
    )
    assert small.panel.plot.train_cost.x[-1] == 40
    assert len(small.panel.plot.validation_cost.x) == len(measured)
    assert small.panel.status.text().startswith("Done: training ")
    assert small.isWindowModified()
    assert "784\N{EN DASH}16\N{EN DASH}10" in small.network_label.text()


def test_pause_resume_and_stop(qtbot: QtBot, small: MainWindow) -> None:
    small.panel.form.epochs.setValue(10_000)
    measured = measured_in(small)
    click(small, "Start")
    qtbot.waitUntil(lambda: len(measured) > 3)
    click(small, "Pause")
    qtbot.wait(60)
    count = len(measured)
    qtbot.wait(150)
    assert len(measured) == count
    click(small, "Resume")
    qtbot.waitUntil(lambda: len(measured) > count)
    click(small, "Pause")
    click(small, "Stop")
    until(qtbot, small, TrainingState.IDLE)
    last = measured[-1]
    assert isinstance(last, TrainingEnd)
    assert last.stopped
    assert small.controller.in_use.record.step == last.step
    assert small.panel.status.text().startswith("Stopped in epoch ")


def test_stop_while_the_digits_are_still_loading(qtbot: QtBot, window: MainWindow) -> None:
    click(window, "Start")
    click(window, "Stop")
    until(qtbot, window, TrainingState.IDLE)
    assert window.banner.isHidden()


def test_continue_trains_the_network_in_use_further(qtbot: QtBot, small: MainWindow) -> None:
    small.panel.form.epochs.setValue(3)
    click(small, "Start")
    until(qtbot, small, TrainingState.IDLE)
    first = small.controller.in_use.record.train_accuracy
    measured = measured_in(small)
    click(small, "Continue")
    until(qtbot, small, TrainingState.IDLE)
    assert measured[0].train_accuracy > 0.5
    assert first is not None
    assert measured[-1].train_accuracy >= first
    assert small.panel.plot.train_cost.x[-1] == 6


def test_the_same_form_gives_the_same_network_as_the_command_line(
    qtbot: QtBot, small: MainWindow, few_digits_folder: Path
) -> None:
    from digitpad.engine.training import train

    small.panel.form.epochs.setValue(2)
    config = small.panel.form.config()
    click(small, "Start")
    until(qtbot, small, TrainingState.IDLE)
    *_, last = (event for event in train(config) if event is not None)
    assert isinstance(last, TrainingEnd)
    for a, b in zip(last.network.parameters, small.controller.in_use.network.parameters, strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_training_that_diverges_says_so_and_brings_the_old_network_back(qtbot: QtBot, small: MainWindow) -> None:
    before = small.controller.in_use
    draw(small)
    small.panel.form.learning_rate.setValue(1e5)
    click(small, "Start")
    until(qtbot, small, TrainingState.RUNNING)
    until(qtbot, small, TrainingState.IDLE)
    assert "lower the learning rate (now 100000)" in small.banner.label.text()
    assert small.banner.isVisible()
    assert small.controller.in_use is before
    assert small.prediction.verdict.text == "3"
    assert small.panel.status.text().startswith("The training ended early")
    QTest.mouseClick(small.banner.close_button, Qt.MouseButton.LeftButton)
    assert small.banner.isHidden()


def test_digits_that_cannot_be_read_lose_nothing(qtbot: QtBot, small: MainWindow, tmp_path: Path) -> None:
    before = small.controller.in_use
    small.panel.form.show_data(str(tmp_path / "none"))
    click(small, "Start")
    until(qtbot, small, TrainingState.IDLE)
    assert "is not a folder" in small.banner.label.text()
    assert small.controller.in_use is before


def test_nonsense_in_the_form_is_one_sentence(small: MainWindow) -> None:
    small.panel.form.hidden.setText("3, x")
    click(small, "Start")
    assert "cannot contain 'x'" in small.banner.label.text()
    assert small.controller.is_idle


def test_new_network_is_untrained(qtbot: QtBot, small: MainWindow) -> None:
    small.actions_.new_network.trigger()
    until(qtbot, small, TrainingState.RUNNING)
    until(qtbot, small, TrainingState.IDLE)
    assert small.controller.in_use.record.step == 0
    assert "untrained" in small.network_label.text()
    assert not small.isWindowModified()


def test_weights_are_saved_opened_and_gone_on_with(
    qtbot: QtBot, small: MainWindow, open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small.panel.form.epochs.setValue(2)
    click(small, "Start")
    until(qtbot, small, TrainingState.IDLE)
    choose_file(monkeypatch, tmp_path / "mine.safetensors")
    QTest.keyClick(small, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    saved = tmp_path / "mine.safetensors"
    assert saved.exists()
    assert not small.isWindowModified()
    assert small.windowTitle().startswith("mine.safetensors")
    tomorrow = open_window()
    choose_file(monkeypatch, saved)
    QTest.keyClick(tomorrow, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    for a, b in zip(
        tomorrow.controller.in_use.network.parameters, small.controller.in_use.network.parameters, strict=True
    ):
        np.testing.assert_array_equal(a, b)
    tomorrow.panel.form.show_data(small.panel.form.config().data)
    tomorrow.panel.form.validation.setValue(500)
    tomorrow.panel.form.epochs.setValue(1)
    click(tomorrow, "Continue")
    until(qtbot, tomorrow, TrainingState.IDLE)
    assert tomorrow.isWindowModified()
    tomorrow.actions_.save.trigger()
    assert weights.load(saved)[1].step == tomorrow.controller.in_use.record.step


def test_a_file_that_holds_no_weights_is_one_sentence_and_the_network_stays(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = window.controller.in_use
    (tmp_path / "a.safetensors").write_bytes(b"noise" * 100)
    choose_file(monkeypatch, tmp_path / "a.safetensors")
    window.actions_.open_weights.trigger()
    assert "a.safetensors: it is truncated or no safetensors file" in window.banner.label.text()
    assert window.controller.in_use is before
    window.actions_.open_bundled.trigger()
    assert "Bundled network" in window.network_label.text()


def test_saving_where_it_is_impossible_keeps_the_network_unsaved(
    qtbot: QtBot, small: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small.panel.form.epochs.setValue(1)
    click(small, "Start")
    until(qtbot, small, TrainingState.IDLE)
    choose_file(monkeypatch, tmp_path / "none" / "a.npz")
    small.actions_.save.trigger()
    assert "the folder does not exist" in small.banner.label.text()
    assert small.isWindowModified()


@pytest.mark.parametrize(
    ("choice", "is_closed"),
    [(QMessageBox.StandardButton.Cancel, False), (QMessageBox.StandardButton.Discard, True),
     (QMessageBox.StandardButton.Save, True)],
)  # fmt: skip
def test_closing_while_training_pauses_asks_and_obeys(
    qtbot: QtBot, small: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    choice: QMessageBox.StandardButton, is_closed: bool,
) -> None:  # fmt: skip
    small.panel.form.epochs.setValue(10_000)
    measured = measured_in(small)
    click(small, "Start")
    qtbot.waitUntil(lambda: len(measured) > 3)
    choose_file(monkeypatch, tmp_path / "mine.npz")
    asked = answer(choice)
    assert small.close() is is_closed
    assert asked == ["Save the trained network?"]
    assert (tmp_path / "mine.npz").exists() is (choice == QMessageBox.StandardButton.Save)
    if is_closed:
        assert small.controller._thread is None or small.controller._thread.isFinished()
    else:
        count = len(measured)
        qtbot.waitUntil(lambda: len(measured) > count)


def test_start_asks_before_an_unsaved_network_is_lost(qtbot: QtBot, small: MainWindow) -> None:
    small.panel.form.epochs.setValue(1)
    click(small, "Start")
    until(qtbot, small, TrainingState.IDLE)
    before = small.controller.in_use
    asked = answer(QMessageBox.StandardButton.Cancel)
    click(small, "Start")
    assert asked
    assert small.controller.in_use is before
    assert small.controller.is_idle


def test_a_window_without_anything_to_lose_closes_without_a_question(window: MainWindow) -> None:
    draw(window)
    assert window.close()


def test_drawings_are_saved_and_opened_as_ink_and_as_picture(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw(window)
    before = window.canvas.drawing
    image = window.prediction.seen.prediction.image  # type: ignore[union-attr]
    assert isinstance(before, Ink)
    choose_file(monkeypatch, tmp_path / "a.jsonl")
    window.actions_.save_drawing.trigger()
    choose_file(monkeypatch, tmp_path / "a.png")
    window.actions_.save_drawing.trigger()
    np.testing.assert_allclose(pictures.read(tmp_path / "a.png"), image, atol=1 / 255)
    click(window, "Clear")
    choose_file(monkeypatch, tmp_path / "a.jsonl")
    window.actions_.open_drawing.trigger()
    assert isinstance(window.canvas.drawing, Ink)
    np.testing.assert_allclose(window.canvas.drawing.strokes[0], before.strokes[0], atol=0.01)
    assert window.prediction.verdict.text == "3"
    choose_file(monkeypatch, tmp_path / "a.png")
    window.actions_.open_drawing.trigger()
    assert isinstance(window.canvas.drawing, Picture)
    assert window.prediction.verdict.text == "3"
    click(window, "Undo")
    assert isinstance(window.canvas.drawing, Ink)


def test_of_several_drawings_one_is_chosen(window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"strokes": [[[0, 0], [9, 9]]]}\n{"strokes": [[[5, 0], [5, 9]]]}\n')
    monkeypatch.setattr(QInputDialog, "getInt", lambda *_: (2, True))
    window.open([path])
    assert isinstance(window.canvas.drawing, Ink)
    assert np.ptp(window.canvas.drawing.strokes[0][:, 0]) == 0
    assert [drawing.label for drawing in ink_files.read(path)] == [None, None]


def test_a_blank_canvas_cannot_be_saved(window: MainWindow) -> None:
    window.actions_.save_drawing.trigger()
    assert "draw a digit first" in window.banner.label.text()


def drop(window: MainWindow, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    action, button, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(50, 50), action, data, button, keys)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(50, 50), action, data, button, keys))


# From Qt 6.12 on the event wants a QPointF, which earlier ones do not take.
@pytest.mark.filterwarnings("ignore:Function. 'QDragEnterEvent:DeprecationWarning")
def test_weights_drawings_and_folders_of_digits_can_be_dropped(
    window: MainWindow, tmp_path: Path, few_digits_folder: Path
) -> None:
    (tmp_path / "a.jsonl").write_text('{"strokes": [[[40, 40], [140, 45], [80, 200]]]}\n')
    network, record = weights.load(weights.BUNDLED)
    weights.save(tmp_path / "a.npz", network, record)
    drop(window, tmp_path / "a.npz", tmp_path / "a.jsonl", few_digits_folder)
    assert window.windowTitle().startswith("a.npz")
    assert window.prediction.verdict.text == "7"
    assert window.panel.form.config().data == str(few_digits_folder)
    drop(window, tmp_path / "a.txt")
    assert "a.txt" in window.banner.label.text()


def test_recent_files_are_offered_newest_first(window: MainWindow, tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_text('{"strokes": [[[0, 0], [9, 9]]]}\n')
        window.open([tmp_path / name])
    window._recent_menu.aboutToShow.emit()
    names = [action.text() for action in window._recent_menu.actions()]
    assert names[:2] == ["b.jsonl", "a.jsonl"]
    click(window, "Clear")
    window._recent_menu.actions()[1].trigger()
    assert window.canvas.drawing
    window.actions_.clear_recent.trigger()
    window._recent_menu.aboutToShow.emit()
    assert [a.text() for a in window._recent_menu.actions() if a.text()] == ["&Clear List"]


def test_geometry_settings_and_appearance_return_next_time(window: MainWindow, open_window: Open) -> None:
    # The offscreen screen is 800 pixels wide: only the height can be told to return.
    window.resize(1100, 690)
    window.panel.form.hidden.setText("33, 22")
    window.panel.form.learning_rate.setValue(0.03)
    window.actions_.logarithmic.trigger()
    (dark,) = (a for a in window.actions_.appearances.actions() if a.data() is Appearance.DARK)
    dark.trigger()
    assert window.palette().window().color().lightness() < 80
    window.close()
    again = open_window()
    assert again.height() == 690
    assert again.panel.form.config().hidden == "33, 22"
    assert again.panel.form.config().learning_rate == 0.03
    assert again.actions_.logarithmic.isChecked()
    assert again.palette().window().color().lightness() < 80


def test_damaged_settings_are_as_good_as_none(settings_path: Path, open_window: Open) -> None:
    settings_path.write_text(
        '[window]\ngeometry=nonsense\nappearance=pink\n[training]\nconfig="{\\"epochs\\": -3}"\n'
        '[files]\nrecent="{5"\n[plot]\nlogarithmic_cost=7\n'
    )
    window = open_window()
    assert window.panel.form.config().epochs == 5


def test_everything_fits_on_a_small_laptop(window: MainWindow) -> None:
    window.resize(1280, 720)
    QApplication.processEvents()
    assert window.size().height() <= 720
    assert window.minimumSizeHint().width() <= 1280
    assert window.minimumSizeHint().height() <= 720
    for button in window.findChildren(QPushButton):
        assert button.width() >= button.minimumSizeHint().width() - 8


def test_no_two_acts_share_a_key_and_each_explains_itself(window: MainWindow) -> None:
    actions = window.actions_.all()
    keys = [key.toString() for action in actions for key in action.shortcuts()]
    assert len(set(keys)) == len(keys)
    assert all(action.statusTip() for action in actions)
    in_menus: set[QAction] = set()
    for menu in (action.menu() for action in window.menuBar().actions()):
        in_menus.update(menu.actions())  # type: ignore[union-attr]
    assert {a for a in actions if a not in in_menus} == {window.actions_.clear_recent}


def test_help_names_every_key(window: MainWindow) -> None:
    text = answer(QMessageBox.StandardButton.Ok)
    QTest.keyClick(window, Qt.Key.Key_F1)
    assert "Start" in text[0]
    assert "Ctrl+R" in text[0]


def test_two_windows_do_not_disturb_each_other(qtbot: QtBot, small: MainWindow, open_window: Open) -> None:
    other = open_window()
    before = other.controller.in_use
    small.panel.form.epochs.setValue(2)
    click(small, "Start")
    draw(other)
    until(qtbot, small, TrainingState.IDLE)
    assert other.controller.in_use is before
    assert other.prediction.verdict.text == "3"
    assert small.prediction.verdict.text == "nothing yet"


def test_the_canvas_reads_the_same_at_any_size_of_the_window(window: MainWindow) -> None:
    images = []
    for size in (900, 1400):
        window.resize(size, 800)
        QApplication.processEvents()
        draw(window)
        images.append(window.prediction.seen.prediction.image)  # type: ignore[union-attr]
        window.canvas.clear()
    assert np.abs(images[0] - images[1]).mean() < 0.02
    assert QPoint(0, 0) == window.canvas.rect().topLeft()


def test_saving_during_a_training_keeps_the_new_name(qtbot: QtBot, small: MainWindow, tmp_path: Path) -> None:
    measured = measured_in(small)
    small.panel.form.epochs.setValue(10_000)
    click(small, "Start")
    qtbot.waitUntil(lambda: len(measured) > 3)
    small.controller.save(tmp_path / "b.npz")
    count = len(measured)
    qtbot.waitUntil(lambda: len(measured) > count + 1)
    assert small.controller.in_use.path == tmp_path / "b.npz"
    assert small.isWindowModified()
    click(small, "Stop")
    until(qtbot, small, TrainingState.IDLE)
    small.actions_.save.trigger()
    assert weights.load(tmp_path / "b.npz")[1].step == measured[-1].step


def test_a_second_signal_does_not_wait_for_the_questions_answer(qtbot: QtBot, small: MainWindow) -> None:
    small.panel.form.epochs.setValue(1)
    click(small, "Start")
    until(qtbot, small, TrainingState.IDLE)
    QTimer.singleShot(50, small.close_by_signal)
    small.close_by_signal()
    assert not small.isVisible()


def test_full_screen_is_left_by_the_key_that_enters_it(window: MainWindow) -> None:
    for expected in (True, False):
        QTest.keyClick(window, Qt.Key.Key_F11)
        QApplication.processEvents()
        assert window.isFullScreen() is window.actions_.full_screen.isChecked() is expected


@pytest.mark.parametrize(
    ("typed", "answered", "expected"), [("net", "No", None), ("net", "Yes", "net.npz"), ("new", "", "new.npz")]
)
def test_a_name_without_an_ending_gets_it_before_a_file_is_replaced(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, typed: str, answered: str, expected: str | None
) -> None:
    (tmp_path / "net.npz").write_text("old")

    def type_name() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QFileDialog)
        line = dialog.findChild(QLineEdit)
        line.selectAll()
        QTest.keyClicks(line, typed)
        QTimer.singleShot(50, lambda: reply(dialog))
        QTest.keyClick(line, Qt.Key.Key_Return)

    def reply(dialog: QFileDialog) -> None:
        question = QApplication.activeModalWidget()
        if isinstance(question, QMessageBox):
            question.button(getattr(QMessageBox.StandardButton, answered)).click()
        QTimer.singleShot(50, dialog.reject)

    QTimer.singleShot(50, type_name)
    path = file_dialogs.ask_save(window, "Save", tmp_path / "x.npz", [("NumPy", ".npz")])
    assert (path.name if path else None) == expected


def test_continuing_records_the_networks_own_layers_and_all_its_steps(qtbot: QtBot, small: MainWindow) -> None:
    before = small.controller.in_use.record
    small.panel.form.show_data(None)
    click(small, "Continue")
    assert "the validation curve will flatter it" in small.banner.label.text()
    qtbot.waitUntil(lambda: len(small.panel.plot.train_cost.x) > 1)
    assert "untrained" not in small.network_label.text()
    click(small, "Stop")
    until(qtbot, small, TrainingState.IDLE)
    record = small.controller.in_use.record
    assert record.config is not None
    assert record.config.hidden == "512"
    assert record.step > before.step


def test_a_failed_save_before_a_start_is_seen(qtbot: QtBot, small: MainWindow, tmp_path: Path) -> None:
    small.panel.form.epochs.setValue(1)
    click(small, "Start")
    until(qtbot, small, TrainingState.IDLE)
    small.controller.in_use = dataclasses.replace(small.controller.in_use, path=tmp_path / "none" / "a.npz")
    answer(QMessageBox.StandardButton.Save)
    click(small, "Start")
    assert small.banner.isVisible()
    assert small.controller.is_idle


@pytest.mark.parametrize("step_seconds", [0.0, 3.0])
def test_closing_does_not_wait_for_a_step_that_takes_too_long(step_seconds: float, tmp_path: Path) -> None:
    code = (
        "import os, sys, time\n"
        "from pathlib import Path\n"
        "from PySide6.QtCore import QTimer\n"
        "from digitpad.app import controller, main, main_window\n"
        "from digitpad.engine.events import Started\n"
        "def train(*_):\n"
        "    yield Started(1, 0, 1, 1, 1)\n"
        f"    time.sleep({step_seconds})\n"
        "controller.train = train\n"
        "initial = main_window.MainWindow.__init__\n"
        "def begin(self, *arguments):\n"
        "    initial(self, *arguments)\n"
        "    QTimer.singleShot(0, self.actions_.start.trigger)\n"
        "    QTimer.singleShot(300, self.close)\n"
        "main_window.MainWindow.__init__ = begin\n"
        "sys.exit(main.run([]))\n"
    )
    home = {**os.environ, **dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"), str(tmp_path))}
    start = time.perf_counter()
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=home, timeout=30)
    assert result.returncode == 0, result.stderr
    assert time.perf_counter() - start < 6
    assert list(tmp_path.rglob("digitpad.ini"))
