"""The keys 0 to 9, pressed at different places of the real window."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from digitpad.app.window.main_window import MainWindow
from digitpad.engine.files import weights
from digitpad.engine.finetuning.my_digits import MyDigits
from tests.app.views import show_view
from tests.screenshot import draw


@pytest.fixture
def drawn(window: MainWindow) -> MainWindow:
    window.controller.open(weights.BUNDLED_MLP)
    draw(window)
    return window


def press(qtbot: QtBot, place: QWidget, key: Qt.Key) -> None:
    place.window().activateWindow()
    place.setFocus()
    qtbot.waitUntil(place.hasFocus)
    QTest.keyClick(place, key)


def test_a_key_labels_a_step_wherever_it_is_pressed(qtbot: QtBot, drawn: MainWindow) -> None:
    show_view(qtbot, drawn, "steps")
    steps = drawn.insight.steps
    qtbot.waitUntil(steps.every.isEnabled)
    places: tuple[QWidget, ...] = (steps, steps.source, steps.every, drawn.canvas, drawn.runs.view)
    for digit, place in enumerate(places):
        press(qtbot, place, Qt.Key(Qt.Key.Key_0.value + digit))
        assert steps.label.currentIndex() == digit
    assert not MyDigits().entries()
    steps.rate.selectAll()
    press(qtbot, steps.rate, Qt.Key.Key_9)
    assert steps.rate.text() == "9"
    assert steps.label.currentIndex() == len(places) - 1


def test_away_from_the_canvas_a_key_makes_no_digit_of_ones_own(qtbot: QtBot, drawn: MainWindow) -> None:
    press(qtbot, drawn.runs.view, Qt.Key.Key_3)
    assert not MyDigits().entries()
    show_view(qtbot, drawn, "handwriting")
    press(qtbot, drawn.runs.view, Qt.Key.Key_4)
    assert not MyDigits().entries()
    press(qtbot, drawn.insight.handwriting.digit_grid, Qt.Key.Key_3)
    assert [entry.drawing.label for entry in MyDigits().entries()] == [3]


def test_undo_in_the_view_of_steps_undoes_a_step_and_no_stroke(qtbot: QtBot, drawn: MainWindow) -> None:
    show_view(qtbot, drawn, "steps")
    steps = drawn.insight.steps
    qtbot.waitUntil(steps.step.isEnabled)
    QTest.mouseClick(steps.step, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(steps.undo.isEnabled)
    QTest.keyClick(steps.step, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not steps.undo.isEnabled())
    # Whoever presses it once too often does not lose the drawing.
    QTest.keyClick(steps.step, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert drawn.canvas.drawing
    drawn.activateWindow()
    QTest.keyClick(drawn.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not drawn.canvas.drawing
