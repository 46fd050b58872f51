"""Single steps in the real window."""

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from digitpad.app.steps import checked_gradient
from digitpad.app.steps.quantity_row import QuantityRow
from digitpad.app.window.main_window import MainWindow
from digitpad.data.dataset import Digits
from digitpad.data.drawing import Picture
from digitpad.data.ink import Ink, pixels
from digitpad.engine.files import weights
from digitpad.engine.files.weights import TrainingRecord
from digitpad.engine.insight.gradient_check import GradientCheck
from digitpad.engine.insight.stepper import Stepper
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.generator import new_network
from tests.app.views import show_view, shown_page
from tests.resting import until_at_rest
from tests.screenshot import draw

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def stepping(qtbot: QtBot, window: MainWindow) -> MainWindow:
    """A window with the plain bundled network and a three that is to be learned as an eight."""
    window.controller.open(weights.BUNDLED_MLP)
    draw(window)
    show_view(qtbot, window, "steps")
    QTest.keyClick(window.insight.steps, Qt.Key.Key_8)
    qtbot.waitUntil(lambda: any("for the label 8" in r.words.text() for r in window.insight.steps.rows))
    return window


def row(window: MainWindow, equation: str, parameter: str = "") -> QuantityRow:
    rows = window.insight.steps.rows
    return next(r for r in rows if (r.quantity.equation, r.quantity.parameter) == (equation, parameter))


def steps_taken(window: MainWindow) -> str:
    return window.insight.steps.note.text().split(" taken")[0]


def test_a_step_is_the_steppers_and_undone_by_a_click(qtbot: QtBot, stepping: MainWindow) -> None:
    panel = stepping.insight.steps
    network, image = stepping.controller.selection.network.network, stepping.controller.selection.predictions[0].image
    stepper = Stepper(network)
    inputs, labels = pixels(image)[np.newaxis], np.array([8])
    step = stepper.compute(inputs, labels, panel.rate.value())
    assert f"{step.cost:.6g}" in panel.note.text()
    np.testing.assert_allclose(row(stepping, "1.9").quantity.values[0], step.backs[-1].d_y[0])
    QTest.mouseClick(panel.step, LEFT)
    qtbot.waitUntil(lambda: steps_taken(stepping) == "1 step")
    stepper.apply(step)
    after = stepper.compute(inputs, labels, panel.rate.value())
    assert after.cost < step.cost
    assert f"{after.cost:.6g}" in panel.note.text()
    QTest.mouseClick(panel.undo, LEFT)
    qtbot.waitUntil(lambda: steps_taken(stepping) == "No step")
    assert f"{step.cost:.6g}" in panel.note.text()
    # The network that is looked at was never touched.
    assert stepping.controller.selection.network.network is network


def test_a_gradient_is_checked_by_a_click(qtbot: QtBot, stepping: MainWindow) -> None:
    line = row(stepping, "1.15", "weight")
    assert line.numbers is not None
    line.numbers.setFocus()
    values = line.numbers.values
    row_of_largest, column = np.unravel_index(values.argmax(), values.shape)
    told = line.numbers.accessibleDescription()
    assert f"the largest is at row {row_of_largest}, column {column}: {values.max():.6g}" in told
    QTest.keyClick(line.numbers, Qt.Key.Key_Down)
    assert f"chosen is row 1, column 0: {values[1, 0]:.6g}" in line.numbers.accessibleDescription()
    QTest.keyClick(line.numbers, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: line.checked.text().startswith("[1, 0]: "))
    assert "by central differences" in line.checked.text()


def test_no_step_is_taken_while_a_gradient_is_checked(
    qtbot: QtBot, stepping: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end, check = threading.Event(), checked_gradient.check_gradient

    def slowly(*arguments: Any) -> GradientCheck:
        may_end.wait(30)
        return check(*arguments)

    monkeypatch.setattr(checked_gradient, "check_gradient", slowly)
    line, panel = row(stepping, "1.15", "weight"), stepping.insight.steps
    assert line.numbers is not None
    value = line.numbers.values[0, 0]
    line.numbers.setFocus()
    QTest.keyClick(line.numbers, Qt.Key.Key_Return)
    QTest.mouseClick(panel.step, LEFT)
    QApplication.processEvents()
    assert steps_taken(stepping) == "No step"
    may_end.set()
    # It was not lost.
    qtbot.waitUntil(lambda: steps_taken(stepping) == "1 step")
    assert line.checked.text().startswith(f"[0, 0]: {value:.9g} here") or not line.checked.text()
    QTest.mouseClick(panel.step, LEFT)
    qtbot.waitUntil(lambda: steps_taken(stepping) == "2 steps")


def test_a_click_on_a_figure_below_a_cell_is_one_on_the_cell(qtbot: QtBot, stepping: MainWindow) -> None:
    line = row(stepping, "1.15", "bias")
    assert line.numbers is not None
    width, height = line.numbers.width(), line.numbers.height()
    QTest.mouseClick(line.numbers, LEFT, pos=QPoint(round(4.5 * width / 10), height - 4))
    qtbot.waitUntil(lambda: line.checked.text().startswith("[4]: "))


def test_of_a_batch_any_digit_is_looked_at_without_another_batch(qtbot: QtBot, stepping: MainWindow) -> None:
    panel = stepping.insight.steps
    assert not panel.digit.isVisible()
    panel.source.setFocus()
    for _ in range(2):
        QTest.keyClick(panel.source, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: "The next 32 digits are chosen" in panel.note.text())
    x, note, gradient = row(stepping, "").quantity.values, panel.note.text(), row(stepping, "1.14", "weight")
    before = gradient.quantity.values
    panel.digit.setFocus()
    QTest.keyClick(panel.digit, Qt.Key.Key_Up)
    assert panel.digit.text() == "Digit 2 of 32"
    assert not np.array_equal(row(stepping, "").quantity.values, x)
    assert panel.note.text() == note
    np.testing.assert_array_equal(gradient.quantity.values, before)
    QTest.keyClick(panel.digit, Qt.Key.Key_Down)
    np.testing.assert_array_equal(row(stepping, "").quantity.values, x)
    # Nobody needs to say what these digits are.
    QTest.keyClick(panel, Qt.Key.Key_1)
    assert (panel.label.isVisible(), panel.label.currentIndex(), panel.note.text()) == (False, 8, note)
    # What was found out about a gradient, which is the whole batch's, stays with any digit.
    checked = row(stepping, "1.15", "weight")
    QTest.keyClick(checked.numbers, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "central differences" in checked.checked.text())
    panel.digit.setValue(3)
    assert checked.checked.isVisibleTo(panel)


def test_a_digit_of_a_batch_that_is_chosen_during_a_step_is_shown_after_it(qtbot: QtBot, stepping: MainWindow) -> None:
    panel = stepping.insight.steps
    panel.source.setCurrentIndex(2)
    panel.source.activated.emit(2)
    qtbot.waitUntil(lambda: "The next 32 digits are chosen" in panel.note.text())
    QTest.mouseClick(panel.step, LEFT)
    # It is under way: nothing of it can arrive before this returns.
    panel.digit.setValue(5)
    qtbot.waitUntil(lambda: steps_taken(stepping) == "1 step")
    shown = row(stepping, "1.9").quantity.values.copy()
    panel.digit.setValue(4)
    assert not np.array_equal(row(stepping, "1.9").quantity.values, shown)
    panel.digit.setValue(5)
    np.testing.assert_allclose(row(stepping, "1.9").quantity.values, shown)


def test_lines_come_one_by_one(stepping: MainWindow) -> None:
    panel = stepping.insight.steps
    count = len(panel.rows)
    for shown in (1, 2, 3):
        QTest.mouseClick(panel.next, LEFT)
        assert [r.isVisibleTo(panel) for r in panel.rows] == [number < shown for number in range(count)]
    QTest.mouseClick(panel.every, LEFT)
    assert all(r.isVisibleTo(panel) for r in panel.rows)


def test_a_blank_sheet_has_no_lines_to_go_through(qtbot: QtBot, window: MainWindow) -> None:
    show_view(qtbot, window, "steps")
    panel = window.insight.steps
    assert not panel.rows
    for button in (panel.next, panel.every):
        assert not button.isEnabled()
        QTest.mouseClick(button, LEFT)
    draw(window)
    qtbot.waitUntil(lambda: bool(panel.rows) and panel.next.isEnabled())
    QTest.mouseClick(panel.next, LEFT)
    assert [line.isVisible() for line in panel.rows[:2]] == [True, False]


def test_an_equation_opens_its_line_in_the_derivation(qtbot: QtBot, stepping: MainWindow) -> None:
    QTest.mouseClick(row(stepping, "1.9").link, LEFT)
    page = shown_page(qtbot)
    assert page.windowTitle() == "The derivation"
    # The equation's line lies further down, and is gone to once the page is laid out.
    qtbot.waitUntil(lambda: page.browser.verticalScrollBar().value() > 0)
    page.close()


def test_what_is_kept_is_a_run_in_the_list(qtbot: QtBot, stepping: MainWindow) -> None:
    panel = stepping.insight.steps
    assert not panel.keep.isEnabled()
    QTest.mouseClick(panel.step, LEFT)
    qtbot.waitUntil(lambda: steps_taken(stepping) == "1 step")
    qtbot.waitUntil(panel.keep.isEnabled)
    QTest.mouseClick(panel.keep, LEFT)
    qtbot.waitUntil(lambda: [run.name for run in stepping.controller.store.runs()] == ["Bundled MLP, one step more"])


def test_steps_go_on_by_themselves_until_they_are_stopped(qtbot: QtBot, stepping: MainWindow) -> None:
    panel = stepping.insight.steps
    panel.speed.setCurrentIndex(3)
    panel.speed.activated.emit(3)
    qtbot.waitUntil(lambda: steps_taken(stepping) not in ("No step", "1 step", "2 steps"))
    panel.speed.setCurrentIndex(0)
    panel.speed.activated.emit(0)
    until_at_rest(qtbot, lambda: steps_taken(stepping))


def test_another_network_is_stepped_on_only_where_no_step_is_lost(qtbot: QtBot, stepping: MainWindow) -> None:
    panel = stepping.insight.steps
    # In the middle of a look, and with a step that would not fit: neither may reach the other network.
    stepping.controller.open(weights.BUNDLED)
    QTest.mouseClick(panel.step, LEFT)
    qtbot.waitUntil(lambda: "No step taken on a copy of Bundled network" in panel.note.text())
    assert stepping.message_bar.isHidden()
    stepping.controller.open(weights.BUNDLED_MLP)
    qtbot.waitUntil(lambda: "No step taken on a copy of Bundled MLP" in panel.note.text())
    QTest.mouseClick(panel.step, LEFT)
    qtbot.waitUntil(lambda: steps_taken(stepping) == "1 step")
    stepping.controller.open(weights.BUNDLED)
    qtbot.waitUntil(lambda: "Bundled network is selected now" in panel.note.text())
    assert steps_taken(stepping) == "1 step"
    QTest.mouseClick(panel.again, LEFT)
    qtbot.waitUntil(lambda: "No step taken on a copy of Bundled network" in panel.note.text())


def test_the_label_is_the_prediction_until_somebody_says_it(qtbot: QtBot, stepping: MainWindow) -> None:
    panel = stepping.insight.steps
    assert panel.label.currentIndex() == 8
    stepping.canvas.clear()
    draw(stepping)
    assert stepping.controller.selection.predictions[0].digit == 3
    qtbot.waitUntil(lambda: panel.label.currentIndex() == 3)
    QTest.keyClick(panel, Qt.Key.Key_5)
    qtbot.waitUntil(lambda: any("for the label 5" in line.words.text() for line in panel.rows))
    before = panel.rows[0].quantity
    draw(stepping)
    qtbot.waitUntil(lambda: panel.rows[0].quantity is not before)
    assert panel.label.currentIndex() == 5


def test_another_drawing_does_not_have_the_label_of_the_one_before(
    qtbot: QtBot, stepping: MainWindow, mnist_digits: Digits
) -> None:
    panel = stepping.insight.steps
    QTest.keyClick(panel, Qt.Key.Key_5)
    qtbot.waitUntil(lambda: any("for the label 5" in line.words.text() for line in panel.rows))
    seven = next(number for number, label in enumerate(mnist_digits.test.labels) if label == 7)
    digit = (mnist_digits.test.images[seven].reshape(28, 28) / 255).astype(np.float32)
    stepping.canvas.replace(Picture(digit), "Show Digit")
    qtbot.waitUntil(lambda: any("for the label 7" in line.words.text() for line in panel.rows))
    assert "Press the digit you meant" in panel.note.text()


def test_a_label_stays_where_the_same_drawing_is_read_again(qtbot: QtBot, stepping: MainWindow) -> None:
    # So many strokes are read as one picture, which is made anew each time.
    line = [[np.array([[40.0 + x, 60.0], [45.0 + x, 220.0]])] for x in range(0, 90, 2)]
    stepping.canvas.replace(Ink(tuple(stroke for strokes in line for stroke in strokes)), "Many")
    panel = stepping.insight.steps
    assert stepping.controller.selection.predictions[0].strokes == ()
    QTest.keyClick(panel, Qt.Key.Key_5)
    qtbot.waitUntil(lambda: any("for the label 5" in line.words.text() for line in panel.rows))
    stepping.controller.open(weights.BUNDLED)
    qtbot.waitUntil(lambda: "No step taken on a copy of Bundled network" in panel.note.text())
    qtbot.waitUntil(lambda: any("for the label 5" in line.words.text() for line in panel.rows))
    assert panel.has_label


def test_a_batch_stays_until_a_step_is_taken_and_comes_again_when_that_is_undone(
    qtbot: QtBot, stepping: MainWindow
) -> None:
    panel = stepping.insight.steps
    panel.source.setCurrentIndex(2)
    panel.source.activated.emit(2)
    qtbot.waitUntil(lambda: "The next 32 digits are chosen" in panel.note.text())

    def seen() -> bytes:
        return row(stepping, "").quantity.values.tobytes()

    first, before = seen(), row(stepping, "1.15", "weight").quantity
    panel.rate.setValue(0.05)
    qtbot.waitUntil(lambda: row(stepping, "1.15", "weight").quantity is not before)
    assert seen() == first
    QTest.mouseClick(panel.step, LEFT)
    qtbot.waitUntil(lambda: steps_taken(stepping) == "1 step")
    second = seen()
    assert second != first
    QTest.mouseClick(panel.undo, LEFT)
    qtbot.waitUntil(lambda: steps_taken(stepping) == "No step")
    assert seen() == first
    QTest.mouseClick(panel.step, LEFT)
    qtbot.waitUntil(lambda: steps_taken(stepping) == "1 step")
    assert seen() == second


def test_full_speed_takes_more_steps_than_are_shown(qtbot: QtBot, stepping: MainWindow) -> None:
    panel, shown = stepping.insight.steps, set()
    panel.speed.setCurrentIndex(4)
    panel.speed.activated.emit(4)

    def count() -> int:
        shown.add(steps_taken(stepping))
        first = steps_taken(stepping).split()[0]
        return 0 if first == "No" else int(first.replace(",", ""))

    qtbot.waitUntil(lambda: count() > 30)
    assert count() > len(shown)
    assert panel.step.text() == "Stop"
    QTest.mouseClick(panel.step, LEFT)
    assert (panel.step.text(), panel.speed.currentText()) == ("Step", "Manual")
    until_at_rest(qtbot, lambda: steps_taken(stepping))
    # Those that cannot be undone any more can be kept.
    while panel.undo.isEnabled():
        QTest.mouseClick(panel.undo, LEFT)
        until_at_rest(qtbot, lambda: steps_taken(stepping))
    assert steps_taken(stepping) == "No step" or panel.keep.isEnabled()


@pytest.fixture
def short(qtbot: QtBot, window: MainWindow, few_digits: Digits, few_digits_folder: Path, tmp_path: Path) -> MainWindow:
    """A window with a tiny network that learns 320 digits, in batches of 32."""
    config = TrainingConfig(hidden="8", training=320, validation=500, data=str(few_digits_folder))
    path = tmp_path / "tiny.safetensors"
    weights.save(path, new_network(config, few_digits), TrainingRecord(config))
    window.controller.open(path)
    draw(window)
    show_view(qtbot, window, "steps")
    panel = window.insight.steps
    QTest.keyClick(panel.source, Qt.Key.Key_End)
    qtbot.waitUntil(
        lambda: "copy of tiny" in panel.note.text() and "The next 32 digits are chosen" in panel.note.text()
    )
    return window


def test_an_epoch_ends_by_itself_after_as_many_digits_as_there_are(qtbot: QtBot, short: MainWindow) -> None:
    panel = short.insight.steps
    QTest.mouseClick(panel.step, LEFT)
    qtbot.waitUntil(lambda: steps_taken(short) == "1 step")
    for end in ("11 steps", "21 steps"):
        QTest.keyClick(panel.speed, Qt.Key.Key_End)
        assert (panel.speed.currentText(), panel.step.text()) == ("One epoch", "Stop")
        qtbot.waitUntil(lambda: panel.speed.currentText() == "Manual")
        assert steps_taken(short) == end
        assert "epoch" not in panel.note.text()


def test_an_epoch_of_other_digits_is_another_one(qtbot: QtBot, short: MainWindow) -> None:
    panel = short.insight.steps
    QTest.keyClick(panel.speed, Qt.Key.Key_End)
    QTest.keyClick(panel.source, Qt.Key.Key_Up)
    assert (panel.source.currentText(), panel.speed.currentText()) == ("A training digit", "Manual")
    until_at_rest(qtbot, lambda: steps_taken(short))
    before = steps_taken(short).split()[0]
    end = f"{(0 if before == 'No' else int(before)) + 320} steps"
    QTest.keyClick(panel.speed, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: steps_taken(short) == end)
    qtbot.waitUntil(lambda: panel.speed.currentText() == "Manual")


def test_steps_that_were_begun_anew_from_come_back_by_undo(qtbot: QtBot, stepping: MainWindow) -> None:
    panel = stepping.insight.steps
    QTest.mouseClick(panel.step, LEFT)
    qtbot.waitUntil(lambda: steps_taken(stepping) == "1 step")
    after = panel.note.text()
    QTest.mouseClick(panel.again, LEFT)
    qtbot.waitUntil(lambda: steps_taken(stepping) == "No step")
    until_at_rest(qtbot, panel.note.text)
    QTest.mouseClick(panel.undo, LEFT)
    qtbot.waitUntil(lambda: panel.note.text() == after)
    QTest.mouseClick(panel.undo, LEFT)
    qtbot.waitUntil(lambda: steps_taken(stepping) == "No step" and not panel.undo.isEnabled())


def test_steps_can_be_kept_though_the_drawing_is_gone(qtbot: QtBot, stepping: MainWindow) -> None:
    panel = stepping.insight.steps
    QTest.mouseClick(panel.step, LEFT)
    qtbot.waitUntil(lambda: steps_taken(stepping) == "1 step")
    stepping.canvas.clear()
    qtbot.waitUntil(lambda: "Draw a digit" in panel.note.text())
    assert panel.keep.isEnabled()


def test_of_a_single_drawing_there_is_no_epoch(qtbot: QtBot, stepping: MainWindow) -> None:
    panel = stepping.insight.steps
    QTest.keyClick(panel.speed, Qt.Key.Key_End)
    assert panel.speed.currentText() == "Full speed"
    qtbot.waitUntil(lambda: steps_taken(stepping) != "No step")
    QTest.keyClick(panel.source, Qt.Key.Key_End)
    QTest.keyClick(panel.speed, Qt.Key.Key_End)
    assert panel.speed.currentText() == "One epoch"
    QTest.keyClick(panel.source, Qt.Key.Key_Home)
    assert panel.speed.currentText() == "Manual"
    until_at_rest(qtbot, lambda: steps_taken(stepping))
