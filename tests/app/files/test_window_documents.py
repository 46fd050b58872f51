"""Files: weights and drawings saved, opened, dropped, remembered."""

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFileDialog,
    QInputDialog,
    QLineEdit,
    QMessageBox,
)
from pytestqt.qtbot import QtBot
from safetensors.numpy import save_file

from digitpad.app.files.foreign_weights_dialog import ForeignDialog
from digitpad.app.session.training_state import TrainingState
from digitpad.app.widgets import file_dialogs
from digitpad.app.window.main_window import MainWindow
from digitpad.data import ink_files, pictures
from digitpad.data.drawing import Photo, Picture
from digitpad.data.ink import Ink
from digitpad.engine.files import weights
from digitpad.engine.files.weights import TrainingRecord
from digitpad.nn.network import Network
from tests.app.driving import choose_file, click, measured_in, until
from tests.app.driving import draw as draw_stroke
from tests.screenshot import draw

Open = Callable[[], MainWindow]


def drop(window: MainWindow, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    action, button, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(50, 50), action, data, button, keys)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(50, 50), action, data, button, keys))


@pytest.mark.slow
def test_weights_are_saved_opened_and_gone_on_with(
    qtbot: QtBot, small: MainWindow, open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small.panel.form.fields["epochs"].setValue(2)
    click(small, "Start")
    until(qtbot, small, TrainingState.IDLE)
    choose_file(monkeypatch, tmp_path / "mine.safetensors")
    QTest.keyClick(small, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    saved = tmp_path / "mine.safetensors"
    assert saved.exists()
    assert not small.isWindowModified()
    assert small.windowTitle().startswith("16")
    tomorrow = open_window()
    choose_file(monkeypatch, saved)
    QTest.keyClick(tomorrow, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    for a, b in zip(
        tomorrow.controller.selection.newest.network.parameters,
        small.controller.selection.newest.network.parameters,
        strict=True,
    ):
        np.testing.assert_array_equal(a, b)
    tomorrow.panel.form.show_data(small.panel.form.config().data)
    tomorrow.panel.form.fields["validation"].setValue(500)
    tomorrow.panel.form.fields["epochs"].setValue(1)
    click(tomorrow, "Continue")
    until(qtbot, tomorrow, TrainingState.IDLE)
    assert not tomorrow.isWindowModified()
    tomorrow.file_actions.save.trigger()
    assert weights.load(saved)[1].step == tomorrow.controller.selection.newest.record.step


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """Weights as PyTorch names them, of a network that digitpad knows."""
    network, _ = weights.load(weights.BUNDLED_MLP)
    names = ("fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias")
    save_file(
        dict(zip(names, map(np.ascontiguousarray, network.parameters), strict=True)), tmp_path / "theirs.safetensors"
    )
    return tmp_path / "theirs.safetensors"


def in_dialog(qtbot: QtBot, action: Callable[[ForeignDialog], None]) -> None:
    """Do `action` in the next dialog about weights of another program, as soon as it has measured something."""

    def later() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, ForeignDialog):
            QTimer.singleShot(20, later)
            return
        try:
            qtbot.waitUntil(lambda: dialog.chosen is not None, timeout=60_000)
            action(dialog)
        finally:
            if dialog.isVisible():
                dialog.reject()

    QTimer.singleShot(0, later)


def test_weights_of_another_program_are_understood_shown_and_used(
    qtbot: QtBot, window: MainWindow, theirs: Path
) -> None:
    seen = []

    def open_it(dialog: ForeignDialog) -> None:
        seen.append((dialog.layers.currentText(), dialog.scaling.currentData(), dialog.accuracy.text()))
        QTest.mouseClick(dialog.buttons.button(dialog.buttons.StandardButton.Open), Qt.MouseButton.LeftButton)

    in_dialog(qtbot, open_it)
    drop(window, theirs)
    assert seen == [("512", "digitpad", "Accuracy 98.46 %")]
    shown = window.controller.selection.newest
    assert (shown.name, shown.network.spec, shown.record.test_accuracy) == ("theirs.safetensors", "512", 0.9846)
    assert not shown.is_kept
    assert window.panel.form.config().hidden == "512"


def test_what_the_user_says_of_them_is_measured_and_cancelling_changes_nothing(
    qtbot: QtBot, window: MainWindow, theirs: Path
) -> None:
    before, seen = window.controller.selection.newest, []

    def type_and_cancel(dialog: ForeignDialog) -> None:
        line = dialog.layers.lineEdit()
        assert line is not None
        line.selectAll()
        QTest.keyClicks(line, "512 tanh")
        assert dialog.chosen is None
        qtbot.waitUntil(lambda: dialog.chosen is not None, timeout=60_000)
        seen.append(dialog.accuracy.text())
        QTest.keyClicks(line, ", 5")
        qtbot.waitUntil(lambda: "do not fit its weights, 512x784, 10x512" in dialog.accuracy.text(), timeout=60_000)
        assert not dialog.buttons.button(dialog.buttons.StandardButton.Open).isEnabled()
        QTest.keyClick(dialog, Qt.Key.Key_Escape)

    in_dialog(qtbot, type_and_cancel)
    drop(window, theirs)
    assert seen
    assert "Accuracy " in seen[0]
    assert seen[0] < "Accuracy 98"
    assert window.controller.selection.newest is before


def test_a_file_that_holds_no_weights_is_one_sentence_and_the_network_stays(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = window.controller.selection.newest
    (tmp_path / "a.safetensors").write_bytes(b"noise" * 100)
    choose_file(monkeypatch, tmp_path / "a.safetensors")
    window.file_actions.open_weights.trigger()
    assert "a.safetensors: it is truncated or no safetensors file" in window.message_bar.label.text()
    assert window.controller.selection.newest is before
    actions = window.file_actions
    names = {
        actions.open_bundled: ("Bundled network", "32c5"),
        actions.open_bundled_mlp: ("Bundled MLP", "784\N{EN DASH}512"),
    }
    for action, words in names.items():
        action.trigger()
        assert all(word in window.network_label.text() for word in words)
        assert window.panel.form.fields["hidden"].text() == window.controller.selection.newest.network.spec


def test_saving_where_it_is_impossible_is_one_sentence(
    qtbot: QtBot, small: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small.panel.form.fields["epochs"].setValue(1)
    click(small, "Start")
    until(qtbot, small, TrainingState.IDLE)
    before = small.controller.selection.newest
    choose_file(monkeypatch, tmp_path / "none" / "a.npz")
    small.file_actions.save.trigger()
    assert "the folder does not exist" in small.message_bar.label.text()
    assert small.controller.selection.newest is before


def test_drawings_are_saved_and_opened_as_ink_and_as_picture(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw(window)
    before = window.canvas.drawing
    image = window.prediction.seen.prediction.image
    assert isinstance(before, Ink)
    choose_file(monkeypatch, tmp_path / "a.jsonl")
    choose_label("3")
    window.file_actions.save_drawing.trigger()
    assert [drawing.label for drawing in ink_files.read(tmp_path / "a.jsonl")] == [3]
    choose_file(monkeypatch, tmp_path / "a.28x28.png")
    window.file_actions.save_drawing.trigger()
    saved = pictures.read(tmp_path / "a.28x28.png")
    assert isinstance(saved, Picture)
    np.testing.assert_allclose(saved.image, image, atol=1 / 255)
    click(window, "Clear")
    choose_file(monkeypatch, tmp_path / "a.jsonl")
    window.file_actions.open_drawing.trigger()
    assert isinstance(window.canvas.drawing, Ink)
    np.testing.assert_allclose(window.canvas.drawing.strokes[0], before.strokes[0], atol=0.01)
    assert window.prediction.label.text == "3"
    choose_file(monkeypatch, tmp_path / "a.28x28.png")
    window.file_actions.open_drawing.trigger()
    assert isinstance(window.canvas.drawing, Picture)
    assert window.prediction.label.text == "3"
    click(window, "Undo")
    assert isinstance(window.canvas.drawing, Ink)


def test_a_drawing_is_saved_without_a_label_or_not_at_all(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw(window)
    choose_file(monkeypatch, tmp_path / "a.jsonl")
    choose_label("no label")
    window.file_actions.save_drawing.trigger()
    assert [drawing.label for drawing in ink_files.read(tmp_path / "a.jsonl")] == [None]
    choose_file(monkeypatch, tmp_path / "b.jsonl")
    choose_label("")
    window.file_actions.save_drawing.trigger()
    assert not (tmp_path / "b.jsonl").exists()


def test_the_sheet_is_saved_as_a_picture_for_slides(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw(window)
    choose_file(monkeypatch, tmp_path / "a.png")
    window.file_actions.save_drawing.trigger()
    saved = pictures.read(tmp_path / "a.png")
    assert isinstance(saved, Photo)
    width, height = window.canvas.ink_layer.extent
    assert saved.pixels.shape == (4 * round(height), round(4 * width), 3)
    assert saved.pixels[0, 0].tolist() == [255, 255, 255]
    window.open([tmp_path / "a.png"])
    assert isinstance(window.canvas.drawing, Photo)


def choose_label(label: str) -> None:
    """Choose `label` in the next question of which digit it is, or press Esc where it is empty."""

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, QInputDialog):
            QTimer.singleShot(10, answer)
        elif label:
            box = dialog.findChild(QComboBox)
            box.setFocus()
            QTest.keyClicks(box, label)
            assert box.currentText() == label
            QTest.keyClick(dialog, Qt.Key.Key_Return)
        else:
            QTest.keyClick(dialog, Qt.Key.Key_Escape)

    QTimer.singleShot(10, answer)


def test_of_several_drawings_one_is_chosen(window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"strokes": [[[0, 0], [9, 9]]]}\n{"strokes": [[[5, 0], [5, 9]]]}\n')
    monkeypatch.setattr(QInputDialog, "getInt", lambda *_: (2, True))
    window.open([path])
    assert isinstance(window.canvas.drawing, Ink)
    assert np.ptp(window.canvas.drawing.strokes[0][:, 0]) == 0
    assert [drawing.label for drawing in ink_files.read(path)] == [None, None]


def test_a_blank_canvas_cannot_be_saved(window: MainWindow) -> None:
    window.file_actions.save_drawing.trigger()
    assert "draw a digit first" in window.message_bar.label.text()


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
    assert window.prediction.label.text == "7"
    assert window.panel.form.config().data == str(few_digits_folder)
    drop(window, tmp_path / "a.txt")
    assert "a.txt" in window.message_bar.label.text()


def test_recent_files_are_offered_newest_first(window: MainWindow, tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_text('{"strokes": [[[0, 0], [9, 9]]]}\n')
        window.open([tmp_path / name])
    window.file_actions.recent.aboutToShow.emit()
    names = [action.text() for action in window.file_actions.recent.actions()]
    assert names[:2] == ["b.jsonl", "a.jsonl"]
    click(window, "Clear")
    window.file_actions.recent.actions()[1].trigger()
    assert window.canvas.drawing
    window.file_actions.clear_recent.trigger()
    window.file_actions.recent.aboutToShow.emit()
    assert [a.text() for a in window.file_actions.recent.actions() if a.text()] == ["&Clear List"]


def test_a_newer_network_that_comes_while_the_disk_is_busy_has_the_same_file(
    qtbot: QtBot, small: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured, newer, save = measured_in(small), threading.Event(), weights.save
    small.controller.measured.connect(lambda *_: newer.set())

    def save_slowly(path: Path, network: Network, record: TrainingRecord) -> None:
        # The run's own networks are written as ever.
        if path == tmp_path / "b.npz":
            newer.clear()
            assert newer.wait(60)
        save(path, network, record)

    small.panel.form.fields["epochs"].setValue(10_000)
    click(small, "Start")
    qtbot.waitUntil(lambda: len(measured) > 3)
    monkeypatch.setattr(weights, "save", save_slowly)
    saved = small.controller.selection.newest
    small.controller.save(tmp_path / "b.npz")
    assert small.controller.selection.newest.network is not saved.network
    assert small.controller.selection.newest.path == tmp_path / "b.npz"
    # What it has learned since is not in the file.
    assert weights.load(tmp_path / "b.npz")[1].step == saved.record.step


@pytest.mark.slow
def test_saving_during_a_training_keeps_the_new_name(qtbot: QtBot, small: MainWindow, tmp_path: Path) -> None:
    measured = measured_in(small)
    small.panel.form.fields["epochs"].setValue(10_000)
    click(small, "Start")
    qtbot.waitUntil(lambda: len(measured) > 3)
    small.controller.save(tmp_path / "b.npz")
    count = len(measured)
    qtbot.waitUntil(lambda: len(measured) > count + 1)
    assert small.controller.selection.newest.path == tmp_path / "b.npz"
    click(small, "Stop")
    until(qtbot, small, TrainingState.IDLE)
    small.file_actions.save.trigger()
    assert weights.load(tmp_path / "b.npz")[1].step == measured[-1].step


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
        if answered == "No":
            QTimer.singleShot(50, dialog.reject)

    QTimer.singleShot(50, type_name)
    path = file_dialogs.ask_save(window, "Save", tmp_path / "x.npz", [("NumPy", ".npz")])
    assert (path.name if path else None) == expected


def test_a_folder_without_digits_is_refused_when_it_is_dropped(window: MainWindow, tmp_path: Path) -> None:
    window.open([tmp_path])
    assert "holds no train-images-idx3-ubyte" in window.message_bar.label.text()
    assert window.panel.form.config().data is None


def test_a_photo_is_opened_read_and_not_saved_again(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = PIL.Image.new("L", (200, 300), 230)
    picture.paste(20, (90, 60, 112, 240))
    picture.save(tmp_path / "photo.jpg")
    window.open([tmp_path / "photo.jpg"])
    assert isinstance(window.canvas.drawing, Photo)
    qtbot.waitUntil(lambda: window.prediction.label.text == "1")
    choose_file(monkeypatch, tmp_path / "b.png")
    window.file_actions.save_drawing.trigger()
    assert "photo is not saved again" in window.message_bar.label.text()
    (tmp_path / "photo.jpg").write_bytes(b"no picture")
    window.open([tmp_path / "photo.jpg"])
    assert "is not an intact picture" in window.message_bar.label.text()
    qtbot.waitUntil(lambda: window.prediction.label.text == "1")


def test_a_row_is_kept_as_a_picture_of_the_sheet(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    side = window.canvas.height()
    for x in (side // 4, side // 2):
        draw_stroke(window.canvas, (x, side // 4), (x, side // 2), (x, 3 * side // 4))
    assert window.prediction.label.text == "11"
    choose_file(monkeypatch, tmp_path / "a.png")
    window.file_actions.save_drawing.trigger()
    click(window, "Clear")
    window.file_actions.open_drawing.trigger()
    qtbot.waitUntil(lambda: window.prediction.label.text == "11")


def test_what_is_no_drawing_is_called_that(window: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "letter.docx").write_text("Dear network")
    window.open([tmp_path / "letter.docx"])
    assert "letter.docx is no drawing: choose an ink file (.jsonl)" in window.message_bar.label.text()


def test_strokes_are_saved_as_svg_and_opened_again(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw(window)
    before = window.canvas.drawing
    assert isinstance(before, Ink)
    choose_file(monkeypatch, tmp_path / "a.svg")
    window.file_actions.save_drawing.trigger()
    click(window, "Clear")
    window.file_actions.open_drawing.trigger()
    assert isinstance(window.canvas.drawing, Ink)
    np.testing.assert_allclose(window.canvas.drawing.strokes[0], before.strokes[0], atol=0.01)


def test_weights_and_drawings_each_have_their_last_folder(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "nets").mkdir()
    (tmp_path / "ink").mkdir()
    choose_file(monkeypatch, tmp_path / "nets" / "a.safetensors")
    window.file_actions.save_as.trigger()
    draw(window)
    choose_file(monkeypatch, tmp_path / "ink" / "three.svg")
    window.file_actions.save_drawing.trigger()
    asked: list[str] = []
    monkeypatch.setattr(file_dialogs, "ask_open", lambda _, __, folder, ___: asked.append(folder))
    window.file_actions.open_weights.trigger()
    window.file_actions.open_drawing.trigger()
    assert asked == [str(tmp_path / "nets"), str(tmp_path / "ink")]
