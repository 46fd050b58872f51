"""The one way to run a training: on disk from its first second, whoever turns its crank. It knows no thread."""

import contextlib
import dataclasses
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from digitpad.data import ink_digits, ink_files
from digitpad.engine.files.weights import TrainingRecord
from digitpad.engine.runs.about import About, Parent, now
from digitpad.engine.runs.history import History
from digitpad.engine.runs.store import RunStore
from digitpad.engine.runs.writing import RunWriter
from digitpad.engine.training.checkpoint import Checkpoint
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.events import Changed, Command, Evaluation, Event, Started, TrainingEnd
from digitpad.engine.training.generator import Training, TrainingError, train
from digitpad.engine.training.position import Position
from digitpad.errors import DigitpadError
from digitpad.files import read_bounded
from digitpad.nn.network import Network


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What is to be trained, and where it is kept.

    `network`, of which `before` is the record, is trained further where given. With `resumed` the run in `folder` goes
    on, from `checkpoint` or, without one, from its beginning; else `folder` is made, a new one of the store's if None.
    """

    config: TrainingConfig
    network: Network | None = None
    before: TrainingRecord | None = None
    parent: Parent | None = None
    folder: Path | None = None
    name: str = ""
    resumed: bool = False
    checkpoint: Checkpoint | None = None
    threads: int = 1


class RecordedTraining:
    """A training and its run: `events` yields what `train` yields, and each event is written down before it is told.

    `folder` is that of the run, None until the digits are loaded; `seconds` are those at work, without rests between
    two turns of the crank. `last_good` is the network to fall back on, whatever ends the training. The plan is made by
    `prepare` when the first event is asked for, since that may have to read from the disk.
    """

    def __init__(self, prepare: Callable[[], Plan], store: RunStore) -> None:
        self.plan = Plan(TrainingConfig())
        self.folder: Path | None = None
        self.seconds = 0.0
        self.last_good: Evaluation | None = None
        #: What the run had measured before it was gone on with.
        self.earlier = History()
        #: Whether the run holds all that was learned.
        self.is_kept = False
        #: The settings, with what was changed on the way.
        self._learned_by = self.plan.config
        self._prepare = prepare
        self._store = store
        self._writer: RunWriter | None = None

    @property
    def name(self) -> str:
        """The run's name, once it has one."""
        return self._writer.about.name if self._writer is not None else ""

    def record_of(self, event: Evaluation) -> TrainingRecord:
        """Return how the network of `event` came to be."""
        return TrainingRecord.of(self._learned_by, event, self.plan.before)

    def events(self) -> Training:
        """Yield all events, and pass commands on. Raises what `train` does, and `FileError` or `RunError`."""
        self.plan = plan = self._prepare()
        self._learned_by = plan.config
        if plan.checkpoint is not None:
            self._change(plan.checkpoint.position)
        ink = own = None
        if plan.config.ink is not None and not plan.resumed:
            # Read once: what is learned is what the run keeps, whatever becomes of the file meanwhile.
            path = Path(plan.config.ink)
            ink = read_bounded(path, ink_files.MAX_BYTES)
            own = ink_digits.dataset_of(ink_files.decoded(ink, path), f"{path}: ")
        training = train(plan.config, plan.network, checkpoint=plan.checkpoint, own=own, threads=plan.threads)
        try:
            # The digits are loaded and everything is checked before the first file is written.
            event = next(training)
            self._writer = self._opened(ink)
            command = yield event
            while not isinstance(event, TrainingEnd):
                event = self._turn(training, command)
                if event is not None:
                    self._take(event)
                command = yield event
            self._writer.end("stopped" if event.stopped else "ended", self.seconds)
            self.is_kept = True
        except TrainingError as error:
            self.last_good = error.last_good
            if self._writer is not None:
                # What went wrong first is what is told, also if the disk has no room to write it down.
                with contextlib.suppress(DigitpadError):
                    record = self.record_of(error.last_good) if error.last_good is not None else None
                    self._writer.fail(error, record, self.seconds)
                    self.is_kept = True
            raise
        finally:
            training.close()
            if self._writer is not None:
                self._writer.close()

    def _opened(self, ink: bytes | bytearray | None) -> RunWriter:
        """Open the run's folder for writing; a new one keeps the content of the `ink` that it learns besides."""
        plan = self.plan
        if plan.resumed:
            assert plan.folder is not None
            position = plan.checkpoint.position if plan.checkpoint else None
            writer = RunWriter.go_on(plan.folder, plan.config, position.step if position else 0)
            self.seconds = writer.about.seconds
        else:
            # Nobody else takes the name between its being found free and its being written.
            with self._store.naming():
                name = self._store.free_name(plan.name or self._store.name_for(plan.config, plan.folder))
                folder = plan.folder or self._store.new_folder()
                about = About(name=name, started=now(), parent=plan.parent)
                writer = RunWriter.begin(folder, plan.config, about, plan.network, plan.before, ink)
        self.folder, self.earlier = writer.folder, writer.earlier
        # A list that cannot be written must not keep anybody from training.
        with contextlib.suppress(DigitpadError):
            self._store.remember(writer.folder)
        return writer

    def _take(self, event: Event) -> None:
        assert self._writer is not None
        if isinstance(event, Changed):
            self._change(event)
        if isinstance(event, Evaluation):
            self.last_good = event
            self._writer.measure(event, self.record_of(event), self.seconds)
        elif not isinstance(event, Started):
            self._writer.append(event, self.seconds)

    def _change(self, now: Changed | Position) -> None:
        self._learned_by = dataclasses.replace(
            self._learned_by, learning_rate=now.learning_rate, batch_size=now.batch_size, l2=now.l2
        )

    def _turn(self, training: Training, command: Command | None) -> Event | None:
        """Turn the crank once, and take the time that it takes."""
        begun = time.perf_counter()
        try:
            return training.send(command)
        finally:
            self.seconds += time.perf_counter() - begun
