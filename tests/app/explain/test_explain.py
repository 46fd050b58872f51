"""Why a drawing was misread, in the real window."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from digitpad.app.explain.explain_panel import ExplainPanel
from digitpad.app.window.main_window import MainWindow
from digitpad.data.ink import Ink
from tests.app.views import show_view
from tests.screenshot import draw


@pytest.fixture
def reasons(qtbot: QtBot, window: MainWindow) -> ExplainPanel:
    show_view(qtbot, window, "explain")
    window.activateWindow()
    return window.insight.explain


@pytest.mark.slow
def test_a_sure_prediction_has_nothing_to_explain_until_it_is_denied(
    qtbot: QtBot, window: MainWindow, reasons: ExplainPanel
) -> None:
    draw(window)
    qtbot.waitUntil(lambda: "without doubt" in reasons.words.text())
    assert not reasons.mended.isVisible()
    QTest.keyClick(window.canvas, Qt.Key.Key_8)
    assert reasons.label == 8
    qtbot.waitUntil(lambda: "1. Predicted as 3 because" in reasons.words.text())
    assert "it is an 8" in reasons.words.text()
    qtbot.waitUntil(reasons.mended.isVisible)
    assert len(reasons.mended.places) == 1 + len(reasons.words.text().splitlines())
    assert "Orange pixels support 3, blue ones 8" in reasons.legend.text()
    qtbot.waitUntil(reasons.near.isVisible)
    captions = [reasons.near.model().index(row, 0).data() for row in range(6)]
    assert captions == ["a 3"] * 3 + ["an 8"] * 3
    # What was said was said of that drawing.
    window.canvas.clear()
    qtbot.waitUntil(lambda: reasons.label is None and not reasons.pixels.isVisible())
    draw(window)
    qtbot.waitUntil(lambda: "without doubt" in reasons.words.text())


def test_what_it_should_be_is_chosen_in_the_view(qtbot: QtBot, window: MainWindow, reasons: ExplainPanel) -> None:
    draw(window)
    reasons.should_be.setFocus()
    QTest.keyClicks(reasons.should_be, "3")
    qtbot.waitUntil(lambda: "Correct: predicted as 3" in reasons.words.text())


def test_without_normalizing_other_faults_are_found(qtbot: QtBot, window: MainWindow, reasons: ExplainPanel) -> None:
    corner = np.array([[14.0, 14], [42, 14], [34, 28], [25, 48], [22, 56]])
    window.normalization_actions.as_drawn.trigger()
    window.canvas.replace(Ink((corner,)), "Write")
    assert window.prediction.label.text != "7"
    reasons.should_be.setFocus()
    QTest.keyClicks(reasons.should_be, "7")
    qtbot.waitUntil(reasons.mended.isVisible)
    assert any(fault in reasons.words.text() for fault in ("off the center", "too small"))


def test_of_a_row_the_digit_that_is_chosen_is_explained(
    qtbot: QtBot, window: MainWindow, reasons: ExplainPanel
) -> None:
    seven = np.array([[20.0, 100], [60, 100], [30, 180]])
    one = np.array([[120.0, 100], [120, 180]])
    window.canvas.replace(Ink((seven, one)), "Write")
    qtbot.waitUntil(lambda: "Predicted as 1" in reasons.words.text())
    QTest.keyClick(window.prediction.label, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: "Predicted as 7" in reasons.words.text())
