"""How fast the canvas paints with much ink on it: `python -m pytest tests/benchmarks/test_canvas_speed.py -s`."""

import time

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from digitpad.app.canvas.canvas import Canvas
from digitpad.app.canvas.ink_layer import CANVAS_HEIGHT
from digitpad.data.ink import Ink

POINTS = 10_000
FRAME_MS = 4.0
BUTTONS = [Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton]


def full_canvas(qtbot: QtBot) -> Canvas:
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(540, 540)
    canvas.show()
    angles = np.linspace(0, 200, POINTS // 10)
    loops = [np.stack([np.cos(angles), np.sin(1.3 * angles)], axis=1) * 20 for _ in range(10)]
    middles = [(50 + 60 * (i % 4), 60 + 80 * (i // 4)) for i in range(10)]
    canvas.replace(Ink(tuple(loop + middle for loop, middle in zip(loops, middles, strict=True))), "Open Drawing")
    canvas.repaint()
    return canvas


def test_a_frame_is_short_however_much_ink_there_is(qtbot: QtBot) -> None:
    canvas = full_canvas(qtbot)
    for button in BUTTONS:
        times = []
        QTest.mousePress(canvas, button, pos=QPoint(20, 20))
        for step in range(200):
            place = QPoint(20 + 2 * step, 20 + int(200 * (1 + np.sin(step / 15))))
            start = time.perf_counter()
            QTest.mouseMove(canvas, place)
            canvas.repaint(canvas.visibleRegion().boundingRect())
            times.append(1000 * (time.perf_counter() - start))
        QTest.mouseRelease(canvas, button, pos=QPoint(400, 400))
        p50, p99 = np.percentile(times, [50, 99])
        print(f"\n{button.name}, {POINTS:,} points, all repainted: median {p50:.2f} ms, p99 {p99:.2f} ms", end="")
        if button == Qt.MouseButton.LeftButton:
            assert p99 <= FRAME_MS
    assert canvas.width() / CANVAS_HEIGHT > 1
