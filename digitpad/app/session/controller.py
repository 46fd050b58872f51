"""What the window can do, between widgets and engine: slots in, signals out."""

import dataclasses
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from digitpad.app.session import network_loading
from digitpad.app.session.background import run_in_background
from digitpad.app.session.drawing_predictor import DrawingPredictor
from digitpad.app.session.gui_priority import GuiPriority
from digitpad.app.session.latest_task import LatestTask
from digitpad.app.session.network_handle import NetworkHandle
from digitpad.app.session.pace import PaceMeter
from digitpad.app.session.selection import Selection
from digitpad.app.session.training_state import TrainingState
from digitpad.data.drawing import Drawing
from digitpad.engine.files import weights
from digitpad.engine.runs.snapshot import Snapshot
from digitpad.engine.runs.store import RunStore
from digitpad.engine.runs.summary import RunSummary
from digitpad.engine.training import workers
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.events import Change, Changed, Evaluation, Progress, Started, TrainingEnd

if TYPE_CHECKING:
    from digitpad.app.session.training_worker import TrainingWorker
    from digitpad.engine.runs.recording import Plan, RecordedTraining


class Controller(QObject):
    """Owns the selection, and the training that is under way.

    The selected network predicts the drawing, is saved, and is trained further.
    """

    training_started = Signal(object)  # RecordedTraining: its run is there, and its first step follows
    measured = Signal(object, float)  # Evaluation, each exactly once; training time in seconds
    ran = Signal(object, float)  # Progress, each once; training time in seconds
    progressed = Signal(object)  # Pace
    changed = Signal(object, float)  # Changed: the settings that a running training now has; training time in seconds
    state_changed = Signal(object)  # TrainingState
    refreshed = Signal()  # all new events have been emitted: a good time to redraw views
    opened = Signal()  # a network from a file is in use
    replaced = Signal()  # a network that was made or fine-tuned in the window is in use
    failed = Signal(str)  # a training has failed: one sentence
    unavailable = Signal(str)  # a network or drawing could not be read, or a run could not be written: one sentence

    #: Milliseconds between two frames, which take the worker's events. Over 20 a second; the training waits for each.
    _FRAME_MS = 48
    #: Milliseconds that `close` waits for the last evaluation, and then for the current piece of work.
    _STOP_MS, _CLOSE_MS = 1_500, 500

    def __init__(self, newest: NetworkHandle, store: RunStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.selection = Selection(newest)
        self.store = store
        #: Threads of a training; 0 takes as many as help and leaves one core to the window.
        self.threads = 0
        #: What is trained, by which thread and how fast; None while nothing is.
        self.training: RecordedTraining | None = None
        self._worker: TrainingWorker | None = None
        self._pace_meter: PaceMeter | None = None
        self._refreshed_at = 0.0
        self.priority = GuiPriority(self)
        self.reader = DrawingPredictor(newest.network, self.priority, self)
        self.reader.predicted.connect(self.selection.show_predictions)
        # First of all followers: what they show of the drawing is then predicted by that network already.
        self.selection.network_changed.connect(lambda shown: self.reader.use(shown.network))
        self._frame = QTimer(self, interval=self._FRAME_MS, timerType=Qt.TimerType.PreciseTimer)
        self._frame.timeout.connect(self._take_events)
        self._fetcher, self._maker = LatestTask(self), LatestTask(self)
        self._fetcher.fetched.connect(self.selection.answer)
        self._fetcher.failed.connect(self._on_not_fetched)
        self._maker.fetched.connect(self.use_network)
        self._maker.failed.connect(self.unavailable)
        self.reader.failed.connect(self.unavailable)

    @property
    def state(self) -> TrainingState:
        """What the training is doing."""
        return TrainingState.IDLE if self._worker is None else self._worker.state

    @property
    def is_idle(self) -> bool:
        """Whether no training is under way."""
        return self.training is None

    @property
    def is_growing(self) -> bool:
        """Whether the selected network is the one in training, which changes all the time."""
        return not self.is_idle and self.selection.follows_newest

    def read(self, drawing: Drawing, is_done: bool = True) -> None:
        """Predict `drawing` with the selected network now, and again whenever another network is selected.

        `is_done` is False while a stroke is under way: then slow parts of the prediction are left out.
        """
        self.priority.hold()
        self.priority.note_pen()
        self.reader.read(drawing, is_done)

    def open(self, path: Path) -> None:
        """Use the network in the file at `path`. Raises `DigitpadError`, and then nothing has changed."""
        network, record = run_in_background(lambda: weights.load(path))
        self.selection.note_newest(NetworkHandle.from_file(path, network, record))
        self.select_newest()
        self.opened.emit()

    def save(self, path: Path) -> None:
        """Save the selected network to `path`. Raises `DigitpadError`."""
        saved = self.selection.network
        run_in_background(lambda: weights.save(path, saved.network, saved.record))
        self.selection.note_saved(saved, path)

    def select_snapshot(self, folder: Path, name: str, snapshot: Snapshot) -> None:
        """Select the network of a run at the snapshot `snapshot`, as soon as it is read from the disk."""
        self.selection.ask(folder, snapshot)
        self._fetcher.fetch(network_loading.at(folder, name, snapshot))

    def select_run(self, run: RunSummary) -> None:
        """Select the network that `run` ended with, or its newest network, as soon as it is read from the disk."""
        self.selection.ask(run.folder, None)
        self._fetcher.fetch(network_loading.at_end(run, self.store))

    def select_newest(self) -> None:
        """Select the newest network, and follow it."""
        self._fetcher.forget()
        self.selection.select_newest()

    def start(self, config: TrainingConfig) -> None:
        """Train a new network by `config`."""
        from digitpad.engine.runs.recording import Plan

        self.train(lambda threads: Plan(config, threads=threads))

    def continue_network(self, config: TrainingConfig, shown: NetworkHandle) -> None:
        """Train the network `shown` further by `config`, whose layers are ignored."""
        from digitpad.engine.runs.plans import Origin, continue_network

        origin = Origin(
            shown.network, shown.record, shown.title, shown.run, shown.snapshot.step if shown.snapshot else None
        )
        self.train(lambda threads: continue_network(origin, config, threads))

    def make_network(self, config: TrainingConfig) -> None:
        """Use a new, untrained network by `config`, as soon as its digits are read."""
        self._maker.fetch(network_loading.untrained(config))

    def extend_run(self, folder: Path) -> None:
        """Resume the run in `folder` exactly where it stopped."""
        from digitpad.engine.runs.plans import extend_run

        self.train(lambda threads: extend_run(folder, threads))

    def pause_or_resume(self) -> None:
        """Pause the running training, or resume the paused one."""
        if self._worker is not None:
            self._worker.pause_or_resume()
            self.state_changed.emit(self.state)

    def stop(self) -> None:
        """End the training and keep its last network."""
        if self._worker is not None:
            self._worker.stop()
            self.state_changed.emit(self.state)

    def change(self, change: Change) -> None:
        """Let the running training go on with other settings; the answer is `changed`."""
        if self._worker is not None:
            self._worker.change(change)

    def mark_unsaved(self, folder: Path | None) -> None:
        """Mark the newest network as not saved, if it is from the run in `folder`, which is no longer on the disk."""
        newest = self.selection.newest
        if newest.run == folder and newest.is_kept:
            self.selection.note_newest(dataclasses.replace(newest, is_kept=False))

    def close(self) -> bool:
        """Stop a running training so that it can be resumed; return whether it has ended. May be called again."""
        self._frame.stop()
        self._fetcher.close()
        self._maker.close()
        self.reader.close()
        if (worker := self._worker) is None:
            return True
        if worker.state is TrainingState.ABANDONED:
            return worker.wait(0)
        worker.stop()
        if worker.wait(self._STOP_MS):
            return True
        worker.abandon()
        return worker.wait(self._CLOSE_MS)

    def train(self, prepare: "Callable[[int], Plan]") -> None:
        """Train by the plan that `prepare` returns for a number of threads, unless a training is under way."""
        # Imported only when it is needed, so that the window appears sooner.
        from digitpad.app.session.training_worker import TrainingWorker
        from digitpad.engine.runs.recording import RecordedTraining

        if self.training is not None:
            return
        threads = self.threads or workers.helpful(spare=1)
        self.training = training = RecordedTraining(lambda: prepare(threads), self.store, self.unavailable.emit)
        self._worker = TrainingWorker(training.events(), self.priority, lambda: training.seconds, self)
        self._worker.failed.connect(self._on_failed)
        self._worker.finished.connect(self._on_ended)
        # Who starts a training wants to see it.
        self.select_newest()
        self._worker.start()
        self.state_changed.emit(self.state)
        self._frame.start()

    def _take_events(self) -> None:
        """Emit the worker's new events, once a frame."""
        training, worker = self.training, self._worker
        if training is None or worker is None:
            return
        self.priority.hold()
        news = worker.take()
        for told in news:
            if isinstance(told.event, Started):
                self._pace_meter = PaceMeter(told.event)
                self.training_started.emit(training)
        reports = [(told.event, told.seconds) for told in news if isinstance(told.event, Progress)]
        for report, seconds in reports:
            self.ran.emit(report, seconds)
        if reports and self._pace_meter is not None:
            pace = self._pace_meter.pace(reports[-1][0], worker.clock)
            if pace is not None:
                self.progressed.emit(pace)
        latest: Evaluation | None = None
        for told in news:
            event = told.event
            if isinstance(event, Changed):
                self.changed.emit(event, told.seconds)
            elif isinstance(event, Evaluation):
                latest = event
                self.measured.emit(event, told.seconds)
        if latest is not None:
            self._use_trained(training, latest)
        if self.priority.may_run(self._refreshed_at):
            self._refreshed_at = time.monotonic()
            self.refreshed.emit()

    def _use_trained(self, training: "RecordedTraining", event: Evaluation) -> None:
        # Keep the file that the network was saved to, and the name that its run was given meanwhile.
        newest = self.selection.newest
        is_its = newest.run == training.folder
        path, name = (newest.path, newest.name) if is_its else (None, training.name)
        # With early stopping, the final network is the best one, not the one after that step.
        step = None if isinstance(event, TrainingEnd) and training.plan.config.patience else event.step
        record, is_kept = training.record_of(event), not training.is_lost
        trained = NetworkHandle(event.network, record, name, path, training.folder, step=step, is_kept=is_kept)
        self.selection.note_newest(trained)

    def use_network(self, made: NetworkHandle, *, was_opened: bool = False) -> None:
        """Use `made`, a network that was made or fine-tuned, or opened elsewhere, unless a training is under way."""
        if self.training is None:
            self.selection.note_newest(made)
            self.select_newest()
            (self.opened if was_opened else self.replaced).emit()

    def _on_not_fetched(self, sentence: str) -> None:
        self.selection.withdraw()
        self.unavailable.emit(sentence)

    def _on_failed(self, sentence: str) -> None:
        self._take_events()
        if (training := self.training) is not None and training.last_good is not None:
            self._use_trained(training, training.last_good)
            self.selection.note_newest(dataclasses.replace(self.selection.newest, is_kept=training.is_kept))
        self.failed.emit(sentence)

    def _on_ended(self) -> None:
        self._take_events()
        self._frame.stop()
        assert self.training is not None
        assert self._worker is not None
        if self.training.is_lost:
            # Only after the last network is in use does it become known that it could not be written.
            self.mark_unsaved(self.training.folder)
        self._worker.deleteLater()
        self.training = self._worker = self._pace_meter = None
        self.state_changed.emit(self.state)
