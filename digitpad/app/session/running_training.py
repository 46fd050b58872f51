"""One training of the window, from its start to its end: its thread, its run, its pace."""

import math
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from digitpad.app.session.gui_priority import GuiPriority
from digitpad.app.session.training_state import Pace, TrainingState
from digitpad.app.session.training_thread import TimedEvent, TrainingThread
from digitpad.engine.files.weights import TrainingRecord
from digitpad.engine.runs.history import History
from digitpad.engine.runs.recording import Plan, RecordedTraining
from digitpad.engine.runs.store import RunStore
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.events import Change, Evaluation, Progress, Started, Stop


class RunningTraining(QObject):
    """Runs what `prepare` plans, and keeps it in `store`. Nothing happens before `start`."""

    failed = Signal(str)
    lost = Signal(str)  # its run cannot be written any more; it goes on
    ended = Signal()  # the thread has ended, whatever the reason; the last signal

    #: Seconds before an estimate of what is left is worth saying.
    _FIRST_ESTIMATE = 0.3
    #: Epochs to go by, so that what the first ones took besides, loading and measuring more, is forgotten.
    _RECENT = 2.0
    #: Seconds between two tellings: numbers that change more often cannot be read, and cost the training time.
    _BETWEEN_TELLINGS = 0.2

    def __init__(self, prepare: Callable[[], Plan], store: RunStore, priority: GuiPriority, parent: QObject) -> None:
        super().__init__(parent)
        self.state = TrainingState.RUNNING
        self.started: Started | None = None
        self._recorded = RecordedTraining(prepare, store, self.lost.emit)
        self._thread = TrainingThread(self._recorded.events(), priority, lambda: self._recorded.seconds, self)
        self._thread.failed.connect(self.failed)
        self._thread.finished.connect(self.ended)
        #: Epochs and times at each of the last looks, pauses left out.
        self._looks: list[tuple[float, float]] = []
        self._told_at = -math.inf
        self._paused_at = self._paused = 0.0

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    @property
    def folder(self) -> Path | None:
        """The folder of its run, once that is made."""
        return self._recorded.folder

    @property
    def name(self) -> str:
        """Its run's name."""
        return self._recorded.name

    @property
    def config(self) -> TrainingConfig:
        """Its settings."""
        return self._recorded.plan.config

    @property
    def settings_at_first(self) -> TrainingConfig:
        """Its settings when it begins: of a run that is resumed those that it was left with."""
        plan = self._recorded.plan
        if plan.checkpoint is None:
            return plan.config
        return plan.config.with_live(plan.checkpoint.numbers)

    @property
    def earlier(self) -> History:
        """What its run had measured before it was resumed."""
        return self._recorded.earlier

    @property
    def last_good(self) -> Evaluation | None:
        """The measurement of the network to fall back on, None if nothing was measured."""
        return self._recorded.last_good

    @property
    def is_kept(self) -> bool:
        """Whether its run holds all that was learned, once it has ended."""
        return self._recorded.is_kept

    @property
    def is_lost(self) -> bool:
        """Whether its run cannot hold what is learned from now on."""
        return self._recorded.is_lost

    def record_of(self, event: Evaluation) -> TrainingRecord:
        """Return how the network of `event` came to be."""
        return self._recorded.record_of(event)

    def take(self) -> list[TimedEvent]:
        """Return and forget what happened since the last call."""
        told = self._thread.take()
        self.started = next((t.event for t in told if isinstance(t.event, Started)), self.started)
        return told

    def pace(self, latest: Progress, now: float) -> Pace | None:
        """Return how far it is and how long it will take, by its `latest` progress, told `now` (`time.monotonic`).

        None if that is not known yet, or was told a moment ago.
        """
        if self.started is None:
            return None
        # Not the seconds at work: what the window takes in between is waited for too.
        seconds = now - self._paused
        self._looks.append((latest.epoch, seconds))
        while len(self._looks) > 2 and self._is_old(*self._looks[1]):
            del self._looks[0]
        if now - self._told_at < self._BETWEEN_TELLINGS:
            return None
        self._told_at = now
        first_epoch, first_seconds = self._looks[0]
        epochs, taken = latest.epoch - first_epoch, seconds - first_seconds
        if taken < self._FIRST_ESTIMATE or epochs <= 0:
            return Pace(latest, self.started.epochs, 0.0, None)
        speed = epochs / taken
        return Pace(
            latest, self.started.epochs, speed * self.started.training, (self.started.epochs - latest.epoch) / speed
        )

    def _is_old(self, epoch: float, seconds: float) -> bool:
        """Tell whether a look lies so far back that what came before it need not be known."""
        latest_epoch, latest_seconds = self._looks[-1]
        return latest_epoch - epoch > self._RECENT and latest_seconds - seconds > self._FIRST_ESTIMATE

    def pause_or_resume(self) -> None:
        """Pause if it runs, go on if it is paused."""
        if self.state is TrainingState.RUNNING:
            self._thread.pause()
            self._paused_at = time.monotonic()
            self.state = TrainingState.PAUSED
        elif self.state is TrainingState.PAUSED:
            self._thread.resume()
            self._paused += time.monotonic() - self._paused_at
            self.state = TrainingState.RUNNING

    def stop(self) -> None:
        """End it and keep the last network."""
        if self.state in (TrainingState.RUNNING, TrainingState.PAUSED):
            self._thread.send(Stop())
            self.state = TrainingState.STOPPING

    def change(self, change: Change) -> None:
        """Let it go on with other settings."""
        self._thread.send(change)

    def wait(self, milliseconds: int) -> bool:
        """Wait for its end; tell whether it came in time."""
        return self._thread.wait(milliseconds)

    def abandon(self) -> None:
        """Let it end at the next piece of work, whatever is not written."""
        self._thread.abandon()
        self.state = TrainingState.ABANDONED
