"""Everything drawn is read, but a flood of points is not read point by point."""

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from digitpad.app.canvas import Canvas
from digitpad.app.reading import Reading

LEFT = Qt.MouseButton.LeftButton


def test_a_flood_of_points_is_read_when_it_is_over(qtbot: QtBot) -> None:
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(400, 400)
    canvas.show()
    reading, read = Reading(canvas, canvas), []
    reading.wanted.connect(read.append)
    QTest.mousePress(canvas, LEFT, pos=QPoint(50, 50))
    for x in range(51, 351):
        QTest.mouseMove(canvas, QPoint(x, 50))
    assert 1 <= len(read) < 150
    qtbot.waitUntil(lambda: bool(read) and len(read[-1].strokes[0]) == 301)
    # The last points are not waited for when the pen is lifted.
    for x in range(351, 361):
        QTest.mouseMove(canvas, QPoint(x, 50))
    QTest.mouseRelease(canvas, LEFT, pos=QPoint(360, 50))
    assert len(read[-1].strokes[0]) == 311
    count = len(read)
    qtbot.wait(20)
    assert len(read) == count


def test_undo_is_read_at_once(qtbot: QtBot) -> None:
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.show()
    reading, read = Reading(canvas, canvas), []
    reading.wanted.connect(read.append)
    QTest.mouseClick(canvas, LEFT, pos=QPoint(50, 50))
    canvas.undo()
    canvas.redo()
    assert [len(drawing.strokes) for drawing in read[-2:]] == [0, 1]
    assert np.isfinite(read[-1].strokes[0]).all()
