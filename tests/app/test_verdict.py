"""The verdict, its bars and its image: told, it shows; the user chooses, it asks."""

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from digitpad.app.prediction_view import PredictionView
from digitpad.app.theme_colors import colors
from digitpad.engine.prediction import Prediction


def prediction(digit: int, probability: float) -> Prediction:
    probabilities = np.full(10, (1 - probability) / 9, np.float32)
    probabilities[digit] = probability
    image = np.zeros((28, 28), np.float32)
    image[3, 4] = 1
    return Prediction(probabilities, image)


def test_a_prediction_is_shown_as_digit_bars_and_image(qtbot: QtBot) -> None:
    view = PredictionView()
    qtbot.addWidget(view)
    view.show_predictions((prediction(7, 0.9),))
    view.show()
    assert view.verdict.text == "7"
    assert view.verdict.accessibleDescription() == "7 90 %"
    bars = view.bars.grab().toImage()
    accent = QColor(colors(view.palette()).accent)
    row = round((7.5 / 10) * bars.height())
    assert QColor(bars.pixel(60, row)) == accent
    assert QColor(bars.pixel(60, round((2.5 / 10) * bars.height()))) != accent
    seen = view.seen.grab().toImage()
    inked, blank = (QColor(seen.pixel(1 + 5 * x + 2, 1 + 5 * 3 + 2)).lightness() for x in (4, 6))
    assert inked < 60 < 200 < blank


def test_no_prediction_is_no_verdict(qtbot: QtBot) -> None:
    view = PredictionView()
    qtbot.addWidget(view)
    view.show_predictions((prediction(7, 0.9),))
    view.show_predictions(())
    assert view.verdict.text == "nothing yet"
    assert view.bars.prediction is view.seen.prediction is None
    view.grab()


def test_of_a_row_one_digit_is_chosen_by_click_or_key(qtbot: QtBot) -> None:
    view = PredictionView()
    qtbot.addWidget(view)
    view.show()
    first, second, third = (prediction(digit, 0.95) for digit in (2, 0, 6))
    second = dataclasses.replace(second, pieces=(3,))
    view.show_predictions((first, second, third))
    assert view.verdict.text == "206"
    # What was drawn last is looked at.
    assert view.bars.prediction is view.seen.prediction is second
    QTest.mouseClick(view.verdict, Qt.MouseButton.LeftButton, pos=QPoint(15, view.verdict.height() - 15))
    assert view.bars.prediction is first
    QTest.keyClick(view.verdict, Qt.Key.Key_Left)
    assert view.bars.prediction is view.seen.prediction is third


@pytest.mark.parametrize(("probability", "text"), [(0.9, "7"), (0.3, "not a digit")])
def test_what_is_no_digit_is_called_that(qtbot: QtBot, probability: float, text: str) -> None:
    view = PredictionView()
    qtbot.addWidget(view)
    view.show_predictions((prediction(7, probability),))
    assert view.verdict.text == text
    unsure = Prediction(np.array([0.45, 0.5, *[0.05 / 8] * 8]), np.zeros((28, 28), np.float32))
    view.show_predictions((unsure,))
    assert view.verdict.text == "unsure: 1 or 0?"
    view.grab()
