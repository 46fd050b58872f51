"""A window that is worked in for hours takes no more and more memory: run

DIGITPAD_MINUTES=120 python -m pytest tests/benchmarks/test_endurance.py -s

Every view is open; strokes are drawn by mouse events, cells, units and steps are clicked, trainings begin, end and are
wound back to. `DIGITPAD_PACE=5` works five times as fast as a person.
"""

import gc
import os
import statistics
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from digitpad.app.start import malloc_arenas
from digitpad.app.window.main_window import MainWindow
from tests.app.driving import click
from tests.app.views import show_view
from tests.benchmarks.spinning import spin

MINUTES = float(os.environ.get("DIGITPAD_MINUTES", "30"))
PACE = float(os.environ.get("DIGITPAD_PACE", "1"))
#: Minutes before what is kept and cached is as much as it will be, and what may come after them, in bytes.
FIRST, MORE = max(1.0, min(10.0, MINUTES / 4)), 20e6


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def files() -> int:
    return len(os.listdir("/proc/self/fd"))


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads its own memory from /proc")
def test_hours_of_work_take_no_more_memory_than_minutes(
    qtbot: QtBot, open_window: Callable[[], MainWindow], few_digits_folder: Path
) -> None:
    # As `app.start.main` does.
    malloc_arenas.share_arenas()
    window = open_window()
    window.resize(1600, 1000)
    window.panel.form.fields["hidden"].setText("32")
    window.panel.form.fields["epochs"].setValue(3)
    window.panel.form.show_data(str(few_digits_folder))
    window.panel.form.fields["validation"].setValue(500)
    for name in ("mistakes", "inside", "steps", "handwriting", "explain"):
        show_view(qtbot, window, name)
    rng = np.random.default_rng(0)
    begun, sights, told = time.monotonic(), [], 0.0
    for turn in count():
        minutes = (time.monotonic() - begun) / 60
        if minutes >= told:
            gc.collect()
            sights.append((minutes, resident(), files()))
            print(
                f"\n{minutes:6.1f} min {resident() / 1e6:8.1f} MB {files():4d} files, turn {turn}", end="", flush=True
            )
            told += 1
        if minutes > MINUTES:
            break
        work(window, turn, rng)
    window.controller.stop()
    qtbot.waitUntil(lambda: window.controller.is_idle)
    settled = [sight for sight in sights if sight[0] >= FIRST]
    assert max(size for _, size, _ in settled) - settled[0][1] <= MORE
    # While a training runs, its run's files are open besides.
    assert statistics.median(number for *_, number in settled) <= statistics.median(number for *_, number in sights)


def look(window: MainWindow, turn: int, rng: np.random.Generator) -> None:
    """Click a cell of the matrix and a digit of it, a unit, and take a step or undo one, each now and then."""
    mistakes, units, steps = window.insight.mistakes, window.insight.inside.units, window.insight.steps
    label, digit = (int(number) for number in rng.integers(0, 10, 2))
    match turn % 8:
        case 1 if mistakes.isVisible():
            press(mistakes.matrix, mistakes.matrix.place_of(label, digit).center().toPoint())
        case 2 if mistakes.digit_grid.isVisible() and len(mistakes.digit_grid.places):
            cell = mistakes.digit_grid.visualRect(mistakes.digit_grid.model().index(0, 0))
            press(mistakes.digit_grid.viewport(), cell.center())
        case 5 if units.grid.isVisible() and len(units.grid.units.colors):
            press(units.grid, units.grid.place_of(label).center())
        case 6 if steps.isVisible():
            button = steps.step if digit % 2 else steps.undo
            press(button, button.rect().center())


def press(widget: QWidget, place: QPoint) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=place)


def work(window: MainWindow, turn: int, rng: np.random.Generator) -> None:
    """Draw a stroke and rest; now and then clear, train, wind back, look at other mistakes."""
    canvas = window.canvas
    x, y = rng.uniform(0.2, 0.8, 2) * (canvas.width(), canvas.height())
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(int(x), int(y)))
    for _ in range(12):
        x, y = np.clip(np.array([x, y]) + rng.normal(0, 25, 2), 5, (canvas.width() - 5, canvas.height() - 5))
        QTest.mouseMove(canvas, QPoint(int(x), int(y)))
        spin(round(8 / PACE))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(int(x), int(y)))
    spin(round(350 / PACE))
    look(window, turn, rng)
    if turn % 4 == 3:
        click(window, "Clear")
    if turn % 30 == 10 and window.controller.is_idle:
        runs = window.controller.store.runs()
        # Each run has its place in the list and on the disk: some are taken away again, as a user would.
        for run in runs[20:]:
            window.controller.store.delete(run)
        click(window, "Start")
    if turn % 30 == 20 and window.controller.is_idle:
        slider = window.timeline.slider
        slider.setValue(int(rng.integers(slider.minimum(), slider.maximum() + 1)))
