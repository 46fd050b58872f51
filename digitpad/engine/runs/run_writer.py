"""Writes a run's folder: measurements as they come, snapshots and checkpoint at each epoch's end.

Whatever is written to disk whole is written by a second thread, so that a training need not wait for the disk; an error
of its comes up at the next event.
"""

import dataclasses
import json
import os
from concurrent.futures import Future, ThreadPoolExecutor
from io import BufferedWriter
from pathlib import Path
from typing import Self

import numpy as np

from digitpad.data import ink_files
from digitpad.engine.files import weights
from digitpad.engine.runs import history, layout, resumption, retention, snapshots
from digitpad.engine.runs.lock import RunLock, require_free
from digitpad.engine.runs.metadata import Figures, RunMetadata, change, is_metadata, now
from digitpad.engine.training.checkpoint import Checkpoint
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.events import Changed, EpochEnd, Evaluation, Progress, TrainingEnd
from digitpad.engine.training.generator import TrainingError
from digitpad.errors import DigitpadError
from digitpad.files import FileError, read_bounded, remove_left_over, write_atomically
from digitpad.nn.network import Network

#: Measurements whose files may wait to be written.
_MOST_WAITING = 2


class RunWriter:
    """The one who writes to a run's folder, as its lock says."""

    def __init__(self, folder: Path, config: TrainingConfig, lock: RunLock, metadata: RunMetadata) -> None:
        self.folder = folder
        self.config = config
        self.metadata = metadata
        self._lock = lock
        #: Steps of the epochs whose networks are kept, and the best of them with its cost.
        self._epochs: list[int] = []
        self._best: tuple[float, int] | None = None
        self._figures = metadata.figures
        self._files: dict[str, BufferedWriter] = {}
        self._scribe = ThreadPoolExecutor(1, "digitpad-run")
        self._waiting: list[Future[None]] = []
        #: What was measured before the run was resumed.
        self.earlier = history.History()
        #: The content of the ink that it learns besides, until it is copied.
        self._ink: bytes | bytearray | None = None
        #: What the run goes on from, until it is saved.
        self._first: tuple[Network, weights.TrainingRecord] | None = None

    @classmethod
    def begin(
        cls,
        folder: Path,
        config: TrainingConfig,
        metadata: RunMetadata,
        network: Network | None,
        before: weights.TrainingRecord | None,
        ink: bytes | bytearray | None = None,
    ) -> Self:
        """Make the run's `folder`, which must not exist or be empty.

        `network` is what the run goes on from, if anything, and `before` its record; `ink` is the content of
        ``config.ink``, which it keeps. Raises `FileError` or `RunError`.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _require_empty(folder)
            lock = RunLock(folder)
            lock.acquire()
        except OSError as error:
            raise FileError(f"cannot make the folder {folder}: {error.strerror}; choose another place") from error
        try:
            # Somebody else may have been faster.
            _require_empty(folder)
        except BaseException:
            lock.release()
            raise
        writer = cls(folder, config, lock, metadata)
        writer._ink = ink
        if network is not None:
            # From now on the run can begin again, whatever becomes of where the network came from.
            writer._first = (network, before or weights.TrainingRecord())
        return cls._opened(writer)

    @classmethod
    def go_on(cls, folder: Path, config: TrainingConfig, step: int) -> Self:
        """Go on with a run from its state after `step`: what was measured later is forgotten, and will come again.

        Raises `FileError`, `RunError`, or `LayoutError` where the folder is not all ours.
        """
        layout.require_own(folder)
        lock = RunLock(folder)
        lock.acquire()
        remove_left_over(folder)
        try:
            earlier = history.read(folder)
            epoch = next((place.epoch for place in reversed(earlier.measured) if place.step == step), 0.0)
            planned = resumption.config_of(folder).epochs
            seconds, earlier = rewind(folder, step), history.read(folder)
        except BaseException:
            lock.release()
            raise
        metadata = RunMetadata.read(folder)
        is_further = 0 < epoch < config.epochs
        metadata = dataclasses.replace(
            metadata,
            ended=None,
            ended_as=None,
            failure="",
            failed_at=None,
            continued=(*metadata.continued, epoch) if is_further else metadata.continued,
            planned=(*metadata.planned, planned) if is_further else metadata.planned,
            # What it was at work after its last measurement, until it was stopped, counts too.
            seconds=max(seconds, metadata.seconds),
            figures=earlier.figures,
        )
        earlier.plans = metadata.plans
        writer = cls(folder, config, lock, metadata)
        for kept, cost in snapshots.epochs_of(folder):
            writer._note_epoch(kept, cost)
        writer.earlier = earlier
        return cls._opened(writer)

    @classmethod
    def _opened(cls, writer: Self) -> Self:
        try:
            if writer._first is not None:
                weights.save(layout.weights_after(writer.folder, 0), *writer._first)
            writer._keep_ink()
            # Settings come last: with them it is a run, which must know then what it went on from.
            writer.metadata.write(writer.folder)
            config = json.dumps(layout.settings_of(writer.config), indent=2) + "\n"
            layout.write(writer.folder, layout.CONFIG, config.encode())
            for name in (layout.EVENTS, layout.CONFUSIONS, layout.RUNNING):
                writer._files[name] = layout.part(writer.folder, name).open("ab")
        except BaseException as error:
            writer.close()
            if isinstance(error, OSError):
                raise _unwritable(writer.folder, error) from error
            raise
        return writer

    def _keep_ink(self) -> None:
        """Copy the ink into the run's folder, and let its settings name the copy."""
        if self._ink is not None and self.config.ink is not None:
            copy = layout.part(self.folder.absolute(), layout.ink_name(Path(self.config.ink), self._ink))
            write_atomically(copy, self._ink)
            self.config = dataclasses.replace(self.config, ink=str(copy))
            self._ink = None

    def append(self, event: Progress | Changed, seconds: float) -> None:
        """Write down `event`, which came after `seconds` at work. Raises `FileError`."""
        if isinstance(event, Progress):
            self._write(layout.RUNNING, layout.running_of(event))
        else:
            self._write(layout.EVENTS, layout.line_of(event, seconds))

    def measure(self, event: Evaluation, record: weights.TrainingRecord, seconds: float) -> None:
        """Write down what `event` measured, and have its network saved with `record`. Raises `FileError`."""
        self._write(layout.CONFUSIONS, layout.confusions_of(event))
        self._write(layout.EVENTS, layout.line_of(event, seconds))
        # All of an epoch is on the disk before the next one ends: more than one is never lost.
        self._wait(0 if isinstance(event, EpochEnd) else _MOST_WAITING)
        self._waiting.append(self._scribe.submit(self._save, event, record, seconds))

    def _write(self, name: str, content: bytes) -> None:
        file, most = self._files[name], layout.MAX_BYTES_OF[name]
        try:
            if file.tell() + len(content) > most:
                raise FileError(f"{self.folder / name} holds {most:,} bytes, as much as can be read again")
            file.write(content)
            if name == layout.EVENTS:
                # Whoever looks at a run from outside sees it at once.
                file.flush()
        except OSError as error:
            raise _unwritable(self.folder, error) from error

    def end(self, ended_as: str, seconds: float, failure: str = "", failed_at: float | None = None) -> None:
        """Write down how it ended. Raises `FileError`."""
        self._wait(0)
        self.metadata = change(
            self.folder,
            ended=now(),
            ended_as=ended_as,
            seconds=seconds,
            figures=self._figures,
            failure=failure,
            failed_at=failed_at,
        )

    def fail(self, error: TrainingError, record: weights.TrainingRecord | None, seconds: float) -> None:
        """Write down what ended it; its last good network, with `record`, is what it ended with. Raises `FileError`."""
        self._wait(0)
        if error.last_good is not None and record is not None:
            weights.save(layout.part(self.folder, layout.WEIGHTS), error.last_good.network, record)
        self.end("failed", seconds, str(error), error.epoch)

    def close(self) -> None:
        """Let go of the folder."""
        self._scribe.shutdown()
        for file in self._files.values():
            try:
                file.close()
            except OSError:
                # The disk is full: what was not written is lost, and was said.
                continue
        self._files.clear()
        self._lock.release()

    def _wait(self, at_most: int) -> None:
        """Wait until no more than so many measurements' files wait to be written."""
        while len(self._waiting) > at_most:
            self._waiting.pop(0).result()

    def _save(self, event: Evaluation, record: weights.TrainingRecord, seconds: float) -> None:
        """Save what `event` brings: its network, and at an epoch's end the state; the second thread's work."""
        is_end = isinstance(event, TrainingEnd)
        if event.stopped if isinstance(event, TrainingEnd) else event.epoch <= 1 or isinstance(event, EpochEnd):
            weights.save(layout.weights_after(self.folder, event.step), event.network, record)
        if isinstance(event, EpochEnd):
            self._note_epoch(event.step, event.validation_cost)
            for step in retention.surplus(self._epochs, self._best and self._best[1]):
                layout.weights_after(self.folder, step).unlink(missing_ok=True)
                self._epochs.remove(step)
        if isinstance(event, EpochEnd | TrainingEnd):
            try:
                for file in self._files.values():
                    file.flush()
                    os.fsync(file.fileno())
            except (OSError, ValueError) as error:
                raise FileError(f"cannot write to {self.folder}: {error}; free some space and continue") from error
            self._save_state(event.checkpoint)
            self._figures = _added(self._figures, event)
            self.metadata = change(self.folder, seconds=seconds, figures=self._figures)
        if is_end:
            weights.save(layout.part(self.folder, layout.WEIGHTS), event.network, record)

    def _note_epoch(self, step: int, cost: float | None) -> None:
        self._epochs.append(step)
        if cost is not None and (self._best is None or cost < self._best[0]):
            self._best = (cost, step)

    def _save_state(self, checkpoint: Checkpoint) -> None:
        from safetensors.numpy import save as pack

        numbers = {
            "version": weights.FORMAT_VERSION,
            "config": layout.settings_of(self.config),
            **checkpoint.numbers.as_dict(),
        }
        tensors = {name: np.asarray(tensor, order="C") for name, tensor in checkpoint.tensors.items()}
        in_file = {"digitpad": json.dumps(numbers, allow_nan=False)}
        layout.write(self.folder, layout.STATE, pack(tensors, metadata=in_file))


def rewind(folder: Path, step: int) -> float:
    """Cut a run's measurements back to the state that was saved after `step`; return the seconds at work by then.

    Raises `FileError` or `CheckpointError`.
    """
    kept = resumption.lines_until(folder, step)
    measured = [int(event["step"]) for _, event in kept if event["event"] != "changed"]
    try:
        # As they are: what was written once is never written another way.
        layout.write(folder, layout.EVENTS, b"".join(line + b"\n" for line, _ in kept))
        _cut(layout.part(folder, layout.CONFUSIONS), len(measured) * layout.CONFUSION_BYTES)
        steps = layout.running(folder)[:, 0]
        _cut(
            layout.part(folder, layout.RUNNING), int(np.searchsorted(steps, step, side="right")) * layout.RUNNING_BYTES
        )
        for after in snapshots.steps_in(folder):
            # What it began with stays: another run's network perhaps, which it could not make again.
            if after and after not in measured:
                layout.weights_after(folder, after).unlink()
    except OSError as error:
        raise _unwritable(folder, error) from error
    seconds = kept[-1][1].get("seconds", 0.0) if kept else 0.0
    return float(seconds) if type(seconds) in (int, float) and 0 <= seconds < 1e15 else 0.0


def _added(figures: Figures, event: EpochEnd | TrainingEnd) -> Figures:
    """Return what the run has come to with `event`."""
    if isinstance(event, TrainingEnd):
        return dataclasses.replace(figures, epochs=event.epoch, test_accuracy=event.test_accuracy)
    best, accuracy = figures.best_validation_accuracy, event.validation_accuracy
    if accuracy is not None and (best is None or accuracy > best):
        figures = dataclasses.replace(figures, best_validation_accuracy=accuracy, best_epoch=event.epoch)
    return dataclasses.replace(figures, epochs=event.epoch)


def _require_empty(folder: Path) -> None:
    """Raise `FileError` if `folder` holds more than what a first attempt that was cut short has left.

    A run that is being written there is a `RunError`, which says so.
    """
    if not all(_is_of_first_attempt(folder, path.name) for path in folder.iterdir()):
        if layout.has(folder, layout.CONFIG):
            require_free(folder)
        raise FileError(f"the folder {folder} is not empty: choose a new one, or go on there with --resume")


def _is_of_first_attempt(folder: Path, name: str) -> bool:
    try:
        if name.startswith("."):
            return layout.is_own(name) and layout.part(folder, name).exists()
        if layout.step_of(name) == 0:
            return bool(weights.load(layout.weights_after(folder, 0)))
        if name == layout.ABOUT:
            return is_metadata(layout.read(folder, name))
        content = read_bounded(layout.part(folder, name), ink_files.MAX_BYTES)
        return layout.is_ink(name) and layout.ink_name(Path(name), content) == name
    except DigitpadError:
        return False


def _cut(path: Path, size: int) -> None:
    """Cut a part of a run to so many bytes; what another folder shares by a hard link becomes a file of its own."""
    if not path.exists():
        return
    status = path.stat()
    if status.st_nlink > 1:
        write_atomically(path, read_bounded(path, layout.MAX_BYTES_OF[path.name])[:size])
    elif status.st_size > size:
        with path.open("r+b") as file:
            file.truncate(size)
            os.fsync(file.fileno())


def _unwritable(folder: Path, error: OSError) -> FileError:
    return FileError(f"cannot write to {folder}: {error.strerror}; free some space, or choose another place")
