"""The canvas, through real mouse events: the user acts, it asks; it is told, it shows."""

import time

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from digitpad.app.canvas import stroke_painter
from digitpad.app.canvas.canvas import Canvas
from digitpad.app.canvas.ink_layer import CANVAS_HEIGHT, InkLayer
from digitpad.app.widgets.theme_colors import LIGHT
from digitpad.data.drawing import Drawing, Picture
from digitpad.data.ink import Ink, amount_of
from tests.app.driving import LEFT, RIGHT, darkness, draw, strokes


def test_a_stroke_is_kept_as_points_of_the_sheet(canvas: Canvas) -> None:
    draw(canvas, (100, 100), (200, 300), (400, 300))
    assert strokes(canvas) == [[[50, 50], [100, 150], [200, 150]]]


def test_each_point_is_told_while_the_pen_moves(canvas: Canvas) -> None:
    told: list[Drawing] = []
    canvas.drawing_changed.connect(told.append)
    QTest.mousePress(canvas, LEFT, pos=QPoint(100, 100))
    QTest.mouseMove(canvas, QPoint(150, 100))
    assert [len(drawing.strokes[0]) for drawing in told if isinstance(drawing, Ink)] == [1, 2]
    QTest.mouseRelease(canvas, LEFT, pos=QPoint(150, 100))


def test_ink_appears_under_the_pen_before_it_is_lifted(canvas: Canvas) -> None:
    QTest.mousePress(canvas, LEFT, pos=QPoint(100, 100))
    QTest.mouseMove(canvas, QPoint(300, 100))
    QTest.mouseMove(canvas, QPoint(300, 300))
    assert darkness(canvas, 299, 299) > 0.8
    assert darkness(canvas, 150, 100) > 0.8
    assert darkness(canvas, 150, 300) < 0.1
    QTest.mouseRelease(canvas, LEFT, pos=QPoint(300, 300))


def test_what_was_drawn_bit_by_bit_looks_as_if_drawn_at_once(canvas: Canvas) -> None:
    angles = np.linspace(0, 5, 40)
    draw(canvas, *((280 + int(150 * np.cos(a)), 280 + int(200 * np.sin(a))) for a in angles))
    bit_by_bit = canvas.grab().toImage()
    canvas.resize(561, 561)
    canvas.resize(560, 560)
    at_once = canvas.grab().toImage()
    differences = [
        abs(QColor(bit_by_bit.pixel(x, y)).lightness() - QColor(at_once.pixel(x, y)).lightness())
        for x in range(0, 560, 4) for y in range(0, 560, 4)
    ]  # fmt: skip
    assert np.mean(differences) < 0.5
    assert np.mean(np.array(differences) > 64) < 0.002


def test_a_tap_leaves_a_dot(canvas: Canvas) -> None:
    draw(canvas, (200, 200))
    assert strokes(canvas) == [[[100, 100]]]
    assert darkness(canvas, 200, 200) > 0.8
    assert darkness(canvas, 230, 230) < 0.1


def test_other_buttons_do_not_draw(canvas: Canvas) -> None:
    QTest.mousePress(canvas, Qt.MouseButton.RightButton, pos=QPoint(100, 100))
    QTest.mouseMove(canvas, QPoint(200, 200))
    QTest.mouseRelease(canvas, Qt.MouseButton.RightButton, pos=QPoint(200, 200))
    assert strokes(canvas) == []


def test_a_stroke_that_leaves_the_sheet_ends_at_its_edge(canvas: Canvas) -> None:
    draw(canvas, (500, 500), (700, -50))
    assert strokes(canvas) == [[[250, 250], [CANVAS_HEIGHT, 0]]]


def test_undo_and_redo_go_through_every_act(canvas: Canvas) -> None:
    draw(canvas, (100, 100), (200, 200))
    draw(canvas, (300, 100), (200, 300))
    both = strokes(canvas)
    canvas.clear()
    assert strokes(canvas) == []
    canvas.undo_stack.undo()
    assert strokes(canvas) == both
    canvas.undo_stack.undo()
    assert strokes(canvas) == both[:1]
    canvas.undo_stack.undo()
    assert strokes(canvas) == []
    for _ in range(2):
        canvas.undo_stack.redo()
    assert strokes(canvas) == both


def test_undo_takes_the_ink_off_the_sheet(canvas: Canvas) -> None:
    draw(canvas, (100, 100), (200, 100))
    canvas.undo_stack.undo()
    assert darkness(canvas, 150, 100) < 0.1


def test_clearing_a_blank_sheet_is_no_act(canvas: Canvas) -> None:
    canvas.clear()
    assert not canvas.undo_stack.canUndo()


def test_a_drawing_keeps_its_points_when_the_window_is_resized(canvas: Canvas) -> None:
    draw(canvas, (100, 100), (200, 200))
    before = strokes(canvas)
    canvas.resize(280, 280)
    assert strokes(canvas) == before
    assert darkness(canvas, 75, 75) > 0.8


def test_a_picture_is_shown_and_the_first_stroke_takes_a_new_sheet(canvas: Canvas) -> None:
    image = np.zeros((28, 28), np.float32)
    image[10, 5] = 1
    canvas.replace(Picture(image), "Open Drawing")
    assert darkness(canvas, 5 * 20 + 10, 10 * 20 + 10) > 0.7
    draw(canvas, (400, 400), (450, 450))
    assert strokes(canvas) == [[[200, 200], [225, 225]]]
    assert darkness(canvas, 110, 210) < 0.1
    canvas.undo_stack.undo()
    assert isinstance(canvas.drawing, Picture)


def test_curves_pass_smoothly_through_the_middles() -> None:
    points = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)]
    (path,) = stroke_painter.whole(points)
    assert (path.currentPosition().x(), path.currentPosition().y()) == (10, 10)
    # At the corner the curve cuts inside instead of turning on the spot.
    distances = [np.hypot(path.pointAtPercent(t).x() - 10, path.pointAtPercent(t).y()) for t in np.linspace(0, 1, 200)]
    assert 1 < min(distances) < 4


def test_undo_with_the_pen_down_takes_back_that_stroke_only(canvas: Canvas) -> None:
    draw(canvas, (100, 100), (200, 200))
    QTest.mousePress(canvas, LEFT, pos=QPoint(300, 300))
    QTest.mouseMove(canvas, QPoint(400, 300))
    canvas.undo()
    assert strokes(canvas) == [[[50, 50], [100, 100]]]
    QTest.mouseRelease(canvas, LEFT, pos=QPoint(400, 300))
    canvas.redo()
    assert strokes(canvas) == [[[50, 50], [100, 100]], [[150, 150], [200, 150]]]


def test_a_long_scribble_is_drawn_anew_in_a_moment(canvas: Canvas) -> None:
    scribble = Ink((np.random.default_rng(0).random((10_000, 2)) * CANVAS_HEIGHT,))
    start = time.thread_time()
    canvas.replace(scribble, "Open Drawing")
    assert time.thread_time() - start < 2


def test_a_wide_sheet_has_room_for_a_row_and_shows_all_of_it_when_it_is_narrow_again(canvas: Canvas) -> None:
    canvas.resize(1120, 560)
    assert canvas.ink_layer.extent == (560, CANVAS_HEIGHT)
    draw(canvas, (20, 100), (20, 400))
    draw(canvas, (1000, 100), (1000, 400))
    assert strokes(canvas)[1] == [[500, 50], [500, 200]]
    canvas.resize(560, 560)
    assert canvas.ink_layer.extent == pytest.approx((512, 512))
    assert darkness(canvas, 500 * 560 // 512, 140) > 0.8
    draw(canvas, (558, 200), (558, 300))
    assert canvas.ink_layer.extent == pytest.approx((512, 512))
    canvas.undo()
    canvas.undo()
    assert canvas.ink_layer.extent == (CANVAS_HEIGHT, CANVAS_HEIGHT)
    draw(canvas, (558, 500), (558, 550))
    assert strokes(canvas)[1] == [[279, 250], [279, 275]]


def test_erasing_on_a_sheet_that_was_made_larger_erases_nothing_else(canvas: Canvas) -> None:
    canvas.resize(1120, 560)
    draw(canvas, (480, 100), (480, 400))
    draw(canvas, (1000, 100), (1000, 400))
    canvas.resize(560, 560)
    untouched = strokes(canvas)[0]
    scale = 560 / canvas.ink_layer.extent[0]
    x = round(500 * scale)
    draw(canvas, (x, round(40 * scale)), (x, round(120 * scale)), (x, round(210 * scale)), button=RIGHT)
    assert strokes(canvas) == [untouched]
    assert canvas.ink_layer.extent == (CANVAS_HEIGHT, CANVAS_HEIGHT)


def test_a_digit_that_is_shown_already_is_no_second_act(canvas: Canvas) -> None:
    image = np.zeros((28, 28), np.float32)
    image[5:20, 14] = 1.0
    for _ in range(2):
        canvas.show_digit(Picture(image))
    assert canvas.undo_stack.count() == 1
    canvas.show_digit(Picture(image.T.copy()))
    assert canvas.undo_stack.count() == 2


def test_a_full_sheet_takes_no_more_ink_and_says_so(canvas: Canvas) -> None:
    told: list[None] = []
    canvas.is_full.connect(lambda: told.append(None))
    rng = np.random.default_rng(0)
    canvas.replace(Ink((rng.random((300, 2)) * 280,)), "Open")
    draw(canvas, (50, 50), (90, 200))
    assert amount_of(canvas.drawing, 280) < 1
    assert (len(strokes(canvas)), len(told)) == (2, 0)
    canvas.replace(Ink((rng.random((600, 2)) * 280,)), "Open")
    draw(canvas, (50, 50), (90, 200))
    assert (len(strokes(canvas)), len(told)) == (1, 1)
    # A stroke that has no end ends by itself.
    canvas.clear()
    QTest.mousePress(canvas, LEFT, pos=QPoint(10, 10))
    for number in range(250):
        QTest.mouseMove(canvas, QPoint(10 + 500 * (number % 2), 10 + number))
    assert (len(told), canvas.is_in_use) == (2, False)
    QTest.mouseRelease(canvas, LEFT, pos=QPoint(10, 10))
    assert len(strokes(canvas)) == 1
    assert amount_of(canvas.drawing, 280) < 1


def test_what_is_put_on_a_canvas_before_it_is_shown_is_seen_then(qtbot: QtBot) -> None:
    # A warning of Qt's fails the test.
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.replace(Ink((np.array([[140.0, 140.0]]), np.array([[40.0, 40.0], [40.0, 90.0]]))), "Write")
    canvas.undo()
    canvas.redo()
    canvas.resize(560, 560)
    canvas.show()
    assert darkness(canvas, 280, 280) > 0.8


@pytest.mark.parametrize("ratio", [1, 2])
def test_ink_lies_where_it_was_drawn_on_screens_of_many_pixels(qtbot: QtBot, ratio: int) -> None:
    layer = InkLayer(9.0)
    layer.renew(Ink((np.array([[100.0, 140], [200, 140]]),)), QSize(280, 280), ratio, LIGHT)
    shown = QImage(280 * ratio, 280 * ratio, QImage.Format.Format_RGB32)
    shown.setDevicePixelRatio(ratio)
    painter = QPainter(shown)
    layer.copy_to(painter, QRectF(0, 0, 280, 280))
    painter.end()
    assert shown.pixelColor(190 * ratio, 140 * ratio).lightness() < 100 < shown.pixelColor(190 * ratio, 100).lightness()
