"""The one way to run a training: on disk from its first second, from the window or the command line."""

import contextlib
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from digitpad.data import ink_digits, ink_files
from digitpad.data.dataset import Digits
from digitpad.engine.files.weights import TrainingRecord
from digitpad.engine.runs import layout
from digitpad.engine.runs.history import History
from digitpad.engine.runs.metadata import Parent, RunError, RunMetadata, now
from digitpad.engine.runs.opening import open_new, open_resumed
from digitpad.engine.runs.run_writer import RunWriter
from digitpad.engine.runs.store import RunStore
from digitpad.engine.training.checkpoint import Checkpoint
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.events import Changed, Command, Evaluation, Event, Started, TrainingEnd
from digitpad.engine.training.generator import Training, TrainingError, train
from digitpad.errors import DigitpadError
from digitpad.files import FileError, read_bounded
from digitpad.nn.network import Network


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What is to be trained, and where it is kept.

    `network`, of which `before` is the record, is trained further where given. With `resumed` the run in `folder` goes
    on, from `checkpoint` or, without one, from its beginning; else `folder` is made, a new one of the store's if None.
    `digits` stand in for loading those of `config`.
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
    digits: Digits | None = None


class RecordedTraining:
    """A training and its run: `events` yields what `train` yields, and each event is written down before it is told.

    `folder` is that of the run, None until the digits are loaded. `seconds` is the training time, without pauses
    between two events. `last_good` is the network to fall back on, whatever ends the training. `prepare` makes the plan
    when the first event is requested, since it may have to read from the disk.

    If the disk can no longer be written, `lost` is called once with the reason, and the training goes on in memory
    only. If a new run cannot be created in the store, it is created among the system's temporary files, or, if that
    fails too, kept in memory only. Without `lost`, the training ends with a `FileError` instead.
    """

    def __init__(self, prepare: Callable[[], Plan], store: RunStore, lost: Callable[[str], None] | None = None) -> None:
        self.plan = Plan(TrainingConfig())
        self.folder: Path | None = None
        self.seconds = 0.0
        self.last_good: Evaluation | None = None
        #: What the run had measured before it was resumed.
        self.earlier = History()
        #: Whether the run holds all that was learned, and whether it can no more.
        self.is_kept = self.is_lost = False
        self.name = ""
        #: The settings that it begins with: of a run that is resumed those that it was left with.
        self.settings_at_start = self.plan.config
        #: The settings, with what was changed on the way.
        self._learned_by = self.plan.config
        self._prepare = prepare
        self._store = store
        self._lost = lost
        self._writer: RunWriter | None = None

    def record_of(self, event: Evaluation) -> TrainingRecord:
        """Return how the network of `event` came to be."""
        return TrainingRecord.of(self._learned_by, event, self.plan.before)

    def events(self) -> Training:
        """Yield all events, and pass commands on.

        Raises what `train` does, and `FileError` or `RunError` where its run cannot begin.
        """
        self.plan = plan = self._prepare()
        self.settings_at_start = self._learned_by = plan.config
        if plan.checkpoint is not None:
            self.settings_at_start = self._learned_by = plan.config.with_live(plan.checkpoint.numbers)
        ink = own = None
        if plan.config.ink is not None and not plan.resumed:
            # Read once: what is learned is what the run keeps, whatever becomes of the file meanwhile.
            path = Path(plan.config.ink)
            ink = read_bounded(path, ink_files.MAX_BYTES)
            own = ink_digits.dataset_of(ink_files.decoded(ink, path), f"{path}: ")
        training = train(
            plan.config, plan.network, plan.digits, checkpoint=plan.checkpoint, own=own, threads=plan.threads
        )
        try:
            # The digits are loaded and everything is checked before the first file is written.
            event = next(training)
            self._writer = self._opened(ink)
            command = yield event
            while not isinstance(event, TrainingEnd):
                event = self._turn(training, command)
                if event is not None:
                    self._record(event)
                command = yield event
            ended_as = "stopped" if event.stopped else "ended"
            self._write(lambda writer: writer.end(ended_as, self.seconds), "has ended")
            self.is_kept = not self.is_lost
        except TrainingError as error:
            self.last_good = error.last_good
            if self._writer is not None:
                # What went wrong first is what is told, also if the disk has no room to write it down.
                with contextlib.suppress(DigitpadError):
                    record = self.record_of(error.last_good) if error.last_good is not None else None
                    self._writer.fail(error, record, self.seconds)
                    self.is_kept = not self.is_lost
            raise
        finally:
            training.close()
            if self._writer is not None:
                self._writer.close()

    def _opened(self, ink: bytes | bytearray | None) -> RunWriter | None:
        """Open the run's folder for writing; a new one keeps a copy of `ink`, the content of its ink file.

        Return None if no folder was chosen for a new run and none can be created.
        """
        plan = self.plan
        if plan.resumed:
            assert plan.folder is not None
            writer = open_resumed(plan.folder, plan.config, plan.checkpoint.numbers.step if plan.checkpoint else 0)
            self.seconds = writer.metadata.seconds
        else:
            try:
                writer = self._begun(plan.folder, ink)
            except FileError as error:
                if plan.folder is not None or self._lost is None:
                    raise
                # Nobody chose that place; whoever trains wants to train.
                self.is_lost = True
                found = self._begun_in_background(ink)
                where = f"Until then this run lies in {found.folder}" if found else "This run is kept nowhere"
                self._lost(f"{error}. {where}: save its network when it has ended")
                if found is None:
                    # The curves still identify the run by a folder, even if it does not exist.
                    self.name = self._store.name_for(plan.config)
                    self.folder = self._store.folder / self.name
                    return None
                writer = found
        self.folder, self.earlier, self.name = writer.folder, writer.earlier, writer.metadata.name
        # A list that cannot be written must not keep anybody from training.
        with contextlib.suppress(DigitpadError):
            self._store.remember(writer.folder)
        return writer

    def _begun_in_background(self, ink: bytes | bytearray | None) -> RunWriter | None:
        """Begin a new run among the system's temporary files; None where these have no place either."""
        with contextlib.suppress(OSError, FileError):
            place = Path(tempfile.mkdtemp(prefix="digitpad-run-"))
            try:
                return self._begun(place, ink)
            except FileError:
                layout.remove(place)
                raise
        return None

    def _begun(self, folder: Path | None, ink: bytes | bytearray | None) -> RunWriter:
        """Begin a new run in `folder`, or where the store keeps them."""
        plan = self.plan
        # Nobody else takes the name between its being found free and its being written.
        with self._store.naming():
            name = self._store.free_name(plan.name or self._store.name_for(plan.config, plan.folder))
            metadata = RunMetadata(name=name, started=now(), parent=plan.parent)
            is_ours = folder is None or not folder.exists()
            made = folder or self._store.new_folder()
            try:
                return open_new(made, plan.config, metadata, plan.network, plan.before, ink)
            except FileError:
                if is_ours:
                    with contextlib.suppress(OSError):
                        layout.remove(made)
                raise

    def _record(self, event: Event) -> None:
        if isinstance(event, Changed):
            self._learned_by = self._learned_by.with_live(event)
        if isinstance(event, Evaluation):
            self.last_good = event
            measured, record = event, self.record_of(event)
            self._write(lambda writer: writer.measure(measured, record, self.seconds))
        elif not isinstance(event, Started):
            told = event
            self._write(lambda writer: writer.append(told, self.seconds))

    def _write(self, action: Callable[[RunWriter], None], what: str = "goes on") -> None:
        """Write to the run, as long as that is possible; else say so, and what the training does."""
        if self._writer is None:
            return
        try:
            action(self._writer)
        except (FileError, RunError, OSError) as error:
            if self._lost is None:
                raise
            self._writer.close()
            self._writer = None
            self.is_lost = True
            self._lost(f"{error}. The training {what}, but its run is not written any more: save its network")

    def _turn(self, training: Training, command: Command | None) -> Event | None:
        """Advance the training to its next event or None, and add the time that this takes to `seconds`."""
        begun = time.perf_counter()
        try:
            return training.send(command)
        finally:
            self.seconds += time.perf_counter() - begun
