"""Opens the folder of a run for writing: that of a new run, or that of one that goes on from a checkpoint."""

import dataclasses
import os
from pathlib import Path

import numpy as np

from digitpad.data import ink_files
from digitpad.engine.files import weights
from digitpad.engine.runs import history, layout, resumption, snapshots
from digitpad.engine.runs.lock import acquired, require_free
from digitpad.engine.runs.metadata import RunError, RunMetadata, is_metadata
from digitpad.engine.runs.run_writer import RunWriter, unwritable
from digitpad.engine.training.config import TrainingConfig
from digitpad.errors import DigitpadError
from digitpad.files import FileError, read_bounded, remove_left_over, write_atomically
from digitpad.nn.network import Network


def open_new(
    folder: Path,
    config: TrainingConfig,
    metadata: RunMetadata,
    network: Network | None,
    before: weights.TrainingRecord | None,
    ink: bytes | bytearray | None = None,
) -> RunWriter:
    """Make the run's `folder`, which must not exist or be empty.

    `network` is what the run goes on from, if anything, and `before` its record; `ink` is the content of
    ``config.ink``, which it keeps. Raises `FileError` or `RunError`.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _require_empty(folder)
        lock = acquired(folder)
    except OSError as error:
        raise FileError(f"cannot make the folder {folder}: {error.strerror}; choose another place") from error
    try:
        # Somebody else may have been faster.
        _require_empty(folder)
        if network is not None:
            # From now on the run can begin again, whatever becomes of where the network came from.
            weights.save(layout.weights_after(folder, 0), network, before or weights.TrainingRecord())
        if ink is not None and config.ink is not None:
            copy = layout.part(folder.absolute(), layout.ink_name(Path(config.ink), ink))
            write_atomically(copy, ink)
            config = dataclasses.replace(config, ink=str(copy))
        return RunWriter(folder, config, lock, metadata, history.History())
    except BaseException:
        lock.release()
        raise


def open_resumed(folder: Path, config: TrainingConfig, step: int) -> RunWriter:
    """Go on with a run from its checkpoint after `step`: what was measured later is forgotten, and will come again.

    Raises `FileError`, `RunError`, also where the run has another checkpoint by now, or `LayoutError` where the folder
    is not all ours.
    """
    layout.require_own(folder)
    lock = acquired(folder)
    try:
        # It was read before the lock was taken: who had the lock may have trained on meanwhile.
        if resumption.step_of_checkpoint(folder) != step:
            raise RunError(f"the run in {folder} has been trained further meanwhile: resume it again")
        remove_left_over(folder)
        earlier = history.read(folder)
        epoch = next((snapshot.epoch for snapshot in reversed(earlier.measured) if snapshot.step == step), 0.0)
        planned = resumption.config_of(folder).epochs
        seconds, earlier = _rewind(folder, step), history.read(folder)
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
        return RunWriter(folder, config, lock, metadata, earlier)
    except BaseException:
        lock.release()
        raise


def _rewind(folder: Path, step: int) -> float:
    """Cut a run's measurements back to the state that was saved after `step`; return the training time until then.

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
        raise unwritable(folder, error) from error
    seconds = kept[-1][1].get("seconds", 0.0) if kept else 0.0
    return float(seconds) if type(seconds) in (int, float) and 0 <= seconds < 1e15 else 0.0


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
