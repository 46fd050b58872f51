"""The thread turns any generator's crank; these generators are tests' own."""

import time
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from digitpad.app.session.gui_priority import GuiPriority
from digitpad.app.session.training_worker import TrainingWorker
from digitpad.engine.training.events import Changed, Evaluation, Event, Progress, Stop
from digitpad.engine.training.generator import Training
from digitpad.errors import DigitpadError
from tests.events import evaluation
from tests.resting import until_at_rest

Start = Callable[[Training], TrainingWorker]


@pytest.fixture
def start(qtbot: QtBot) -> Iterator[Start]:
    threads: list[TrainingWorker] = []

    def start_one(training: Training) -> TrainingWorker:
        thread = TrainingWorker(training, GuiPriority(), time.perf_counter)
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


def steps_of(thread: TrainingWorker) -> int:
    """The latest step, of what has not been taken yet."""
    return max((told.event.step for told in thread.take() if isinstance(told.event, Progress)), default=0)


def test_each_event_arrives_once_and_in_order_however_many_there_are(qtbot: QtBot, start: Start) -> None:
    def many() -> Training:
        for step in range(1_000):
            yield evaluation(step)

    thread = start(many())
    events: list[Event] = []

    def take_all() -> bool:
        events.extend(told.event for told in thread.take())
        return thread.isFinished()

    qtbot.waitUntil(take_all)
    events.extend(told.event for told in thread.take())
    assert [event.step for event in events if isinstance(event, Evaluation)] == list(range(1_000))


def test_a_worker_that_is_far_ahead_waits_to_be_heard(qtbot: QtBot, start: Start) -> None:
    made: list[int] = []

    def many() -> Training:
        for step in range(5_000):
            made.append(step)
            # As long as a real step, so that the thread rests in between.
            deadline = time.perf_counter() + 0.0002
            while time.perf_counter() < deadline:
                pass
            yield evaluation(step)

    thread = start(many())
    until_at_rest(qtbot, lambda: len(made))
    assert 64 <= len(thread.take()) < 200


def test_each_progress_arrives_once_and_too_many_do_not_pile_up(qtbot: QtBot, start: Start) -> None:
    made: list[Event] = []

    def counted() -> Training:
        for event in endless():
            made.append(event)
            yield event

    thread = start(counted())
    qtbot.waitUntil(lambda: len(made) > 2 * TrainingWorker._MOST_PROGRESS)
    thread.pause_or_resume()
    until_at_rest(qtbot, lambda: len(made))
    steps = [told.event.step for told in thread.take() if isinstance(told.event, Progress)]
    assert steps == list(range(len(made) - TrainingWorker._MOST_PROGRESS + 1, len(made) + 1))


def test_pause_rests_and_resume_goes_on(qtbot: QtBot, start: Start) -> None:
    thread = start(endless())
    qtbot.waitUntil(lambda: steps_of(thread) > 10)
    thread.pause_or_resume()
    # What was under way when it was told is still heard; then nothing more.
    until_at_rest(qtbot, lambda: steps_of(thread))
    assert steps_of(thread) == 0
    thread.pause_or_resume()
    qtbot.waitUntil(lambda: steps_of(thread) > 0)


@pytest.mark.parametrize("is_paused", [False, True])
def test_a_command_reaches_the_generator_also_while_it_rests(qtbot: QtBot, start: Start, is_paused: bool) -> None:
    thread = start(endless())
    qtbot.waitUntil(lambda: steps_of(thread) > 10)
    if is_paused:
        thread.pause_or_resume()
        qtbot.wait(20)
    thread.stop()
    qtbot.waitUntil(thread.isFinished)
    assert [type(told.event) for told in thread.take() if not isinstance(told.event, Progress)] == [Evaluation]


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
        thread.pause_or_resume()
    thread.abandon()
    assert thread.wait(1_000)
    assert closed == [True]


def test_an_error_becomes_one_sentence_in_the_gui_thread(
    qtbot: QtBot, start: Start, tmp_path_factory: pytest.TempPathFactory
) -> None:
    def fails() -> Training:
        yield Changed(1.0, 128, 0.0, step=0, epoch=0.0)
        raise DigitpadError("lower it")

    def breaks() -> Training:
        yield Changed(1.0, 128, 0.0, step=0, epoch=0.0)
        raise ZeroDivisionError("oh")

    class Listener(GuiPriority):
        def hear(self, sentence: str) -> None:
            heard.append((sentence, QThread.currentThread() is self.thread()))

    heard: list[tuple[str, bool]] = []
    listener = Listener()
    for training in (fails(), breaks()):
        thread = TrainingWorker(training, GuiPriority(), time.perf_counter)
        thread.failed.connect(listener.hear)
        thread.start()
        qtbot.waitUntil(thread.isFinished)
        qtbot.wait(20)
    assert heard[0] == ("lower it", True)
    assert heard[1][0].startswith("Internal error (ZeroDivisionError: oh)")


def test_a_closed_gate_holds_the_worker_until_the_gui_is_idle(qtbot: QtBot) -> None:
    gate = GuiPriority()
    start = time.perf_counter()
    gate.wait()
    assert time.perf_counter() - start < GuiPriority.LONGEST_HOLD / 2
    gate.hold()
    gate.wait()
    assert time.perf_counter() - start >= 0.9 * GuiPriority.LONGEST_HOLD
    qtbot.wait(1)
    start = time.perf_counter()
    gate.wait()
    assert time.perf_counter() - start < GuiPriority.LONGEST_HOLD / 2
