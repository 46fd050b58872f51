"""Eraser, pens, guides, copy and paste, through real events and acts."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QInputDevice, QPointingDevice, QTabletEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from digitpad.app.canvas.canvas import Canvas
from digitpad.app.window.main_window import MainWindow
from digitpad.data.drawing import Photo
from digitpad.data.ink import Ink
from tests.app.driving import LEFT, RIGHT, darkness, draw, strokes


def test_the_right_button_cuts_a_stroke_in_two_as_one_act(canvas: Canvas) -> None:
    draw(canvas, (100, 280), (460, 280))
    draw(canvas, (280, 200), (280, 300), (280, 400), button=RIGHT)
    assert len(strokes(canvas)) == 2
    assert darkness(canvas, 280, 280) < 0.1
    assert darkness(canvas, 150, 280) > 0.8
    canvas.undo()
    assert len(strokes(canvas)) == 1
    assert darkness(canvas, 280, 280) > 0.8
    canvas.redo()
    assert len(strokes(canvas)) == 2


def test_erasing_nothing_is_no_act(canvas: Canvas) -> None:
    draw(canvas, (100, 100), (200, 100))
    draw(canvas, (300, 300), (400, 400), button=RIGHT)
    canvas.undo()
    assert strokes(canvas) == []


def test_the_eraser_can_be_chosen_for_the_left_button(window: MainWindow) -> None:
    sheet, side = window.canvas, window.canvas.height()
    draw(sheet, (side // 4, side // 2), (side * 3 // 4, side // 2))
    window.canvas_actions.eraser.trigger()
    draw(sheet, (side // 2, side // 4), (side // 2, side * 3 // 4))
    assert len(strokes(sheet)) == 2
    window.canvas_actions.eraser.trigger()
    draw(sheet, (side // 4, side // 4), (side // 3, side // 3))
    assert len(strokes(sheet)) == 3


def test_the_pens_width_and_the_guides_change_the_look_and_nothing_else(window: MainWindow) -> None:
    sheet, side = window.canvas, window.canvas.height()
    draw(sheet, (side // 4, side // 2), (side * 3 // 4, side // 2))
    image = window.prediction.seen.prediction.image
    y = side // 2 + int(12 * side / 280)
    assert darkness(sheet, side // 2, y) < 0.1
    broad = window.canvas_actions.pen_widths.actions()[2]
    broad.trigger()
    assert darkness(sheet, side // 2, y) > 0.8
    before = sheet.grab().toImage()
    window.canvas_actions.guides.trigger()
    assert sheet.grab().toImage() != before
    np.testing.assert_array_equal(window.prediction.seen.prediction.image, image)


def test_the_pen_looks_narrower_in_a_row_and_is_read_alike(window: MainWindow) -> None:
    sheet, unit = window.canvas, window.canvas.height() // 28
    bar = [(3 * unit, 14 * unit), (20 * unit, 14 * unit)]
    draw(sheet, *bar)
    assert sheet.pen_width == 18
    window.canvas_actions.clear.trigger()
    for x in (4, 8, 12, 16, 20):
        draw(sheet, (x * unit, 8 * unit), (x * unit, 17 * unit))
    assert sheet.pen_width == 6
    assert window.prediction.label.text == "11111"
    window.canvas_actions.pen_widths.actions()[1].trigger()
    assert sheet.pen_width == 18
    assert window.prediction.label.text == "11111"
    window.canvas_actions.pen_widths.actions()[3].trigger()
    assert sheet.pen_width == 6
    for _ in range(3):
        window.canvas_actions.undo.trigger()
    assert sheet.pen_width == 18


def test_the_pen_keeps_its_width_while_a_second_row_is_written(window: MainWindow) -> None:
    sheet, unit = window.canvas, window.canvas.height() // 28
    widths = []
    for top in (2, 16):
        for x in (4, 9, 14):
            draw(sheet, (x * unit, top * unit), (x * unit, (top + 7) * unit))
            widths.append(sheet.pen_width)
    assert widths[2] < 18
    assert set(widths[2:]) == {widths[2]}


def pen_event(kind: QEvent.Type, place: QPointF, pressure: float, pointer: QPointingDevice.PointerType) -> QTabletEvent:
    device = QPointingDevice("pen", 1, QInputDevice.DeviceType.Stylus, pointer, QInputDevice.Capability.Pressure, 1, 2)
    pen_event.devices.append(device)
    none = Qt.MouseButton.NoButton
    button = none if kind == QEvent.Type.TabletMove else LEFT
    return QTabletEvent(
        kind, device, place, place, pressure, 0, 0, 0, 0, 0, Qt.KeyboardModifier.NoModifier, button,
        none if kind == QEvent.Type.TabletRelease else LEFT,
    )  # fmt: skip


pen_event.devices = []


@pytest.mark.parametrize("pointer", [QPointingDevice.PointerType.Pen, QPointingDevice.PointerType.Eraser])
def test_a_pens_events_are_taken_with_their_pressure_and_its_other_end_erases(
    canvas: Canvas,
    pointer: QPointingDevice.PointerType,
) -> None:
    draw(canvas, (200, 100), (200, 400))
    kinds = [QEvent.Type.TabletPress, QEvent.Type.TabletMove, QEvent.Type.TabletMove, QEvent.Type.TabletRelease]
    for number, kind in enumerate(kinds):
        event = pen_event(kind, QPointF(100 + 60 * number, 200), 0.25 * number, pointer)
        QApplication.sendEvent(canvas, event)
        assert event.isAccepted()
    if pointer == QPointingDevice.PointerType.Eraser:
        assert len(strokes(canvas)) == 2
        return
    assert isinstance(canvas.drawing, Ink)
    np.testing.assert_allclose(canvas.drawing.strokes[1], [[50, 100, 0], [80, 100, 0.25], [110, 100, 0.5]], atol=1e-4)


def test_a_drawing_is_copied_and_pasted(window: MainWindow) -> None:
    sheet, side = window.canvas, window.canvas.height()
    draw(sheet, (side // 4, side // 2), (side * 3 // 4, side // 2), (side // 2, side * 3 // 4))
    before = strokes(sheet)
    window.canvas_actions.copy.trigger()
    data = QGuiApplication.clipboard().mimeData()
    assert data.hasImage()
    assert b"<svg" in bytes(data.data("image/svg+xml").data())
    sheet.clear()
    window.canvas_actions.paste.trigger()
    np.testing.assert_allclose(strokes(sheet)[0], before[0], atol=0.01)


def test_a_picture_is_pasted_read_and_shown(qtbot: QtBot, window: MainWindow) -> None:
    picture = QImage(120, 200, QImage.Format.Format_RGB32)
    picture.fill(QColor("white"))
    for y in range(40, 160):
        for x in range(52, 66):
            picture.setPixelColor(x, y, QColor("navy"))
    QGuiApplication.clipboard().setImage(picture)
    window.canvas_actions.paste.trigger()
    assert isinstance(window.canvas.drawing, Photo)
    qtbot.waitUntil(lambda: window.prediction.label.text == "1")
    window.canvas_actions.undo.trigger()
    assert window.prediction.label.text == "Draw a digit"


def test_an_empty_clipboard_is_one_sentence(window: MainWindow) -> None:
    QGuiApplication.clipboard().setText("no drawing")
    window.canvas_actions.paste.trigger()
    assert "clipboard holds neither" in window.message_bar.label.text()
