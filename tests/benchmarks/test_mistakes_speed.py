"""How fast mistakes are shown: `python -m pytest tests/benchmarks/test_mistakes_speed.py -s`.

On a real screen, or under Xvfb: Qt's offscreen one paints all of a wall anew wherever it scrolls.
"""

import time
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from digitpad.app.mistakes.confusion_view import ConfusionView
from digitpad.app.widgets.digit_grid import DigitGrid
from digitpad.app.window.main_window import MainWindow
from digitpad.data.dataset import Digits
from digitpad.engine.files import weights
from digitpad.engine.insight import mistakes
from digitpad.engine.insight.mistakes import Answers
from digitpad.engine.insight.nearest_neighbors import neighborhood
from digitpad.nn.network import Network
from tests.app.views import show_view

#: A frame of the matrix, one of a screen that is drawn 60 times a second, and a click that seems answered at once.
MATRIX_MS, SCREEN_MS, NEIGHBORS_MS = 4.0, 16.0, 200.0


@pytest.fixture(scope="module")
def network() -> Network:
    return weights.load(weights.BUNDLED_MLP)[0]


@pytest.fixture(scope="module")
def answers(network: Network, mnist_digits: Digits) -> Answers:
    found = mistakes.answers(network, mistakes.test_digits(mnist_digits))
    assert found is not None
    return found


def frames(change: Callable[[int], object], count: int) -> np.ndarray:
    """The milliseconds that each of so many changes takes, painting included."""
    times = []
    for number in range(count):
        begun = time.perf_counter()
        change(number)
        # What has to be painted anew, and no more: a wall that scrolls keeps what stays in sight.
        QApplication.processEvents()
        times.append(1000 * (time.perf_counter() - begun))
    return np.array(times)


def test_the_wall_of_all_ten_thousand_scrolls_without_a_stutter(qtbot: QtBot, answers: Answers) -> None:
    digit_grid = DigitGrid("All")
    qtbot.addWidget(digit_grid)
    digit_grid.resize(900, 700)
    digit_grid.show()
    dataset = answers.asked.dataset
    digit_grid.show_digits(dataset.images, answers.ranked(), lambda place: f"{dataset.labels[place]}\n99 %")
    bar = digit_grid.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 10_000 // 20 * digit_grid.gridSize().height())
    # A wheel's notch a frame, to the end.
    stride = bar.maximum() // 400
    times = frames(lambda number: bar.setValue(number * stride), 400)
    assert bar.value() > 0.9 * bar.maximum()
    print(f"\na frame of the wall: median {np.median(times):.2f} ms, p99 {np.percentile(times, 99):.2f} ms", end="")
    assert np.percentile(times, 99) <= SCREEN_MS


def test_a_frame_of_the_matrix_is_short(qtbot: QtBot, answers: Answers) -> None:
    view = ConfusionView()
    qtbot.addWidget(view)
    view.resize(500, 480)
    view.show()
    rng = np.random.default_rng(0)
    # As while it trains: no number stays as it was.
    given = [answers.confusion + rng.integers(0, 30, (10, 10)) for _ in range(200)]
    times = frames(lambda number: view.show_confusion(given[number]), 200)
    print(f"\na frame of the matrix: median {np.median(times):.2f} ms, p99 {np.percentile(times, 99):.2f} ms", end="")
    assert np.percentile(times[20:], 99) <= MATRIX_MS


def test_neighbors_are_found_at_once(network: Network, mnist_digits: Digits) -> None:
    begun = time.perf_counter()
    near = neighborhood(network, mnist_digits.training)
    prepared = time.perf_counter() - begun
    assert near is not None
    times = []
    for image in mnist_digits.test.images[:30]:
        begun = time.perf_counter()
        near.nearest((image.reshape(28, 28) / np.float32(255)).astype(np.float32), 8)
        times.append(1000 * (time.perf_counter() - begun))
    print(
        f"\nneighbors: prepared in {prepared:.2f} s, then found in {np.median(times):.1f} ms, most {max(times):.1f} ms"
    )
    assert max(times) <= NEIGHBORS_MS


def test_a_click_on_a_digit_shows_its_neighbors_at_once(qtbot: QtBot, window: MainWindow) -> None:
    show_view(qtbot, window, "mistakes")
    window.documents.open(weights.BUNDLED_MLP)
    panel = window.insight.mistakes
    qtbot.waitUntil(lambda: panel.matrix.confusion.sum() == 10_000, timeout=20_000)
    QTest.mouseClick(panel.every, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(panel.digit_grid.places) == 10_000, timeout=20_000)
    # As long as somebody looks at the wall before a digit is picked.
    qtbot.wait(1_500)
    times = []
    for number in range(5):
        cell = panel.digit_grid.visualRect(panel.digit_grid.model().index(number, 0))
        begun = time.perf_counter()
        QTest.mouseClick(panel.digit_grid.viewport(), Qt.MouseButton.LeftButton, pos=cell.center())
        qtbot.waitUntil(panel.neighbors.isVisible)
        times.append(1000 * (time.perf_counter() - begun))
    print(f"\nfrom a click to its neighbors: {' '.join(f'{t:.0f}' for t in times)} ms", end="")
    assert np.median(times) <= NEIGHBORS_MS
