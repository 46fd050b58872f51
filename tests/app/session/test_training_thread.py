"""The thread turns any generator's crank; these generators are tests' own."""

import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from digitpad.app.session.gate import Gate
from digitpad.app.session.training_thread import TrainingThread
from digitpad.engine.training.events import Changed, Evaluation, Event, Progress, Stop
from digitpad.engine.training.generator import Training
from digitpad.errors import DigitpadError
from digitpad.nn import initializers
from digitpad.nn.network import Network

NETWORK = Network.new("", np.zeros(4, np.float32), 1.0, initializers.zeros())
Start = Callable[[Training], TrainingThread]


def evaluation(step: int) -> Evaluation:
    return Evaluation(step, 0.0, 1.0, 0.5, None, None, NETWORK)


@pytest.fixture
def start(qtbot: QtBot) -> Iterator[Start]:
    threads: list[TrainingThread] = []

    def start_one(training: Training) -> TrainingThread:
        thread = TrainingThread(training, Gate())
        threads.append(thread)
        thread.start()
        return thread

    yield start_one
    for thread in threads:
        thread.abandon()
        assert thread.wait(5_000)


def endless() -> Training:
    step = 0
    while True:
        step += 1
        if isinstance((yield Progress(step, step / 10, 1.0)), Stop):
            yield evaluation(step)
            return


def steps_of(thread: TrainingThread) -> int:
    progress = thread.take().progress
    return progress.step if progress else 0


def test_each_event_arrives_once_and_in_order_however_many_there_are(qtbot: QtBot, start: Start) -> None:
    def many() -> Training:
        for step in range(1_000):
            yield evaluation(step)

    thread = start(many())
    events: list[Event] = []

    def take_all() -> bool:
        events.extend(thread.take().events)
        return thread.isFinished()

    qtbot.waitUntil(take_all)
    events.extend(thread.take().events)
    assert [event.step for event in events if isinstance(event, Evaluation)] == list(range(1_000))


def test_a_worker_that_is_far_ahead_waits_to_be_heard(qtbot: QtBot, start: Start) -> None:
    def many() -> Training:
        for step in range(5_000):
            # As long as a real step, so that the thread rests in between.
            deadline = time.perf_counter() + 0.0002
            while time.perf_counter() < deadline:
                pass
            yield evaluation(step)

    thread = start(many())
    qtbot.wait(300)
    assert 64 <= len(thread.take().events) < 200


def test_only_the_latest_progress_is_kept(qtbot: QtBot, start: Start) -> None:
    thread = start(endless())
    qtbot.waitUntil(lambda: steps_of(thread) > 1_000)
    assert thread.take().events == ()


def test_pause_rests_and_resume_goes_on(qtbot: QtBot, start: Start) -> None:
    thread = start(endless())
    qtbot.waitUntil(lambda: steps_of(thread) > 10)
    thread.pause()
    qtbot.wait(50)
    before, seconds = steps_of(thread), thread.take().seconds
    qtbot.wait(100)
    assert steps_of(thread) == before
    assert thread.take().seconds == seconds
    thread.resume()
    qtbot.waitUntil(lambda: steps_of(thread) > before)


@pytest.mark.parametrize("is_paused", [False, True])
def test_a_command_reaches_the_generator_also_while_it_rests(qtbot: QtBot, start: Start, is_paused: bool) -> None:
    thread = start(endless())
    qtbot.waitUntil(lambda: steps_of(thread) > 10)
    if is_paused:
        thread.pause()
        qtbot.wait(20)
    thread.send(Stop())
    qtbot.waitUntil(thread.isFinished)
    assert [type(event) for event in thread.take().events] == [Evaluation]


@pytest.mark.parametrize("is_paused", [False, True])
def test_abandoning_ends_the_thread_at_once(qtbot: QtBot, start: Start, is_paused: bool) -> None:
    closed = []

    def notices() -> Training:
        try:
            yield from endless()
        finally:
            closed.append(True)

    thread = start(notices())
    qtbot.waitUntil(lambda: steps_of(thread) > 10)
    if is_paused:
        thread.pause()
    thread.abandon()
    assert thread.wait(1_000)
    assert closed == [True]


def test_an_error_becomes_one_sentence_in_the_gui_thread(
    qtbot: QtBot, start: Start, tmp_path_factory: pytest.TempPathFactory
) -> None:
    def fails() -> Training:
        yield Changed(0, 1.0, 128, 0.0)
        raise DigitpadError("lower it")

    def breaks() -> Training:
        yield Changed(0, 1.0, 128, 0.0)
        raise ZeroDivisionError("oh")

    class Listener(Gate):
        def hear(self, sentence: str, last_good: object) -> None:
            heard.append((sentence, QThread.currentThread() is self.thread()))

    heard: list[tuple[str, bool]] = []
    listener = Listener()
    for training in (fails(), breaks()):
        thread = TrainingThread(training, Gate())
        thread.failed.connect(listener.hear)
        thread.start()
        qtbot.waitUntil(thread.isFinished)
        qtbot.wait(20)
    assert heard[0] == ("lower it", True)
    assert heard[1][0].startswith("digitpad met an error of its own (ZeroDivisionError: oh)")


def test_a_closed_gate_holds_the_worker_until_the_gui_is_idle(qtbot: QtBot) -> None:
    gate = Gate()
    start = time.perf_counter()
    gate.wait()
    assert time.perf_counter() - start < 0.02
    gate.hold()
    gate.wait()
    assert time.perf_counter() - start >= 0.9 * Gate.LONGEST_HOLD
    qtbot.wait(1)
    start = time.perf_counter()
    gate.wait()
    assert time.perf_counter() - start < 0.02
