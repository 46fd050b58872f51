"""Turning the crank of a training in a thread of its own. It knows the events' kinds, no network and no widget."""

import threading
import time
from collections import deque
from dataclasses import dataclass

from PySide6.QtCore import QObject, QThread, Signal

from digitpad import logs
from digitpad.app.session.gate import Gate
from digitpad.engine.training.events import Command, Evaluation, Event, Progress, Started
from digitpad.engine.training.generator import Training, TrainingError
from digitpad.errors import DigitpadError


@dataclass(frozen=True, slots=True)
class News:
    """What happened since the last look: each event once, the latest progress, seconds at work without pauses."""

    events: tuple[Event, ...]
    progress: Progress | None
    seconds: float


class TrainingThread(QThread):
    """Runs any generator of events; the GUI thread pulls the `News` at its own pace.

    Every method but `run` belongs to the GUI thread and returns at once.
    """

    failed = Signal(str, object)  # one sentence; the last good Evaluation, or None

    #: Seconds between two offers of Python's global lock to the GUI thread.
    _REST_INTERVAL = 0.0005
    #: Events that may wait to be taken; a worker that is further ahead waits, so that nothing piles up.
    _MOST_WAITING = 64

    def __init__(self, training: Training, gate: Gate, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._training = training
        self._gate = gate
        self._events: deque[Event] = deque()
        self._commands: deque[Command] = deque()
        self._progress: Progress | None = None
        self._newest: Evaluation | None = None
        self._go_on = threading.Event()
        self._go_on.set()
        self._abandoned = threading.Event()
        self._seconds = 0.0

    def take(self) -> News:
        """Return and forget what happened since the last call."""
        events = tuple(self._events.popleft() for _ in range(len(self._events)))
        return News(events, self._progress, self._seconds)

    def send(self, command: Command) -> None:
        """Pass `command` to the generator at its next yield; a paused training goes on for it."""
        self._commands.append(command)
        self._go_on.set()

    def pause(self) -> None:
        """Rest at the next yield until `resume`."""
        self._go_on.clear()

    def resume(self) -> None:
        """Go on after `pause`."""
        self._go_on.set()

    def abandon(self) -> None:
        """End at the next yield without a last event."""
        self._abandoned.set()
        self._go_on.set()

    def run(self) -> None:
        try:
            self._turn()
        except TrainingError as error:
            self.failed.emit(str(error), error.last_good)
        except DigitpadError as error:
            self.failed.emit(str(error), self._newest)
        except Exception as error:
            self.failed.emit(logs.unexpected(error), self._newest)
        finally:
            self._training.close()

    def _turn(self) -> None:
        command: Command | None = None
        rested = time.perf_counter()
        while not self._abandoned.is_set():
            try:
                event = self._training.send(command)
            except StopIteration:
                return
            if isinstance(event, Progress):
                self._progress = event
            elif event is not None:
                self._events.append(event)
            if isinstance(event, Started):
                # Loading is not training.
                self._seconds = 0.0
            if isinstance(event, Evaluation) and event.step > 0:
                self._newest = event
            command = None
            now = time.perf_counter()
            if now - rested >= self._REST_INTERVAL:
                self._seconds += now - rested
                self._rest()
                rested = time.perf_counter()
                command = self._commands.popleft() if self._commands else None

    def _rest(self) -> None:
        """Let the GUI thread have the lock, and wait for as long as it wants this thread to."""
        time.sleep(0)
        self._gate.wait()
        self._go_on.wait()
        while len(self._events) >= self._MOST_WAITING and not self._abandoned.is_set():
            self._abandoned.wait(self._REST_INTERVAL)
