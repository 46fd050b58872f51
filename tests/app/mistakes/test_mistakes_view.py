"""The mistakes in the real window: what is told is shown, and what the user does is asked for."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from digitpad.app.mistakes.confusion_view import ConfusionView, commonest
from digitpad.app.mistakes.mistakes_panel import MistakesPanel
from digitpad.app.session.training_state import TrainingState
from digitpad.app.window.main_window import MainWindow
from digitpad.data import mnist
from digitpad.data.drawing import Picture
from digitpad.engine.insight import mistakes
from digitpad.engine.runs.recording import Plan
from tests.app.driving import click, measured_in, until
from tests.app.runs.test_runs import choose
from tests.app.views import show_view
from tests.engine.runs.test_run import SMALL, recorded

Open = Callable[[], MainWindow]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def looked(qtbot: QtBot, open_window: Open, few_digits_folder: Path) -> MainWindow:
    """A window that looks at a run of two epochs, with its mistakes in sight."""
    recorded(Plan(dataclasses.replace(SMALL, epochs=2, data=str(few_digits_folder)), name="night"))
    window = open_window()
    choose(qtbot, window, "night")
    qtbot.waitUntil(lambda: window.controller.selection.network.run is not None)
    show_view(qtbot, window, "mistakes")
    asked = len(mistakes_of(window, few_digits_folder)[0])
    qtbot.waitUntil(lambda: window.insight.mistakes.matrix.confusion.sum() == asked)
    return window


def mistakes_of(window: MainWindow, folder: Path, *, test: bool = False) -> tuple[np.ndarray, mistakes.Answers]:
    shown = window.controller.selection.network
    digits = mnist.load(folder)
    asked = mistakes.test_digits(digits) if test else mistakes.validation_digits(shown.record, digits)
    found = mistakes.answers(shown.network, asked)
    assert found is not None
    return asked.dataset.labels, found


def click_cell(panel: MistakesPanel, label: int, digit: int) -> None:
    QTest.mouseClick(panel.matrix, LEFT, pos=panel.matrix.place_of(label, digit).center().toPoint())


def commonest_cell(confusion: np.ndarray) -> tuple[int, int]:
    wrong = confusion * (1 - np.eye(10, dtype=int))
    return divmod(int(wrong.argmax()), 10)


def test_a_cell_opens_its_digits_and_a_digit_goes_to_the_canvas_with_its_neighbors(
    qtbot: QtBot, looked: MainWindow, few_digits_folder: Path
) -> None:
    panel = looked.insight.mistakes
    _, found = mistakes_of(looked, few_digits_folder)
    np.testing.assert_array_equal(panel.matrix.confusion, found.confusion)
    label, digit = commonest_cell(found.confusion)
    click_cell(panel, label, digit)
    np.testing.assert_array_equal(panel.digit_grid.places, found.at(label, digit))
    first = panel.digit_grid.visualRect(panel.digit_grid.model().index(0, 0))
    QTest.mouseClick(panel.digit_grid.viewport(), LEFT, pos=first.center())
    drawing = looked.canvas.drawing
    assert isinstance(drawing, Picture)
    place = found.at(label, digit)[0]
    np.testing.assert_allclose(drawing.image.ravel() * 255, found.asked.dataset.images[place], atol=1e-3)
    assert looked.controller.selection.predictions[0].digit == digit
    qtbot.waitUntil(lambda: len(panel.neighbors.places) == 8)
    looked.canvas.undo()
    assert not looked.canvas.drawing


def test_the_matrix_follows_the_slider(qtbot: QtBot, looked: MainWindow, few_digits_folder: Path) -> None:
    panel = looked.insight.mistakes
    before = panel.matrix.confusion
    qtbot.waitUntil(lambda: looked.timeline.slider.maximum() > 1)
    QTest.keyClick(looked.timeline.slider, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: looked.controller.selection.network.record.step == 0)
    qtbot.waitUntil(lambda: not np.array_equal(panel.matrix.confusion, before))
    np.testing.assert_array_equal(panel.matrix.confusion, mistakes_of(looked, few_digits_folder)[1].confusion)


def test_the_test_digits_come_only_when_asked_for_with_a_word_why(
    qtbot: QtBot, looked: MainWindow, few_digits_folder: Path
) -> None:
    panel = looked.insight.mistakes
    assert "for the very end" not in panel.note.text()
    QTest.keyClick(panel.source, Qt.Key.Key_Down)
    panel.source.activated.emit(panel.source.currentIndex())
    wanted = mistakes_of(looked, few_digits_folder, test=True)[1].confusion
    qtbot.waitUntil(lambda: np.array_equal(panel.matrix.confusion, wanted))
    assert "for the very end" in panel.note.text()


def test_digits_of_another_network_do_not_stay(qtbot: QtBot, looked: MainWindow, few_digits_folder: Path) -> None:
    panel = looked.insight.mistakes
    click_cell(panel, *commonest_cell(panel.matrix.confusion))
    assert len(panel.digit_grid.places)
    qtbot.waitUntil(lambda: looked.timeline.slider.maximum() > 1)
    QTest.keyClick(looked.timeline.slider, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: not len(panel.digit_grid.places))


def test_all_mistakes_come_the_surest_first(looked: MainWindow, few_digits_folder: Path) -> None:
    panel = looked.insight.mistakes
    QTest.mouseClick(panel.wrong, LEFT)
    np.testing.assert_array_equal(panel.digit_grid.places, mistakes_of(looked, few_digits_folder)[1].wrong())


def test_all_digits_come_the_worst_read_first(looked: MainWindow, few_digits_folder: Path) -> None:
    panel = looked.insight.mistakes
    QTest.mouseClick(panel.every, LEFT)
    _, found = mistakes_of(looked, few_digits_folder)
    np.testing.assert_array_equal(panel.digit_grid.places, found.ranked())
    assert len(panel.digit_grid.places) == len(found.digits)


def test_a_projectors_letters_have_room_in_the_matrix(looked: MainWindow) -> None:
    matrix = looked.insight.mistakes.matrix
    before = matrix.place_of(3, 5), matrix.minimumWidth()
    looked.window_actions.projector.trigger()
    cell = matrix.place_of(3, 5)
    assert cell.width() > before[0].width()
    assert matrix.minimumWidth() > 1.3 * before[1]
    QTest.mouseClick(matrix, LEFT, pos=cell.center().toPoint())
    assert matrix.cell == (3, 5)
    looked.window_actions.projector.trigger()
    assert matrix.minimumWidth() == before[1]


def test_while_it_trains_the_matrix_is_what_was_measured(qtbot: QtBot, small: MainWindow) -> None:
    show_view(qtbot, small, "mistakes")
    measured = measured_in(small)
    click(small, "Start")
    qtbot.waitUntil(lambda: len(measured) > 3)
    panel = small.insight.mistakes
    qtbot.waitUntil(
        lambda: any(
            event.validation is not None and np.array_equal(event.validation.confusion, panel.matrix.confusion)
            for event in measured
        )
    )
    click(small, "Stop")
    until(qtbot, small, TrainingState.IDLE)
    qtbot.waitUntil(lambda: panel.matrix.confusion.sum() == 500)


@pytest.mark.slow
def test_a_network_that_has_learned_them_says_so(qtbot: QtBot, window: MainWindow) -> None:
    show_view(qtbot, window, "mistakes")
    qtbot.waitUntil(lambda: "was trained on these digits" in window.insight.mistakes.note.text())


@pytest.fixture
def matrix(qtbot: QtBot) -> ConfusionView:
    view = ConfusionView()
    qtbot.addWidget(view)
    confusion = np.diag([90] * 10)
    confusion[3, 5], confusion[9, 4] = 7, 12
    view.show_confusion(confusion)
    view.resize(400, 380)
    view.show()
    return view


def test_the_matrix_is_walked_by_keys_and_described_in_words(qtbot: QtBot, matrix: ConfusionView) -> None:
    words = "Most common mistakes: 9 predicted as 4, 12 times; 3 predicted as 5, 7 times"
    assert matrix.accessibleDescription() == words
    chosen: list[tuple[int, int]] = []
    matrix.chosen.connect(lambda label, digit: chosen.append((label, digit)))
    for _ in range(3):
        QTest.keyClick(matrix, Qt.Key.Key_Down)
    QTest.keyClick(matrix, Qt.Key.Key_Right)
    QTest.keyClick(matrix, Qt.Key.Key_Return)
    assert chosen == [(3, 1)]


def test_a_click_beside_the_matrix_asks_nothing(qtbot: QtBot, matrix: ConfusionView) -> None:
    with qtbot.assertNotEmitted(matrix.chosen):
        QTest.mouseClick(matrix, LEFT, pos=QPoint(5, 5))


def test_no_mistake_is_named_where_there_is_none() -> None:
    assert commonest(np.diag([5] * 10)) == []


@pytest.mark.slow
def test_test_digits_stay_while_a_network_trains(qtbot: QtBot, small: MainWindow) -> None:
    show_view(qtbot, small, "mistakes")
    panel, measured = small.insight.mistakes, measured_in(small)
    small.panel.form.fields["epochs"].setValue(5_000)
    click(small, "Start")
    qtbot.waitUntil(lambda: len(measured) > 3)
    QTest.keyClick(panel.source, Qt.Key.Key_Down)
    panel.source.activated.emit(panel.source.currentIndex())
    QTest.mouseClick(panel.every, LEFT)
    qtbot.waitUntil(lambda: len(panel.digit_grid.places) == 500)
    assert " of 500, after step " in panel.title.text()
    confusion, count = panel.matrix.confusion.copy(), len(measured)
    qtbot.waitUntil(lambda: len(measured) > count + 5)
    assert len(panel.digit_grid.places) == 500
    np.testing.assert_array_equal(panel.matrix.confusion, confusion)
    click(small, "Stop")
    until(qtbot, small, TrainingState.IDLE)
