"""How a photo is cut, laid over it in the real window."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QPointingDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from digitpad.app.window.main_window import MainWindow
from digitpad.data.drawing import Photo
from digitpad.engine.files import weights
from digitpad.engine.reading.photo_reader import PhotoReader
from digitpad.errors import DigitpadError
from tests.app.canvas.test_canvas_actions import pen_event
from tests.screenshot import draw


def photo_of_a_ring() -> Photo:
    gray = np.full((400, 400), 235, np.uint8)
    cv2.ellipse(gray, (200, 200), (80, 120), 0, 0, 360, 40, 12, cv2.LINE_AA)
    return Photo(np.repeat(gray[:, :, np.newaxis], 3, axis=2))


def color(window: MainWindow, x: float, y: float) -> QColor:
    """The color on the canvas, at shares of the sides of a square photo."""
    side = window.canvas.height() - window.cuts.tools.height()
    place = QPoint(round((window.canvas.width() - side) / 2 + x * side), round(y * side))
    return window.canvas.grab().toImage().pixelColor(place)


def test_ink_and_cuts_are_laid_over_a_photo_and_taken_away(qtbot: QtBot, window: MainWindow) -> None:
    window.canvas.replace(photo_of_a_ring(), "Open")
    # A photo is read aside; of what was there before nothing is left meanwhile.
    assert window.prediction.label.text == "Draw a digit"
    qtbot.waitUntil(lambda: window.prediction.label.text == "0")
    qtbot.waitUntil(lambda: window.cuts.shown is not None)
    # The left side of the ring, which is black ink in the photo.
    assert color(window, 0.3, 0.5).red() > 120
    window.cuts.show_cuts.trigger()
    assert window.cuts.shown is None
    assert color(window, 0.3, 0.5).red() < 80
    window.cuts.show_cuts.trigger()
    qtbot.waitUntil(lambda: window.cuts.shown is not None)
    window.canvas_actions.clear.trigger()
    assert not window.cuts.isVisible()
    draw(window)
    assert window.prediction.label.text == "3"


def test_of_another_photo_nothing_is_left_over(qtbot: QtBot, window: MainWindow) -> None:
    window.canvas.replace(photo_of_a_ring(), "Open")
    qtbot.waitUntil(lambda: window.cuts.shown is not None)
    window.canvas.replace(photo_of_a_ring(), "Open")
    assert window.cuts.shown is None
    assert window.prediction.label.text == "Draw a digit"
    qtbot.waitUntil(lambda: window.cuts.shown is not None)


def test_a_photo_is_read_again_by_another_network_and_stays_read_meanwhile(qtbot: QtBot, window: MainWindow) -> None:
    window.canvas.replace(photo_of_a_ring(), "Open")
    qtbot.waitUntil(lambda: window.prediction.label.text == "0")
    before = window.controller.selection.predictions
    window.controller.open(weights.BUNDLED_MLP)
    assert window.controller.selection.predictions is before
    qtbot.waitUntil(lambda: window.controller.selection.predictions is not before)
    assert window.controller.selection.predictions[0].probability != before[0].probability


def photo_of(*boxes: tuple[int, int, int, int], ink: int = 40) -> Photo:
    """A photo of 400 x 400 pixels with ink in boxes."""
    gray = np.full((400, 400), 235, np.uint8)
    for left, top, right, bottom in boxes:
        gray[top:bottom, left:right] = ink
    return Photo(np.repeat(gray[:, :, np.newaxis], 3, axis=2))


#: Four strokes: two ones, and two that are further apart than the parts of a digit.
BARS = ((60, 100, 72, 220), (110, 100, 122, 220), (250, 100, 262, 220), (310, 100, 322, 220))


def drag(window: MainWindow, left: int, top: int, right: int, bottom: int) -> None:
    """Drag over a part of a square photo of 400 pixels with the mouse."""
    side, width = window.canvas.height() - window.cuts.tools.height(), window.canvas.width()
    places = [
        QPoint(round((width - side) / 2 + x * side / 400), round(y * side / 400))
        for x, y in ((left, top), ((left + right) // 2, bottom), (right, bottom))
    ]
    QTest.mousePress(window.cuts, Qt.MouseButton.LeftButton, pos=places[0])
    for place in places[1:]:
        QTest.mouseMove(window.cuts, place)
    QTest.mouseRelease(window.cuts, Qt.MouseButton.LeftButton, pos=places[-1])


def test_what_is_dragged_over_is_one_digit(qtbot: QtBot, window: MainWindow) -> None:
    window.canvas.replace(photo_of(*BARS), "Open")
    qtbot.waitUntil(lambda: window.prediction.label.text == "1111")
    drag(window, 230, 80, 340, 240)
    qtbot.waitUntil(lambda: len(window.controller.selection.predictions) == 3)
    assert [prediction.digit for prediction in window.controller.selection.predictions[:2]] == [1, 1]
    image = window.controller.selection.predictions[2].image
    assert image[:, :12].sum() > 10 < image[:, 16:].sum()
    # A later mark has what it shares with an earlier one.
    drag(window, 290, 80, 340, 240)
    qtbot.waitUntil(lambda: window.prediction.label.text == "1111")
    window.canvas_actions.undo.trigger()
    window.canvas_actions.undo.trigger()
    assert window.canvas.drawing.marked == ()


def test_what_is_left_by_cropping_is_read(qtbot: QtBot, window: MainWindow) -> None:
    window.canvas.replace(photo_of(*BARS), "Open")
    QTest.mouseClick(window.cuts.tools.crop, Qt.MouseButton.LeftButton)
    drag(window, 20, 40, 200, 300)
    assert window.canvas.drawing.pixels.shape == pytest.approx((260, 180, 3), abs=3)
    assert not window.cuts.tools.is_cropping
    qtbot.waitUntil(lambda: window.prediction.label.text == "11")
    # A click is no crop.
    QTest.mouseClick(window.cuts.tools.crop, Qt.MouseButton.LeftButton)
    QTest.mouseClick(window.cuts, Qt.MouseButton.LeftButton)
    assert window.canvas.undo_stack.undoText() == "Crop"
    window.canvas_actions.undo.trigger()
    qtbot.waitUntil(lambda: window.prediction.label.text == "1111")


def test_what_is_ink_is_changed_by_hand_and_left_to_digitpad_again(qtbot: QtBot, window: MainWindow) -> None:
    strong, pale = photo_of(*BARS[:2]).pixels, photo_of(*BARS[2:], ink=205).pixels
    window.canvas.replace(Photo(np.minimum(strong, pale)), "Open")
    tools = window.cuts.tools
    assert tools.by_itself.isChecked()
    qtbot.waitUntil(lambda: window.prediction.label.text != "Draw a digit")
    for _ in range(8):
        QTest.keyClick(tools.ink, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: not tools.by_itself.isChecked())
    qtbot.waitUntil(lambda: window.prediction.label.text == "11")
    for _ in range(18):
        QTest.keyClick(tools.ink, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: window.prediction.label.text == "1111")
    QTest.mouseClick(tools.by_itself, Qt.MouseButton.LeftButton)
    assert window.canvas.drawing.threshold is None
    assert tools.by_itself.isChecked()
    assert window.canvas.undo_stack.count() == 2
    window.canvas_actions.undo.trigger()
    assert window.canvas.drawing.threshold is None


def framed(window: MainWindow, bar: tuple[int, int, int, int]) -> int:
    """The pixels between a bar and its neighbors that have the color of frames."""
    shown = window.cuts.shown
    if shown is None:
        return 0
    larger = shown.shape[1] / window.canvas.drawing.pixels.shape[1]
    left, top, right, bottom = (round(larger * side) for side in (bar[0] - 12, bar[1] - 12, bar[2] + 12, bar[3] + 12))
    return int((shown[top:bottom, left:right, 2].astype(int) - shown[top:bottom, left:right, 0] > 60).sum())


def test_a_click_on_a_digit_chooses_it(qtbot: QtBot, window: MainWindow) -> None:
    window.canvas.replace(photo_of(*BARS), "Open")
    qtbot.waitUntil(lambda: window.prediction.label.text == "1111")
    for number in (2, 0):
        x = (BARS[number][0] + BARS[number][2]) // 2
        drag(window, x, 160, x, 160)
        assert window.controller.selection.number == number
        # Its frame is the thickest.
        qtbot.waitUntil(lambda number=number: int(np.argmax([framed(window, bar) for bar in BARS])) == number)
    drag(window, 20, 350, 20, 350)
    assert window.controller.selection.number == 0


def test_the_photo_lies_above_its_tools(qtbot: QtBot, window: MainWindow) -> None:
    window.canvas.replace(photo_of((150, 380, 250, 400)), "Open")
    below = window.cuts.tools.geometry().top() - 6
    assert window.canvas.grab().toImage().pixelColor(window.canvas.width() // 2, below).red() < 80


def test_a_pen_works_the_tools_and_leaves_the_photo_there(qtbot: QtBot, window: MainWindow) -> None:
    window.canvas.replace(photo_of(*BARS), "Open")
    place = QPointF(window.canvas.rect().center())
    event = pen_event(QEvent.Type.TabletPress, place, 0.5, QPointingDevice.PointerType.Pen)
    QApplication.sendEvent(window.canvas, event)
    # Qt makes a mouse's event of it then.
    assert not event.isAccepted()
    assert isinstance(window.canvas.drawing, Photo)


def test_a_hand_that_trembles_at_a_click_marks_nothing(qtbot: QtBot, window: MainWindow) -> None:
    window.canvas.replace(photo_of(*BARS), "Open")
    qtbot.waitUntil(lambda: window.prediction.label.text == "1111")
    drag(window, 116, 160, 119, 163)
    assert window.canvas.drawing.marked == ()


def test_a_crop_keeps_what_was_marked_in_it(qtbot: QtBot, window: MainWindow) -> None:
    window.canvas.replace(replace(photo_of(*BARS), marked=((240.0, 80, 340, 240), (50.0, 80, 80, 240))), "Open")
    QTest.mouseClick(window.cuts.tools.crop, Qt.MouseButton.LeftButton)
    drag(window, 200, 40, 380, 300)
    (box,) = window.canvas.drawing.marked
    assert box == pytest.approx((40, 40, 140, 200), abs=4)


def test_what_cannot_be_read_is_said_and_ends_the_reading(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise DigitpadError("the photo is beyond all words: take another")

    monkeypatch.setattr(PhotoReader, "read", fail)
    window.canvas.replace(photo_of(*BARS), "Open")
    qtbot.waitUntil(lambda: "beyond all words" in window.message_bar.label.text())
    assert "Reading" not in window.cuts.tools.hint.text()


def test_auto_is_not_taken_back_by_the_slider_that_still_rests(qtbot: QtBot, window: MainWindow) -> None:
    window.canvas.replace(photo_of(*BARS), "Open")
    tools = window.cuts.tools
    QTest.keyClick(tools.ink, Qt.Key.Key_Left)
    tools.by_itself.click()
    QTest.keyClick(tools.ink, Qt.Key.Key_Left)
    window.canvas.replace(photo_of(*BARS[:2]), "Open")
    qtbot.waitUntil(lambda: window.prediction.label.text == "11")
    assert window.canvas.drawing.threshold is None
    assert window.canvas.undo_stack.undoText() == "Open"
