"""Runs the generator of a training in a thread of its own."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal

from digitpad import logs
from digitpad.app.session.gui_priority import GuiPriority
from digitpad.engine.training.events import Command, Event, Progress, Started, Stop
from digitpad.errors import DigitpadError

if TYPE_CHECKING:
    from digitpad.engine.training.generator import Training


@dataclass(frozen=True, slots=True)
class TimedEvent:
    """An event and the seconds at work before it."""

    event: Event
    seconds: float


class TrainingThread(QThread):
    """Runs any generator of events; the GUI thread pulls them at its own pace.

    `seconds` tells, asked in the thread, how long the training has been at work. Every method but `run` belongs to the
    GUI thread and returns at once.
    """

    failed = Signal(str)  # one sentence

    #: Parameters of a network whose calls of NumPy are long enough to give Python's global lock away by themselves. A
    #: smaller one's are so short that the GUI thread, which takes a moment to wake up, would lose each race for it.
    _LARGE = 30_000
    #: Seconds between two offers of the lock to the GUI thread; each takes 0.1 ms, whoever wants it.
    _OFFER_INTERVAL = 0.0005
    #: Seconds between two looks whether events that wait have been taken.
    _LOOK_INTERVAL = 0.001
    #: Events that may wait to be taken, the running cost not counted; a worker that is further ahead waits, so that
    #: nothing piles up.
    _MOST_WAITING = 64
    #: Reports of the running cost that may wait; of more, the oldest are forgotten.
    _MOST_PROGRESS = 10_000

    def __init__(
        self, training: "Training", priority: GuiPriority, seconds: Callable[[], float], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._training = training
        self._priority = priority
        self._seconds = seconds
        self._events: deque[TimedEvent] = deque()
        self._progress: deque[TimedEvent] = deque(maxlen=self._MOST_PROGRESS)
        self._commands: deque[Command] = deque()
        self._go_on = threading.Event()
        self._go_on.set()
        self._abandoned = threading.Event()

    def take(self) -> list[TimedEvent]:
        """Return and forget what happened since the last call, in its order but for the running cost, which is first.

        Each event comes once.
        """
        progress = [self._progress.popleft() for _ in range(len(self._progress))]
        return progress + [self._events.popleft() for _ in range(len(self._events))]

    def send(self, command: Command) -> None:
        """Pass `command` to the generator at its next yield; a paused training goes on for a `Stop` only."""
        self._commands.append(command)
        if isinstance(command, Stop):
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
        except DigitpadError as error:
            self.failed.emit(str(error))
        except Exception as error:
            self.failed.emit(logs.unexpected(error))
        finally:
            self._training.close()

    def _turn(self) -> None:
        command: Command | None = None
        is_tiny, offered = True, time.perf_counter()
        while not self._abandoned.is_set():
            try:
                event = self._training.send(command)
            except StopIteration:
                return
            if event is not None:
                waiting = self._progress if isinstance(event, Progress) else self._events
                waiting.append(TimedEvent(event, self._seconds()))
            if isinstance(event, Started):
                is_tiny = event.parameters < self._LARGE
            if is_tiny and time.perf_counter() - offered >= self._OFFER_INTERVAL:
                time.sleep(0)
                offered = time.perf_counter()
            self._wait()
            command = self._commands.popleft() if self._commands else None

    def _wait(self) -> None:
        """Wait for as long as the GUI thread wants this thread to."""
        self._priority.wait()
        self._go_on.wait()
        while len(self._events) >= self._MOST_WAITING and not self._abandoned.is_set():
            self._abandoned.wait(self._LOOK_INTERVAL)
