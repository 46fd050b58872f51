"""My digits and the lesson, in the real window."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from digitpad.app.window.main_window import MainWindow
from digitpad.data.ink import Ink
from digitpad.engine.files import weights
from digitpad.engine.finetuning.my_digits import MyDigits
from tests.app.views import show_view
from tests.screenshot import draw


@pytest.fixture
def hand(qtbot: QtBot, window: MainWindow) -> MainWindow:
    window.controller.open(weights.BUNDLED_MLP)
    show_view(qtbot, window, "handwriting")
    window.activateWindow()
    return window


def press(button: QAbstractButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def key(window: MainWindow, digit: int) -> None:
    QTest.keyClick(window.canvas, Qt.Key(Qt.Key.Key_0.value + digit))


def labels() -> list[int | None]:
    return [entry.drawing.label for entry in MyDigits().entries()]


def test_a_key_labels_the_drawing_and_another_mends_the_label(qtbot: QtBot, hand: MainWindow) -> None:
    draw(hand)
    key(hand, 3)
    assert labels() == [3]
    assert len(hand.insight.handwriting.digit_grid.places) == 1
    key(hand, 8)
    assert labels() == [8]
    qtbot.waitUntil(lambda: hand.insight.handwriting.note.text().startswith("You meant an 8. Predicted as 3"))
    hand.canvas.clear()
    draw(hand)
    key(hand, 3)
    assert labels() == [8, 3]


def test_a_blank_sheet_has_nothing_to_label(hand: MainWindow) -> None:
    key(hand, 3)
    assert labels() == []
    assert "write a digit" in hand.statusBar().currentMessage()


def test_while_stepping_a_key_is_the_label_of_the_step(qtbot: QtBot, hand: MainWindow) -> None:
    draw(hand)
    show_view(qtbot, hand, "steps")
    hand.insight.docks.all_actions[3].trigger()
    qtbot.waitUntil(hand.insight.steps.isVisible)
    key(hand, 8)
    qtbot.waitUntil(lambda: hand.insight.steps.label.currentIndex() == 8)
    assert labels() == []


def test_practice_asks_for_each_digit_three_times(hand: MainWindow) -> None:
    panel = hand.insight.handwriting
    press(panel.practice)
    asked = []
    while panel.practice.isChecked():
        asked.append(int(re.findall(r"[0-9]", panel.note.text())[0]))
        draw(hand)
        key(hand, asked[-1])
        assert not hand.canvas.drawing.strokes
        if len(asked) == 4:
            # Four are enough to know that it goes on.
            break
    assert labels() == asked
    assert "26 digits to go" in panel.note.text()


def test_digits_are_removed_and_exported(hand: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    panel = hand.insight.handwriting
    for digit in (3, 5):
        draw(hand)
        key(hand, digit)
        hand.canvas.clear()
    out = tmp_path / "out.jsonl"
    monkeypatch.setattr("digitpad.app.handwriting.handwriting_presenter.ask_save", lambda *_: out)
    press(panel.export)
    assert [json.loads(line)["label"] for line in out.read_text().splitlines()] == [3, 5]
    panel.digit_grid.setCurrentIndex(panel.digit_grid.model().index(0, 0))
    press(panel.remove)
    assert labels() == [5]
    assert len(panel.digit_grid.places) == 1


@pytest.mark.slow
def test_a_lesson_is_shown_kept_and_undone(qtbot: QtBot, hand: MainWindow) -> None:
    panel, rng = hand.insight.handwriting, np.random.default_rng(0)
    before = hand.controller.selection.network
    for number in range(8):
        # Twos like the letter N, and ones.
        form = [[60, 220], [60, 60], [180, 220], [180, 60]] if number % 2 else [[120, 60], [120, 220]]
        hand.canvas.replace(Ink((np.array(form, float) + rng.normal(0, 4, (len(form), 2)),)), "Write")
        key(hand, 2 if number % 2 else 1)
    press(panel.fine_tune)
    assert not panel.fine_tune.isEnabled()
    qtbot.waitUntil(panel.keep.isVisible)
    assert [label.text() for label in panel.figures[0]] == ["50.0 %", "100.0 %"]
    assert "changed for 4 of your drawings" in panel.note.text()
    assert hand.controller.selection.network is before
    press(panel.keep)
    assert hand.controller.selection.network.name.endswith(", fine-tuned")
    assert hand.isWindowModified()
    assert [prediction.digit for prediction in hand.controller.selection.predictions] == [2]
    press(panel.undo)
    assert hand.controller.selection.network is before
    press(panel.fine_tune)
    qtbot.waitUntil(panel.drop.isVisible)
    press(panel.drop)
    assert hand.controller.selection.network is before
    assert not panel.result.isVisible()


def test_ink_that_is_not_normalized_can_be_labeled(hand: MainWindow) -> None:
    hand.normalization_actions.as_drawn.trigger()
    draw(hand)
    key(hand, 3)
    assert labels() == [3]


def test_each_digit_of_a_row_is_mended_in_its_place(hand: MainWindow) -> None:
    one, seven = np.array([[40.0, 60], [40, 200]]), np.array([[120.0, 60], [200, 60], [150, 200]])
    hand.canvas.replace(Ink((one, seven)), "Write")
    key(hand, 7)
    QTest.keyClick(hand.prediction.label, Qt.Key.Key_Left)
    key(hand, 1)
    QTest.keyClick(hand.prediction.label, Qt.Key.Key_Right)
    key(hand, 9)
    assert labels() == [9, 1]
