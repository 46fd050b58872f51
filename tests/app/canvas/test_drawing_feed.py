"""Everything drawn is read, but a flood of points is not read point by point."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from digitpad.app.canvas import drawing_feed
from digitpad.app.canvas.canvas import Canvas
from digitpad.app.canvas.drawing_feed import DrawingFeed

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


def test_a_flood_of_points_is_read_when_it_is_over(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(400, 400)
    canvas.show()
    # However slow the machine, all of these points come too early.
    monkeypatch.setattr(drawing_feed, "_MIN_INTERVAL", 60.0)
    reading, read = DrawingFeed(canvas, canvas), []
    reading.wanted.connect(lambda drawing, _: read.append(drawing))
    QTest.mousePress(canvas, LEFT, pos=QPoint(50, 50))
    for x in range(51, 351):
        QTest.mouseMove(canvas, QPoint(x, 50))
    assert len(read) == 1
    qtbot.waitUntil(lambda: len(read[-1].strokes[0]) == 301)
    assert len(read) == 2
    # The last points are not waited for when the pen is lifted.
    for x in range(351, 361):
        QTest.mouseMove(canvas, QPoint(x, 50))
    QTest.mouseRelease(canvas, LEFT, pos=QPoint(360, 50))
    assert [len(drawing.strokes[0]) for drawing in read[2:]] == [311]
    # So with the eraser.
    QTest.mousePress(canvas, RIGHT, pos=QPoint(50, 80))
    for x in range(51, 351):
        QTest.mouseMove(canvas, QPoint(x, 60))
    assert len(read) == 3
    QTest.mouseRelease(canvas, RIGHT, pos=QPoint(350, 60))
    assert len(read) == 4
    assert read[-1] is canvas.drawing


def test_undo_is_read_at_once(qtbot: QtBot) -> None:
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.show()
    reading, read = DrawingFeed(canvas, canvas), []
    reading.wanted.connect(lambda drawing, _: read.append(drawing))
    QTest.mouseClick(canvas, LEFT, pos=QPoint(50, 50))
    canvas.undo()
    canvas.redo()
    assert [len(drawing.strokes) for drawing in read[-2:]] == [0, 1]
    assert np.isfinite(read[-1].strokes[0]).all()


def test_a_stroke_that_is_over_is_told_to_be(qtbot: QtBot) -> None:
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.show()
    reading, told = DrawingFeed(canvas, canvas), list[bool]()
    reading.wanted.connect(lambda _, is_done: told.append(is_done))
    QTest.mousePress(canvas, LEFT, pos=QPoint(50, 50))
    QTest.mouseMove(canvas, QPoint(60, 90))
    assert not any(told)
    QTest.mouseRelease(canvas, LEFT, pos=QPoint(60, 90))
    assert told[-1]
