"""How a photo is cut, laid over it in the real window."""

import cv2
import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from digitpad.app.main_window import MainWindow
from digitpad.data.drawing import Photo
from digitpad.engine.files import weights
from tests.screenshot import draw


def photo_of_a_ring() -> Photo:
    grey = np.full((400, 400), 235, np.uint8)
    cv2.ellipse(grey, (200, 200), (80, 120), 0, 0, 360, 40, 12, cv2.LINE_AA)
    return Photo(np.repeat(grey[:, :, np.newaxis], 3, axis=2))


def colour(window: MainWindow, x: float, y: float) -> QColor:
    """The colour on the canvas, at shares of its sides."""
    place = QPoint(round(x * window.canvas.width()), round(y * window.canvas.height()))
    return window.canvas.grab().toImage().pixelColor(place)


def test_ink_and_cuts_are_laid_over_a_photo_and_taken_away(qtbot: QtBot, window: MainWindow) -> None:
    window.canvas.replace(photo_of_a_ring(), "Open")
    # A photo is read aside; of what was there before nothing is left meanwhile.
    assert window.prediction.verdict.text == "nothing yet"
    qtbot.waitUntil(lambda: window.prediction.verdict.text == "0")
    qtbot.waitUntil(window.cuts.isVisible)
    # The left side of the ring, which is black ink in the photo.
    assert colour(window, 0.3, 0.5).red() > 120
    window.cuts.show_cuts.trigger()
    assert not window.cuts.isVisible()
    assert colour(window, 0.3, 0.5).red() < 80
    window.cuts.show_cuts.trigger()
    qtbot.waitUntil(window.cuts.isVisible)
    draw(window)
    assert not window.cuts.isVisible()
    assert window.canvas.drawing.strokes


def test_of_another_photo_nothing_is_left_over(qtbot: QtBot, window: MainWindow) -> None:
    window.canvas.replace(photo_of_a_ring(), "Open")
    qtbot.waitUntil(window.cuts.isVisible)
    window.canvas.replace(photo_of_a_ring(), "Open")
    assert not window.cuts.isVisible()
    assert window.prediction.verdict.text == "nothing yet"
    qtbot.waitUntil(window.cuts.isVisible)


def test_a_photo_is_read_again_by_another_network_and_stays_read_meanwhile(qtbot: QtBot, window: MainWindow) -> None:
    window.canvas.replace(photo_of_a_ring(), "Open")
    qtbot.waitUntil(lambda: window.prediction.verdict.text == "0")
    before = window.controller.predictions
    window.controller.open(weights.BUNDLED_MLP)
    assert window.controller.predictions is before
    qtbot.waitUntil(lambda: window.controller.predictions is not before)
    assert window.controller.predictions[0].probability != before[0].probability
