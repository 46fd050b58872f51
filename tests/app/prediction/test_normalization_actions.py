"""What shows how a drawing is normalized: told by strokes, clicks and keys."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from digitpad.app.prediction.network_input import between, steps_done
from digitpad.app.window.main_window import MainWindow
from digitpad.data.drawing import Picture
from digitpad.data.normalization import Placement
from tests.app.driving import draw as draw_stroke
from tests.screenshot import draw

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def test_after_each_stroke_the_ink_goes_its_way_to_the_image(qtbot: QtBot, window: MainWindow) -> None:
    seen = window.prediction.seen
    at_rest = seen.grab().toImage()
    draw(window)
    assert seen.is_on_its_way
    moving = seen.grab().toImage()
    qtbot.waitUntil(lambda: not seen.is_on_its_way)
    assert len({bytes(image.constBits()) for image in (at_rest, moving, seen.grab().toImage())}) == 3
    # A click shows it once more, and the next stroke's first point ends it.
    QTest.mouseClick(seen, Qt.MouseButton.LeftButton)
    assert seen.is_on_its_way
    QTest.mousePress(window.canvas, Qt.MouseButton.LeftButton, pos=QPoint(40, 40))
    assert not seen.is_on_its_way


def test_the_way_can_be_switched_off(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_D, CTRL | SHIFT)
    draw(window)
    assert not window.prediction.seen.is_on_its_way
    QTest.keyClick(window, Qt.Key.Key_D, CTRL | SHIFT)
    assert window.prediction.seen.is_on_its_way


def test_a_newer_network_does_not_interrupt_the_way(qtbot: QtBot, window: MainWindow) -> None:
    draw(window)
    before = window.prediction.seen.prediction
    window.file_actions.open_bundled_mlp.trigger()
    qtbot.waitUntil(lambda: window.prediction.seen.prediction is not before)
    assert window.prediction.seen.is_on_its_way


def test_of_what_the_eraser_left_the_way_is_shown(window: MainWindow) -> None:
    side = window.canvas.height()
    draw_stroke(window.canvas, (side // 4, side // 4), (side // 4, side // 2))
    draw_stroke(window.canvas, (3 * side // 4, side // 4), (3 * side // 4, side // 2))
    draw_stroke(window.canvas, (side // 4, side // 5), (side // 4, 3 * side // 5), button=Qt.MouseButton.RightButton)
    assert len(window.canvas.drawing.strokes) == 1
    QTest.mouseClick(window.prediction.seen, Qt.MouseButton.LeftButton)
    assert window.prediction.seen.is_on_its_way
    assert window.prediction.label.text == "1"


def test_what_is_said_of_ink_as_drawn_is_not_said_of_pictures(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_D, CTRL)
    draw(window)
    assert window.prediction.seen.accessibleDescription() == "not normalized"
    window.canvas.replace(Picture(np.eye(28, dtype=np.float32)), "Paste")
    assert window.prediction.seen.accessibleDescription() == ""


def test_a_small_digit_in_a_corner_is_misread_without_normalizing(window: MainWindow) -> None:
    side = window.canvas.height()
    seven = [(0.05, 0.05), (0.1, 0.05), (0.15, 0.05), (0.12, 0.1), (0.09, 0.17), (0.08, 0.2)]
    draw_stroke(window.canvas, *[(round(x * side), round(y * side)) for x, y in seven])
    assert window.prediction.label.text == "7"
    image = window.prediction.seen.prediction.image
    QTest.keyClick(window, Qt.Key.Key_D, CTRL)
    as_drawn = window.prediction.seen.prediction.image
    assert window.prediction.label.text != "7"
    assert as_drawn[:8, :8].sum() == pytest.approx(as_drawn.sum())
    # There is no way to show where there are no steps, and a broader pen is seen.
    QTest.mouseClick(window.prediction.seen, Qt.MouseButton.LeftButton)
    assert not window.prediction.seen.is_on_its_way
    QTest.keyClick(window, Qt.Key.Key_3, CTRL)
    assert window.prediction.seen.prediction.image.sum() > as_drawn.sum()
    QTest.keyClick(window, Qt.Key.Key_D, CTRL)
    np.testing.assert_array_equal(window.prediction.seen.prediction.image, image)


def test_the_time_of_the_way_goes_from_step_to_step_with_rests() -> None:
    steps = [steps_done(share) for share in np.linspace(0, 1, 101)]
    assert steps[0] == 0
    assert steps[-1] == 2
    assert steps == sorted(steps)
    assert all(steps.count(step) > 5 for step in (0, 1, 2))


def test_between_two_steps_everything_moves_evenly() -> None:
    places = (Placement(1, 0, 0, 2), Placement(3, 4, 8, 4), Placement(5, 4, 8, 4))
    assert between(places, 0) == places[0]
    assert between(places, 0.5) == Placement(2, 2, 4, 3)
    assert between(places, 2) == places[2]
