"""How tests drive the window: as a user does, by clicks."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QMessageBox,
)
from pytestqt.qtbot import QtBot

from digitpad.app.canvas.canvas import Canvas
from digitpad.app.session.training_state import TrainingState
from digitpad.app.widgets import file_dialogs
from digitpad.app.widgets.action_button import ActionButton
from digitpad.app.window.main_window import MainWindow
from digitpad.data.ink import Ink
from digitpad.engine.training.events import Evaluation

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


def draw(canvas: Canvas, *points: tuple[int, int], button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
    """Draw a stroke with the mouse; points are in widget pixels."""
    QTest.mousePress(canvas, button, pos=QPoint(*points[0]))
    for point in points[1:]:
        QTest.mouseMove(canvas, QPoint(*point))
    QTest.mouseRelease(canvas, button, pos=QPoint(*points[-1]))


def strokes(canvas: Canvas) -> list[list[list[float]]]:
    assert isinstance(canvas.drawing, Ink)
    return [stroke.tolist() for stroke in canvas.drawing.strokes]


def darkness(canvas: Canvas, x: int, y: int) -> float:
    """How much of the way from paper to ink the pixel at x, y has gone."""
    image = canvas.grab().toImage()
    ratio = image.width() / canvas.width()
    return 1 - QColor(image.pixel(int(x * ratio), int(y * ratio))).lightnessF()


def click(window: MainWindow, text: str) -> None:
    """Click the button that says `text`."""
    (button,) = (b for b in window.findChildren(ActionButton) if b.text() == text)
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def answer(choice: QMessageBox.StandardButton) -> list[str]:
    """Click `choice` in the next question; return the list that the question's text will be in."""
    asked: list[str] = []

    def click_choice() -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox):
            QTimer.singleShot(10, click_choice)
            return
        asked.append(box.text())
        button = box.button(choice)
        assert isinstance(button, QAbstractButton)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    QTimer.singleShot(10, click_choice)
    return asked


def choose_file(monkeypatch: pytest.MonkeyPatch, path: Path | None) -> None:
    """Stand in for the user in the file dialogs, which belong to the platform."""
    monkeypatch.setattr(file_dialogs, "ask_open", lambda *_: path)
    monkeypatch.setattr(file_dialogs, "ask_save", lambda *_: path)


def until(qtbot: QtBot, window: MainWindow, state: TrainingState) -> None:
    qtbot.waitUntil(lambda: window.controller.state is state)


def measured_in(window: MainWindow) -> list[Evaluation]:
    measured: list[Evaluation] = []
    window.controller.measured.connect(lambda event, _: measured.append(event))
    return measured
