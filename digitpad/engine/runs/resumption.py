"""Reads what is needed to resume a training exactly where it stopped."""

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from digitpad.engine.files import weights
from digitpad.engine.files.tensor_files import read_safetensors
from digitpad.engine.runs import layout
from digitpad.engine.runs.metadata import RunMetadata
from digitpad.engine.training.checkpoint import Checkpoint
from digitpad.engine.training.checkpoint_numbers import CheckpointError, CheckpointNumbers
from digitpad.engine.training.config import TrainingConfig, by_new_names
from digitpad.errors import DigitpadError
from digitpad.files import FileError
from digitpad.nn.network import Network


@dataclass(frozen=True, slots=True)
class Resumption:
    """What to go on with: the settings, and the state; None where no epoch was finished, and all begins anew.

    `network` is what it began with, None for a new one, and `before` that one's record.
    """

    config: TrainingConfig
    checkpoint: Checkpoint | None
    network: Network | None = None
    before: weights.TrainingRecord | None = None


#: Settings that every run has written down since there are runs.
_ALWAYS = {"hidden", "learning_rate", "epochs"}


def config_of(folder: Path) -> TrainingConfig:
    """Return the settings of the run in `folder`. Raises `DigitpadError`."""
    return TrainingConfig.from_dict(_settings(folder))


def resume(folder: Path, epochs: int | None = None) -> Resumption:
    """Return the state of the run in `folder`, with another number of `epochs` if given. Raises `DigitpadError`."""
    settings = _settings(folder)
    if epochs is not None:
        settings["epochs"] = epochs
    try:
        config = TrainingConfig.from_dict(settings)
    except DigitpadError as error:
        raise CheckpointError(f"cannot resume {folder}: {error}") from error
    path = layout.part(folder, layout.STATE)
    network, before = beginning(folder)
    if not path.exists():
        return Resumption(config, None, network, before)
    try:
        tensors, text = read_safetensors(layout.read(folder, layout.STATE), "digitpad")
        stored = _json_object(text.encode(), path)
        numbers = CheckpointNumbers.from_dict(stored)
        if any(name.startswith("best.") for name in tensors) != (numbers.best is not None):
            raise CheckpointError("its best epoch's figures are not complete; resume another run")
    except FileError:
        raise
    except DigitpadError as error:
        raise CheckpointError(f"cannot resume from {path}: {error}") from error
    _require_same(config, stored.get("config"), folder)
    if epochs is not None and epochs < numbers.epoch:
        raise CheckpointError(
            f"the run in {folder} has come to epoch {numbers.epoch} already: ask for more than {epochs}"
        )
    if epochs is not None and config.patience and numbers.epochs_since_best >= config.patience:
        raise CheckpointError(
            f"the run in {folder} ended because its best epoch lies {config.patience} back, as far as its patience "
            "goes: more epochs change nothing; begin a new run with more patience"
        )
    return Resumption(config, Checkpoint(tensors, numbers), network, before)


def step_of_checkpoint(folder: Path) -> int:
    """Return the step after which the checkpoint of the run in `folder` was saved, 0 without one."""
    path = layout.part(folder, layout.STATE)
    if not path.exists():
        return 0
    _, text = read_safetensors(layout.read(folder, layout.STATE), "digitpad")
    step = _json_object(text.encode(), path).get("step")
    return step if type(step) is int else 0


def lines_until(folder: Path, step: int) -> list[tuple[bytearray, dict[str, Any]]]:
    """Return the events of a run up to the state that was saved at `step`: each line, and the JSON object in it.

    What stands behind the event with which it was saved came later, also at the same step. The last line may be torn,
    if the power failed while it was written. Raises `CheckpointError`.
    """
    path = layout.part(folder, layout.EVENTS)
    lines = layout.lines(folder) if path.exists() else []
    if lines and not lines[-1]:
        del lines[-1]
    kept, end = list[tuple[bytearray, dict[str, Any]]](), 0
    for number, line in enumerate(lines, 1):
        try:
            event = _json_object(line, path)
        except CheckpointError:
            if number == len(lines):
                break
            raise
        is_measured = event.get("event") in ("evaluation", "epoch", "changed")
        at = event.get("step", -1 if is_measured else 0)
        if type(at) not in (int, float) or not 0 <= at < 1e15:
            raise CheckpointError(f"{path} has a step of {str(at)[:40]} in line {number}: resume another run")
        if is_measured and at <= step:
            kept.append((line, event))
        if event.get("event") in ("epoch", "end") and at == step:
            end = len(kept)
    return kept[:end]


def beginning(folder: Path) -> tuple[Network | None, weights.TrainingRecord | None]:
    """Return the network that a run went on from, and its record; nothing of one that began with a new network."""
    if RunMetadata.read(folder).parent is None:
        return None, None
    first = layout.weights_after(folder, 0)
    if not first.exists():
        raise CheckpointError(f"{folder} has lost the network that it went on from: begin a new run from that")
    return weights.load(first)


def _settings(folder: Path) -> dict[str, Any]:
    path = layout.part(folder, layout.CONFIG)
    if not path.exists():
        raise CheckpointError(f"{folder} is no folder of a run: it has no {layout.CONFIG}; choose one made by --run")
    settings = _json_object(layout.read(folder, layout.CONFIG), path)
    if not settings.keys() >= _ALWAYS:
        raise CheckpointError(f"{path} holds no settings of a training: choose another folder")
    return layout.settings_in(folder, by_new_names(settings))


def _require_same(config: TrainingConfig, saved: Any, folder: Path) -> None:
    """Refuse a config that was changed after its state was saved, but for the epochs."""
    if not isinstance(saved, dict):
        raise CheckpointError(f"the state in {folder} does not say which settings it belongs to: resume another run")
    # A setting that is newer than the state had its default then.
    defaults = {field.name: field.default for field in dataclasses.fields(TrainingConfig)}
    saved = layout.settings_in(folder, defaults | by_new_names(saved))
    for name, value in config.as_dict().items():
        if name != "epochs" and saved.get(name) != value:
            raise CheckpointError(
                f"{layout.part(folder, layout.CONFIG)} was changed: its {name} is {repr(value)[:40]}, the state "
                f"belongs to {repr(saved.get(name))[:40]}; put that back, or begin a new run"
            )


def _json_object(content: bytes | bytearray, path: Path) -> dict[str, Any]:
    try:
        result = json.loads(content, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise CheckpointError(f"{path} is not JSON: resume another run") from error
    if not isinstance(result, dict):
        raise CheckpointError(f"{path} is no JSON object: resume another run")
    return result


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number of JSON")
