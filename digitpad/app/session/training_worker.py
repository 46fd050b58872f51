"""A training in a thread of its own: begun, paused, changed and stopped from the window."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal

from digitpad import logs
from digitpad.app.session.gui_priority import GuiPriority
from digitpad.app.session.training_state import TrainingState
from digitpad.engine.training.events import Change, Command, Event, Progress, Started, Stop
from digitpad.errors import DigitpadError

if TYPE_CHECKING:
    from digitpad.engine.training.generator import Training


@dataclass(frozen=True, slots=True)
class TimedEvent:
    """An event, and the training time in seconds until then."""

    event: Event
    seconds: float


class TrainingWorker(QThread):
    """Runs any generator of events; the GUI thread takes them at its own pace.

    `seconds` returns the training time in seconds. It is called in the worker's thread. All public methods but `run`
    are called in the GUI thread, and return at once.
    """

    failed = Signal(str)  # one sentence

    #: From so many parameters on, a network's NumPy calls release the GIL for long enough. Those of a smaller network
    #: are so short that the GUI thread, which takes a moment to wake up, would lose each race for the GIL.
    _LARGE = 30_000
    #: Seconds between two offers of the GIL to the GUI thread. Each takes 0.1 ms, whether the GUI wants it or not.
    _OFFER_INTERVAL = 0.0005
    #: Seconds between two checks whether the waiting events have been taken.
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
        self.state = TrainingState.RUNNING
        self._training = training
        self._priority = priority
        self._seconds = seconds
        self._events: deque[TimedEvent] = deque()
        self._progress: deque[TimedEvent] = deque(maxlen=self._MOST_PROGRESS)
        self._commands: deque[Command] = deque()
        self._go_on = threading.Event()
        self._go_on.set()
        self._abandoned = threading.Event()
        #: When it was paused, and the seconds of all pauses before.
        self._paused_at = self._paused = 0.0

    @property
    def clock(self) -> float:
        """Seconds of a clock that rests while the training is paused."""
        return (self._paused_at if self.state is TrainingState.PAUSED else time.monotonic()) - self._paused

    def take(self) -> list[TimedEvent]:
        """Return the events since the last call, and forget them: each event is returned once.

        The reports of the running cost come first, then all others, both in their order.
        """
        progress = [self._progress.popleft() for _ in range(len(self._progress))]
        return progress + [self._events.popleft() for _ in range(len(self._events))]

    def change(self, change: Change) -> None:
        """Let the training go on with other settings; a paused one takes them once it is resumed."""
        self._commands.append(change)

    def pause_or_resume(self) -> None:
        """Pause at the next yield, or go on after a pause."""
        if self.state is TrainingState.RUNNING:
            self._go_on.clear()
            self._paused_at = time.monotonic()
            self.state = TrainingState.PAUSED
        elif self.state is TrainingState.PAUSED:
            self._paused += time.monotonic() - self._paused_at
            self.state = TrainingState.RUNNING
            self._go_on.set()

    def stop(self) -> None:
        """End the training, also a paused one, with its last network."""
        if self.state in (TrainingState.RUNNING, TrainingState.PAUSED):
            if self.state is TrainingState.PAUSED:
                self._paused += time.monotonic() - self._paused_at
            self._commands.append(Stop())
            self._go_on.set()
            self.state = TrainingState.STOPPING

    def abandon(self) -> None:
        """End at the next yield without a last event, even if something is not written yet."""
        self.state = TrainingState.ABANDONED
        self._abandoned.set()
        self._go_on.set()

    def run(self) -> None:
        try:
            self._run()
        except DigitpadError as error:
            self.failed.emit(str(error))
        except Exception as error:
            self.failed.emit(logs.unexpected(error))
        finally:
            self._training.close()

    def _run(self) -> None:
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
        """Wait while the GUI thread is busy, while the training is paused, and while too many events are waiting."""
        self._priority.wait()
        self._go_on.wait()
        while len(self._events) >= self._MOST_WAITING and not self._abandoned.is_set():
            self._abandoned.wait(self._LOOK_INTERVAL)
