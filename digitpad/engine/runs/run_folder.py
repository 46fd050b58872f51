"""A training on disk: a folder with its config, its events, its weights and its state. It knows no generator.

``config.json`` holds the settings, ``events.jsonl`` one measurement or change a line as it happens,
``weights.safetensors`` the newest network, and ``state.safetensors`` all that is needed to go on from there.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import numpy as np
import platformdirs

from digitpad.engine.files import weights
from digitpad.engine.files.tensor_files import MAX_BYTES, read_safetensors
from digitpad.engine.training.checkpoint import Checkpoint, CheckpointError, Tensors
from digitpad.engine.training.config import SETTINGS, TrainingConfig
from digitpad.engine.training.events import Changed, EpochEnd, Evaluation, TrainingEnd, as_json
from digitpad.engine.training.selection import are_figures
from digitpad.errors import DigitpadError
from digitpad.files import FileError, read_bounded, write_atomically

_KEY = "digitpad"
_CONFIG, _EVENTS = "config.json", "events.jsonl"
_MAX_CONFIG = 1_000_000
_MAX_EVENTS = 64_000_000


class Run:
    """A run folder that is being written."""

    def __init__(self, folder: Path, config: TrainingConfig) -> None:
        self.folder = folder
        self.config = config

    @classmethod
    def make(cls, folder: Path, config: TrainingConfig) -> Self:
        """Make `folder`, which must not exist or be empty but for a run that never finished an epoch.

        Raises `FileError`.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            names = {path.name for path in folder.iterdir()}
            if names <= {_CONFIG, _EVENTS}:
                (folder / _EVENTS).unlink(missing_ok=True)
        except OSError as error:
            raise FileError(f"cannot make the folder {folder}: {error.strerror}; choose another place") from error
        if not names <= {_CONFIG, _EVENTS}:
            raise FileError(f"the folder {folder} is not empty: choose a new one, or go on there with --resume")
        run = cls(folder, config)
        run._write_config()
        return run

    @classmethod
    def new(cls, config: TrainingConfig) -> Self:
        """Make a run folder, named by the time, under the platform's folder for users' data."""
        runs = platformdirs.user_data_path("digitpad", appauthor=False) / "runs"
        name = datetime.now().strftime("%Y-%m-%d %H.%M.%S")
        number = 1
        while (folder := runs / (name if number == 1 else f"{name} ({number})")).exists():
            number += 1
        return cls.make(folder, config)

    @property
    def weights(self) -> Path:
        """Where the newest network is, after the first epoch."""
        return self.folder / "weights.safetensors"

    def rewind(self, step: int) -> None:
        """Go on from `step`: forget the events after it, which will come again, and write down the config."""
        path = self.folder / _EVENTS
        if path.exists():
            lines = read_bounded(path, _MAX_EVENTS).decode("utf-8", "replace").splitlines()
            write_atomically(path, "".join(f"{line}\n" for line in _events_until(step, lines, path)).encode())
        self._write_config()

    def append(self, event: Evaluation | Changed) -> None:
        """Write down `event`; at an epoch's end and at the last, save network and state too."""
        try:
            with (self.folder / _EVENTS).open("a", encoding="utf-8") as file:
                file.write(json.dumps(as_json(event), allow_nan=False) + "\n")
        except OSError as error:
            raise FileError(f"cannot write to {self.folder}: {error.strerror}") from error
        if isinstance(event, EpochEnd | TrainingEnd):
            weights.save(self.weights, event.network, weights.TrainingRecord.of(self.config, event))
            self._save_state(event.checkpoint)

    def _write_config(self) -> None:
        write_atomically(self.folder / _CONFIG, (json.dumps(self.config.as_dict(), indent=2) + "\n").encode())

    def _save_state(self, checkpoint: Checkpoint) -> None:
        from safetensors.numpy import save as pack

        more = {"version": weights.FORMAT_VERSION, "config": self.config.as_dict()}
        numbers = json.dumps({**more, **checkpoint.numbers}, allow_nan=False)
        tensors = {name: np.asarray(tensor, order="C") for name, tensor in checkpoint.tensors.items()}
        write_atomically(self.folder / "state.safetensors", pack(tensors, metadata={_KEY: numbers}))


def resume(folder: Path, epochs: int | None = None) -> tuple[Run, Checkpoint]:
    """Return the run in `folder` and the state to go on from, with another number of `epochs` if one is given.

    Nothing is written before `Run.rewind`. Raises `DigitpadError`.
    """
    if not (folder / _CONFIG).is_file():
        raise CheckpointError(f"{folder} is no folder of a run: it has no {_CONFIG}; choose one made by --run")
    settings = _json_object(read_bounded(folder / _CONFIG, _MAX_CONFIG), folder / _CONFIG)
    if epochs is not None:
        settings["epochs"] = epochs
    try:
        config = TrainingConfig.from_dict(settings)
    except DigitpadError as error:
        raise CheckpointError(f"cannot resume {folder}: {error}") from error
    path = folder / "state.safetensors"
    if not path.exists():
        raise CheckpointError(f"{folder} has not finished an epoch: start it again with --run {folder}")
    try:
        tensors, text = read_safetensors(read_bounded(path, MAX_BYTES), _KEY)
        checkpoint = Checkpoint(tensors, _numbers(_json_object(text.encode(), path), tensors))
    except FileError:
        raise
    except DigitpadError as error:
        raise CheckpointError(f"cannot resume from {path}: {error}") from error
    _require_same(config, checkpoint.numbers.get("config"), folder)
    if epochs is not None and config.patience and checkpoint.numbers.get("epochs_since_best", 0) >= config.patience:
        raise CheckpointError(
            f"the run in {folder} ended because its best epoch lies {config.patience} back, as far as its patience "
            "goes: more epochs change nothing; begin a new run with more patience"
        )
    return Run(folder, config), checkpoint


def _require_same(config: TrainingConfig, saved: Any, folder: Path) -> None:
    """Refuse a config that was changed after its state was saved, but for the epochs."""
    if not isinstance(saved, dict):
        raise CheckpointError(f"the state in {folder} does not say which settings it belongs to: resume another run")
    for name, value in config.as_dict().items():
        if name != "epochs" and saved.get(name) != value:
            raise CheckpointError(
                f"{folder / _CONFIG} was changed: its {name} is {repr(value)[:40]}, the state belongs to "
                f"{repr(saved.get(name))[:40]}; put that back, or begin a new run"
            )


def _json_object(content: bytes | bytearray, path: Path) -> dict[str, Any]:
    try:
        result = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise CheckpointError(f"{path} is not JSON: resume another run") from error
    if not isinstance(result, dict):
        raise CheckpointError(f"{path} is no JSON object: resume another run")
    return result


def _numbers(found: dict[str, Any], tensors: Tensors) -> dict[str, Any]:
    """Return the checkpoint's numbers out of a file, each one there and of the type that it must have."""
    counts = ["epoch", "offset", "step", "batch_size", "measured_at"]
    kinds = {name.partition(".")[0] for name in tensors}
    counts += ["averaged_steps"] if "average" in kinds else []
    counts += ["epochs_since_best"] if "best" in kinds else []
    for name in counts:
        value = found.get(name)
        if type(value) is not int or value < 0:
            raise CheckpointError(f"its {name} is {str(value)[:40]}, not a whole number from 0; resume another run")
    for name in ("learning_rate", "l2", "batch_size"):
        value = found.get(name)
        if type(value) not in (int, float) or not SETTINGS[name].allows(value):
            raise CheckpointError(f"its {name} is {str(value)[:40]}, not {SETTINGS[name].allowed}; resume another run")
    if "first_cost" not in found or type(found["first_cost"]) not in (int, float, type(None)):
        raise CheckpointError("its first cost is no number; resume another run")
    running = found.get("running")
    if not isinstance(running, list) or [type(value) for value in running] != [float, int]:
        raise CheckpointError("its running cost is not a number and a count; resume another run")
    best = found.get("best")
    if ("best" in kinds) != (best is not None) or not (best is None or are_figures(best)):
        raise CheckpointError("its best epoch's figures are not complete; resume another run")
    return found


def _events_until(step: int, lines: list[str], path: Path) -> list[str]:
    """Return the lines of events up to the state that was saved at `step`.

    What stands behind the event with which it was saved came later, also at the same step. The last line may be torn,
    if the power failed while it was written.
    """
    kept, end = list[str](), None
    for number, line in enumerate(lines, 1):
        try:
            event = _json_object(line.encode(), path)
        except CheckpointError:
            if number == len(lines):
                break
            raise
        at = event.get("step", 0)
        if type(at) not in (int, float):
            raise CheckpointError(f"{path} has a step of {str(at)[:40]} in line {number}: resume another run")
        if event.get("event") != "end" and at <= step:
            kept.append(line)
        if event.get("event") in ("epoch", "end") and at == step:
            end = len(kept)
    return kept[:end]
