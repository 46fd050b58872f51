"""How late the GUI thread is while a network trains at full speed: run `python -m pytest tests/benchmarks -s`."""

import gc
import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QEventLoop, QObject, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from digitpad.app.session.training_state import TrainingState
from digitpad.app.window.main_window import MainWindow
from digitpad.engine.files import presets
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.events import Evaluation
from tests.benchmarks.spinning import spin, spin_until
from tests.screenshot import draw

SECONDS = 6
BOUND_MS = 8.0


#: The views of what a network does and why that follow a training.
VIEWS = ("mistakes", "inside", "steps")


@pytest.fixture(params=["none", *VIEWS])
def view(request: pytest.FixtureRequest, window: MainWindow) -> str:
    """One of the views that lie in docks, in sight; or none."""
    name: str = request.param
    if name != "none":
        toggle(window, name)
    return name


def toggle(window: MainWindow, view: str) -> None:
    """Show a view, or hide it again."""
    window.insight.docks.all_actions[VIEWS.index(view)].trigger()


def assert_in_sight(window: MainWindow, view: str) -> None:
    """Make sure that what is drawn beside a training is drawn."""
    always = (window.runs, window.curves, window.timeline.timeline, window.timeline.slider)
    assert all(widget.isVisible() for widget in always)
    assert view == "none" or getattr(window.insight, view).isVisible()


@pytest.fixture(autouse=True)
def no_garbage_of_others(window: MainWindow) -> Iterator[None]:
    """Look through the program's own garbage only, as when it is started (see `app.start.main`)."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


_SLOWLY = TrainingConfig(learning_rate=0.001, epochs=1000)
#: The trainings that the window is tried with. Calls on a tiny network are too short to give the window a turn.
TRAININGS = {
    "batch 1": replace(_SLOWLY, batch_size=1),
    "batch 10": replace(_SLOWLY, batch_size=10),
    "batch 128": replace(_SLOWLY, batch_size=128),
    "convolutional": replace(_SLOWLY, hidden=presets.load("convnet").config.hidden, elastic=0.5),
    "tiny": replace(_SLOWLY, hidden="8", batch_size=10, epochs=10_000),
}


def train(window: MainWindow, training: str) -> list[Evaluation]:
    """Start one of the trainings; return what it measures, as it comes."""
    measured: list[Evaluation] = []
    window.controller.measured.connect(lambda event, _: measured.append(event))
    window.controller.start(TRAININGS[training])
    spin_until(lambda: bool(measured))
    return measured


def report(name: str, values_ms: list[float]) -> float:
    p50, p99, most = np.percentile(values_ms, [50, 99, 100])
    print(f"\n{name}: median {p50:.2f} ms, p99 {p99:.2f} ms, most {most:.2f} ms, n {len(values_ms)}", end="")
    return float(p99)


@pytest.mark.parametrize("training", TRAININGS)
def test_a_timer_is_hardly_late_while_a_network_trains(window: MainWindow, training: str, view: str) -> None:
    draw(window)
    measured = train(window, training)
    assert_in_sight(window, view)
    frames: list[float] = []
    window.controller.refreshed.connect(lambda: frames.append(time.perf_counter()))
    lateness: list[float] = []
    due = [time.perf_counter() + 0.005]

    def tick() -> None:
        now = time.perf_counter()
        lateness.append(1000 * max(0.0, now - due[0]))
        due[0] = now + 0.005

    timer = QTimer(interval=5, timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(tick)
    timer.start()
    steps_before, start = measured[-1].step, time.perf_counter()
    spin(1000 * SECONDS)
    timer.stop()
    seconds = time.perf_counter() - start
    p99 = report(f"timer lateness, {training}, view {view}", lateness)
    steps_per_second = (measured[-1].step - steps_before) / seconds
    print(f"; {len(frames) / seconds:.0f} frames/s, {steps_per_second:,.0f} steps/s")
    assert len(frames) / seconds >= 20
    assert p99 <= BOUND_MS


@pytest.mark.parametrize("training", ["none", *TRAININGS])
def test_a_stroke_is_read_at_once(window: MainWindow, training: str, view: str) -> None:
    if training != "none":
        train(window, training)
    assert_in_sight(window, view)
    paints = Paints(window.prediction.label)
    canvas = window.canvas
    side = canvas.height()
    rng = np.random.default_rng(0)
    times: list[float] = []
    spin(200)
    for _ in range(30):
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(side // 3, side // 5))
        for step in range(1, 21):
            spin(int(rng.integers(8, 20)))
            paints.count = 0
            start = time.perf_counter()
            x = side // 3 + int(60 * np.sin(step / 3))
            QTest.mouseMove(canvas, QPoint(x, side // 5 + step * side // 40))
            paints.wait()
            times.append(1000 * (time.perf_counter() - start))
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(side // 3, side // 5))
        window.canvas.clear()
    p99 = report(f"last point to painted prediction, training {training}, view {view}", times)
    assert window.controller.state is (TrainingState.IDLE if training == "none" else TrainingState.RUNNING)
    assert p99 <= BOUND_MS


@pytest.mark.parametrize("view_name", VIEWS)
@pytest.mark.parametrize("training", TRAININGS)
def test_a_view_in_sight_hardly_slows_a_training(window: MainWindow, training: str, view_name: str) -> None:
    draw(window)
    train(window, training)
    ran: list[tuple[int, float]] = []
    window.controller.ran.connect(lambda event, seconds: ran.append((event.step, seconds)))

    def steps_per_second() -> float:
        """Return how fast the training is by its own clock."""
        spin(1000)
        ran.clear()
        spin(1000 * SECONDS)
        # A convolutional network reports seldom.
        while len(ran) < 3:
            spin(500)
        (first, begun), (last, ended) = ran[0], ran[-1]
        return (last - first) / (ended - begun)

    ratios = []
    for _ in range(5):
        without = steps_per_second()
        toggle(window, view_name)
        ratios.append(without / steps_per_second())
        toggle(window, view_name)
    ratio = float(np.median(ratios))
    print(f"\n{training} with view {view_name} takes {ratio:.3f} of the time without", end="")
    assert ratio <= 1.1


class Paints(QObject):
    """Counts a widget's paint events."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False

    def wait(self) -> None:
        """Handle events until the widget has been painted; fail after a second."""
        loop, deadline = QEventLoop(), time.monotonic() + 1
        while not self.count:
            assert time.monotonic() < deadline
            loop.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)
