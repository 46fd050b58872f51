"""What the window can do, between widgets and engine: slots in, signals out. It knows no widget."""

import dataclasses
import time
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from digitpad.app.session.aside import run_aside
from digitpad.app.session.gate import Gate
from digitpad.app.session.training_state import Pace, TrainingState
from digitpad.app.session.training_thread import TrainingThread
from digitpad.data.drawing import Drawing
from digitpad.data.ink import Ink
from digitpad.engine.files import weights
from digitpad.engine.files.weights import TrainingRecord
from digitpad.engine.reading.prediction import Prediction
from digitpad.engine.reading.recognizer import Recognizer
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.events import Change, Changed, Evaluation, Progress, Started, Stop
from digitpad.engine.training.generator import Training, train, untrained
from digitpad.nn.network import Network


@dataclass(frozen=True, slots=True, eq=False)
class NetworkInUse:
    """The network that reads the canvas, its record, the file it is in, and whether that file has all of it."""

    network: Network
    record: TrainingRecord
    path: Path | None
    is_saved: bool


class Controller(QObject):
    """Owns the network in use and the thread that trains it."""

    predicted = Signal(object)  # tuple[Prediction, ...]
    network_changed = Signal(object)  # NetworkInUse
    training_started = Signal(object, bool)  # Started; whether it goes on from the network in use
    measured = Signal(object)  # Evaluation, each exactly once
    progressed = Signal(object)  # Pace
    changed = Signal(object)  # Changed: what a running training has taken
    state_changed = Signal(object)  # TrainingState
    refreshed = Signal()  # news have been told: a good moment to draw them
    opened = Signal()  # a network out of a file is in use
    failed = Signal(str)

    #: Milliseconds between two looks at the thread: 25 frames a second.
    _FRAME_MS = 40
    #: Milliseconds that closing may wait for the thread, whose pieces of work take far less.
    _CLOSE_MS = 1_900
    #: A pen that has reported a point within this time is moving.
    _PEN_SECONDS = 0.05
    _LONGEST_REST_SECONDS = 0.5

    def __init__(self, in_use: NetworkInUse, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.in_use = in_use
        self.state = TrainingState.IDLE
        #: What the network in use makes of the drawing.
        self.predictions: tuple[Prediction, ...] = ()
        self.gate = Gate(self)
        self._drawing: Drawing = Ink()
        self._recognizer = Recognizer(in_use.network)
        self._thread: TrainingThread | None = None
        self._config = TrainingConfig()
        self._started: Started | None = None
        self._told_progress: Progress | None = None
        self._continues = False
        self._before = in_use
        self._path: Path | None = None
        self._read_at = self._refreshed_at = 0.0
        self._frame = QTimer(self, interval=self._FRAME_MS)
        self._frame.timeout.connect(self._look)

    @property
    def is_idle(self) -> bool:
        """Whether no training is under way."""
        return self.state is TrainingState.IDLE

    def read(self, drawing: Drawing) -> None:
        """Let the network in use read `drawing` now, and again whenever the network changes."""
        self.gate.hold()
        self._drawing = drawing
        self._read_at = time.monotonic()
        self._predict()

    def open(self, path: Path) -> None:
        """Use the network in the file at `path`. Raises `DigitpadError`, and then nothing has changed."""
        network, record = run_aside(lambda: weights.load(path))
        is_bundled = path in (weights.BUNDLED, weights.BUNDLED_MLP)
        self._use(NetworkInUse(network, record, None if is_bundled else path, is_saved=True))
        self.opened.emit()

    def save(self, path: Path) -> None:
        """Save the newest network to `path`. Raises `DigitpadError`."""
        saved = self.in_use
        run_aside(lambda: weights.save(path, saved.network, saved.record))
        self._path = path
        # A training may have brought a newer one while the disk was busy.
        self._use(dataclasses.replace(self.in_use, path=path, is_saved=self.in_use.network is saved.network))

    def start(self, config: TrainingConfig) -> None:
        """Train a new network by `config`."""
        self._run(train(config), config, continues=False)

    def go_on(self, config: TrainingConfig) -> None:
        """Train the network in use further, whatever the layers of `config`."""
        config = dataclasses.replace(config, hidden=self.in_use.network.spec)
        self._run(train(config, self.in_use.network), config, continues=True)

    def has_learned_validation_digits(self, config: TrainingConfig) -> bool:
        """Tell whether the network in use was trained on digits that `config` holds out."""
        before = self.in_use.record.config
        return before is not None and before.data == config.data and before.validation < config.validation

    def new_network(self, config: TrainingConfig) -> None:
        """Use a new, untrained network by `config`."""
        self._run(untrained(config), config, continues=False)

    def pause_or_resume(self) -> None:
        """Pause the running training, or resume the paused one."""
        if self._thread is not None and self.state is TrainingState.RUNNING:
            self._thread.pause()
            self._set_state(TrainingState.PAUSED)
        elif self._thread is not None and self.state is TrainingState.PAUSED:
            self._thread.resume()
            self._set_state(TrainingState.RUNNING)

    def stop(self) -> None:
        """End the training and keep its last network."""
        if self._thread is not None and self.state in (TrainingState.RUNNING, TrainingState.PAUSED):
            self._thread.send(Stop())
            self._set_state(TrainingState.STOPPING)

    def change(self, change: Change) -> None:
        """Let the running training go on with other settings; the answer is `changed`."""
        if self._thread is not None:
            self._thread.send(change)

    def close(self) -> bool:
        """Abandon a training; tell whether its thread has ended in time. The last call."""
        if self._thread is None:
            return True
        self._thread.abandon()
        return self._thread.wait(self._CLOSE_MS)

    def _run(self, training: Training, config: TrainingConfig, *, continues: bool) -> None:
        if self._thread is not None:
            return
        self._config = config
        self._continues = continues
        self._started = None
        self._before = self.in_use
        self._path = self.in_use.path if continues else None
        self._thread = TrainingThread(training, self.gate, self)
        self._thread.failed.connect(self._on_failed)
        self._thread.finished.connect(self._on_finished)
        self._thread.start()
        self._set_state(TrainingState.RUNNING)
        self._frame.start()

    def _look(self) -> None:
        """Tell the thread's news, once a frame."""
        if self._thread is None:
            return
        self.gate.hold()
        news = self._thread.take()
        for event in news.events:
            if isinstance(event, Started):
                self._started = event
                self.training_started.emit(event, self._continues)
            elif isinstance(event, Changed):
                self.changed.emit(event)
        if news.progress is not None and self._started is not None and news.progress is not self._told_progress:
            self._told_progress = news.progress
            self.progressed.emit(self._pace(news.progress, self._started, news.seconds))
        measured = [event for event in news.events if isinstance(event, Evaluation)]
        for event in measured:
            self.measured.emit(event)
        if measured:
            self._use_trained(measured[-1])
        if self._may_refresh():
            self.refreshed.emit()

    def _may_refresh(self) -> bool:
        """Let the curves rest for a moment while the pen moves: the verdict on a stroke must not wait for them."""
        now = time.monotonic()
        is_due = now - self._read_at > self._PEN_SECONDS or now - self._refreshed_at > self._LONGEST_REST_SECONDS
        if is_due:
            self._refreshed_at = now
        return is_due

    def _pace(self, progress: Progress, started: Started, seconds: float) -> Pace:
        epochs_per_second = progress.epoch / seconds if seconds > 0 else 0.0
        seconds_left = (started.epochs - progress.epoch) / epochs_per_second if epochs_per_second > 0 else 0.0
        return Pace(progress, started.epochs, epochs_per_second * started.training, seconds_left)

    def _use_trained(self, event: Evaluation) -> None:
        """Take over the network of `event`. Without a step there is nothing yet that could be lost."""
        if self._continues and event.step == 0:
            return
        record = TrainingRecord.of(self._config, event, self._before.record if self._continues else None)
        self._use(NetworkInUse(event.network, record, self._path, is_saved=event.step == 0))

    def _use(self, in_use: NetworkInUse) -> None:
        self.in_use = in_use
        self._recognizer = Recognizer(in_use.network)
        self.network_changed.emit(in_use)
        self._predict()

    def _predict(self) -> None:
        self.predictions = self._recognizer.read(self._drawing)
        self.predicted.emit(self.predictions)

    def _on_failed(self, sentence: str, last_good: Evaluation | None) -> None:
        self._look()
        if last_good is None:
            # Nothing was learned: what was there before is the last good network.
            self._use(self._before)
        else:
            self._use_trained(last_good)
        self.failed.emit(sentence)

    def _on_finished(self) -> None:
        self._look()
        self._frame.stop()
        assert self._thread is not None
        self._thread.deleteLater()
        self._thread = None
        self._set_state(TrainingState.IDLE)

    def _set_state(self, state: TrainingState) -> None:
        self.state = state
        self.state_changed.emit(state)
