"""Plans of trainings that start from a network: continue it, resume or extend a run, or repeat one."""

import dataclasses
from dataclasses import dataclass
from pathlib import Path

from digitpad.data import ink_files
from digitpad.engine.files.weights import TrainingRecord
from digitpad.engine.runs import layout, resumption
from digitpad.engine.runs.metadata import Parent, RunMetadata
from digitpad.engine.runs.recording import Plan
from digitpad.engine.training.config import TrainingConfig
from digitpad.errors import DigitpadError
from digitpad.files import read_bounded
from digitpad.nn.network import Network


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """A network to go on from: its record and name, and where it is a run's, that run's folder and the step.

    `step` is None for the network that the run ended with.
    """

    network: Network
    record: TrainingRecord
    name: str
    run: Path | None = None
    step: int | None = None


def continue_network(origin: Origin, config: TrainingConfig, threads: int) -> Plan:
    """Return the plan to train the network of `origin` further by `config`, but with the network's own layers.

    If the network is the latest of its run, and `config` has the settings that this run ended with, the run is resumed
    exactly: up to the epochs of `config`, or for that many more if it has reached them already. Else a new run begins,
    with a fresh optimizer.
    """
    config = dataclasses.replace(config, hidden=origin.network.spec)
    plan = _in_its_run(origin, config, threads)
    if plan is not None:
        return plan
    epoch = origin.record.epoch if origin.run is None or origin.step is not None else None
    parent = Parent.of(origin.name, origin.step, epoch, origin.run)
    return Plan(config, origin.network, before=origin.record, parent=parent, threads=threads)


def resume_run(folder: Path, epochs: int | None = None, threads: int = 1) -> Plan:
    """Return the plan of going on with the run in `folder`, to `epochs` if given. Raises `DigitpadError`."""
    return _plan(folder, resumption.resume(folder, epochs), threads)


def extend_run(folder: Path, threads: int) -> Plan:
    """Return the plan to resume a run: up to its planned epochs, or beyond them for as many as were planned last."""
    found = resumption.resume(folder)
    if found.checkpoint and found.config.patience:
        # Refused where its patience is used up.
        found = resumption.resume(folder, found.config.epochs)
    done = found.checkpoint.numbers.epoch if found.checkpoint else 0
    if done >= found.config.epochs:
        epochs = found.config.epochs
        earlier = [planned for planned in RunMetadata.read(folder).planned if planned < epochs]
        found = resumption.resume(folder, 2 * epochs - int(earlier[-1] if earlier else 0))
    return _plan(folder, found, threads)


def repeat_run(folder: Path, seed: int, threads: int) -> Plan:
    """Return the plan of training once more as the run in `folder` did, from what that began with, with that `seed`.

    Raises `DigitpadError`.
    """
    config = dataclasses.replace(resumption.config_of(folder), seed=seed)
    network, before = resumption.beginning(folder)
    return Plan(config, network, before=before, parent=RunMetadata.read(folder).parent, threads=threads)


def _plan(folder: Path, found: resumption.Resumption, threads: int) -> Plan:
    return Plan(
        found.config,
        found.network,
        before=found.before,
        folder=folder,
        resumed=True,
        checkpoint=found.checkpoint,
        threads=threads,
    )


def _in_its_run(origin: Origin, config: TrainingConfig, threads: int) -> Plan | None:
    """Return the plan of going on in the network's own run; None where that is not what is asked for."""
    if origin.run is None:
        return None
    try:
        found = resumption.resume(origin.run)
        if found.checkpoint is None:
            return None
        numbers = found.checkpoint.numbers
        asked = dataclasses.replace(config, ink=_copied(config.ink, found.config.ink))
        is_same = dataclasses.replace(found.config.with_live(numbers), epochs=config.epochs) == asked
        if not is_same or origin.step not in (None, numbers.step):
            return None
        epochs = config.epochs if config.epochs > numbers.epoch else numbers.epoch + config.epochs
        found = resumption.resume(origin.run, epochs)
    except DigitpadError:
        # A run that is gone, damaged or out of patience: its network can still be learned from.
        return None
    return _plan(origin.run, found, threads)


def _copied(ink: str | None, copy: str | None) -> str | None:
    """Return the run's `copy` of its ink where the ink that is asked for is the same, else that."""
    if ink is None or copy is None:
        return ink
    name = layout.ink_name(Path(ink), read_bounded(Path(ink), ink_files.MAX_BYTES))
    return copy if name == Path(copy).name else ink
