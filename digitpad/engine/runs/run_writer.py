"""Writes a run's folder: measurements as they come, snapshots and checkpoint at each epoch's end.

Whatever is written to disk whole is written by a second thread, so that a training need not wait for the disk; an error
of its comes up at the next event.
"""

import contextlib
import json
import os
from concurrent.futures import Future, ThreadPoolExecutor
from io import BufferedWriter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from digitpad.engine.files import weights
from digitpad.engine.runs import history, layout, retention, snapshots
from digitpad.engine.runs.metadata import RunMetadata, change, now
from digitpad.engine.training.checkpoint import Checkpoint
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.events import Changed, EpochEnd, Evaluation, Progress, TrainingEnd
from digitpad.engine.training.generator import TrainingError
from digitpad.files import FileError

if TYPE_CHECKING:
    from filelock import BaseFileLock

#: Measurements whose files may wait to be written.
_MOST_WAITING = 2


class RunWriter:
    """Writes to a run's folder while it holds the run's `lock`, which `close` releases.

    If the constructor raises `FileError`, the lock is still held.
    """

    def __init__(
        self,
        folder: Path,
        config: TrainingConfig,
        lock: "BaseFileLock",
        metadata: RunMetadata,
        earlier: history.History,
    ) -> None:
        self.folder = folder
        self.config = config
        self.metadata = metadata
        #: What was measured before the run was resumed.
        self.earlier = earlier
        self._lock = lock
        #: What the run has come to: all that was measured before, and from now on the ends of epochs.
        self._measured = earlier.copy()
        #: Steps of the epochs whose networks are kept.
        self._epochs = snapshots.epochs_in(folder, earlier.measured)
        self._files: dict[str, BufferedWriter] = {}
        self._scribe = ThreadPoolExecutor(1, "digitpad-run")
        self._waiting: list[Future[None]] = []
        try:
            # Settings come last: with them it is a run, which must know then what it went on from.
            metadata.write(folder)
            layout.write(folder, layout.CONFIG, (json.dumps(layout.settings_of(config), indent=2) + "\n").encode())
            for name in (layout.EVENTS, layout.CONFUSIONS, layout.RUNNING):
                self._files[name] = layout.part(folder, name).open("ab")
        except BaseException as error:
            self._close_files()
            if isinstance(error, OSError):
                raise unwritable(folder, error) from error
            raise

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
            raise unwritable(self.folder, error) from error

    def end(self, ended_as: str, seconds: float, failure: str = "", failed_at: float | None = None) -> None:
        """Write down how it ended. Raises `FileError`."""
        self._wait(0)
        self.metadata = change(
            self.folder,
            ended=now(),
            ended_as=ended_as,
            seconds=seconds,
            figures=self._measured.figures,
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
        self._close_files()
        self._lock.release()

    def _close_files(self) -> None:
        for file in self._files.values():
            # Where the disk is full, what was not written is lost, and was said.
            with contextlib.suppress(OSError):
                file.close()
        self._files.clear()

    def _wait(self, at_most: int) -> None:
        """Wait until no more than so many measurements' files wait to be written."""
        while len(self._waiting) > at_most:
            self._waiting.pop(0).result()

    def _save(self, event: Evaluation, record: weights.TrainingRecord, seconds: float) -> None:
        """Save what `event` brings: its network, and at an epoch's end the state; the second thread's work."""
        if event.stopped if isinstance(event, TrainingEnd) else event.epoch <= 1 or isinstance(event, EpochEnd):
            weights.save(layout.weights_after(self.folder, event.step), event.network, record)
        if isinstance(event, EpochEnd | TrainingEnd):
            self._measured.add(event, seconds)
            if isinstance(event, EpochEnd):
                self._epochs.append(event.step)
                for step in retention.surplus(self._epochs, self._measured.best_step):
                    layout.weights_after(self.folder, step).unlink(missing_ok=True)
                    self._epochs.remove(step)
            try:
                for file in self._files.values():
                    file.flush()
                    os.fsync(file.fileno())
            except (OSError, ValueError) as error:
                raise FileError(f"cannot write to {self.folder}: {error}; free some space and continue") from error
            self._save_state(event.checkpoint)
            self.metadata = change(self.folder, seconds=seconds, figures=self._measured.figures)
        if isinstance(event, TrainingEnd):
            weights.save(layout.part(self.folder, layout.WEIGHTS), event.network, record)

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


def unwritable(folder: Path, error: OSError) -> FileError:
    """Return the error that a run in `folder` cannot be written."""
    return FileError(f"cannot write to {folder}: {error.strerror}; free some space, or choose another place")
