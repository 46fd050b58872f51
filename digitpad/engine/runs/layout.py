"""Where the parts of a run lie in its folder, and how its measurements are written there. It opens no file.

``config.json`` holds the settings, ``about.json`` name, note and times, ``events.jsonl`` one measurement or change a
line. Beside those lines, ``confusions.bin`` holds for each measurement three confusion matrices of 10x10 uint32
(training, validation, test; zeros where none was measured) and ``running.bin`` the running cost as float64 triples of
step, epoch and cost; both are little-endian. ``weights-STEP.safetensors`` is the network after so many steps,
``weights.safetensors`` the one that the run ended with, and ``state.safetensors`` all that is needed to go on. Ink
that is learned besides is copied into the folder: what it is may change, and ``config.json`` names the copy.
"""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import numpy as np

from digitpad.data.dataset import CLASSES
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.evaluation import Measurement
from digitpad.engine.training.events import Changed, Evaluation, Progress, TrainingEnd, as_json

CONFIG, EVENTS, STATE, WEIGHTS = "config.json", "events.jsonl", "state.safetensors", "weights.safetensors"
CONFUSIONS, RUNNING = "confusions.bin", "running.bin"
#: Bytes of one record in `CONFUSIONS` and `RUNNING`.
CONFUSION_BYTES, RUNNING_BYTES = 3 * CLASSES * CLASSES * 4, 3 * 8
MAX_CONFIG, MAX_EVENTS = 1_000_000, 64_000_000


def weights_after(folder: Path, step: int) -> Path:
    """Return where the network after `step` steps lies."""
    return folder / f"weights-{step}.safetensors"


def ink_name(source: Path, content: bytes | bytearray) -> str:
    """Return the name of a run's copy of an ink file: after the file and what it holds, a copy's own copy alike."""
    return f"{source.name.partition('.')[0][:40]}.{hashlib.sha256(content).hexdigest()[:8]}.jsonl"


def is_ink(name: str) -> bool:
    """Tell whether a file with that `name` is a run's copy of an ink file."""
    return re.fullmatch(r".*\.[0-9a-f]{8}\.jsonl", name) is not None


def settings_of(config: TrainingConfig) -> dict[str, Any]:
    """Return the settings for JSON in a run's folder, wherever that is moved to."""
    return config.as_dict() | {"ink": None if config.ink is None else Path(config.ink).name}


def settings_in(folder: Path, settings: dict[str, Any]) -> dict[str, Any]:
    """Return settings out of the JSON in a run's `folder`, where that is now."""
    ink = settings.get("ink")
    return settings | {"ink": str(folder.absolute() / Path(ink).name)} if isinstance(ink, str) else settings


def line_of(event: Evaluation | Changed, seconds: float) -> bytes:
    """Return the line of an event that came after `seconds` at work."""
    return (json.dumps(as_json(event) | {"seconds": round(seconds, 3)}, allow_nan=False) + "\n").encode()


def confusions_of(event: Evaluation) -> bytes:
    """Return the record of what `event` has measured."""
    test = event.test if isinstance(event, TrainingEnd) else None
    return b"".join(_matrix(measurement) for measurement in (event.training, event.validation, test))


def running_of(progress: Progress) -> bytes:
    """Return the record of the running cost."""
    return np.array([progress.step, progress.epoch, progress.cost], "<f8").tobytes()


def running(folder: Path) -> "np.ndarray[Any, np.dtype[np.float64]]":
    """Return the running cost of a run (reports, 3): step, epoch, cost."""
    path = folder / RUNNING
    count = path.stat().st_size // RUNNING_BYTES if path.is_file() else 0
    return np.fromfile(path, "<f8", 3 * count).reshape(-1, 3) if count else np.zeros((0, 3))


def confusions(folder: Path) -> "np.ndarray[Any, np.dtype[np.uint32]]":
    """Return all confusion matrices of a run (measurements, 3, 10, 10), mapped from its file."""
    path = folder / CONFUSIONS
    count = path.stat().st_size // CONFUSION_BYTES if path.is_file() else 0
    if not count:
        return np.zeros((0, 3, CLASSES, CLASSES), np.uint32)
    return np.memmap(path, "<u4", "r", shape=(count, 3, CLASSES, CLASSES))


def _matrix(measurement: Measurement | None) -> bytes:
    if measurement is None:
        return bytes(CONFUSION_BYTES // 3)
    return measurement.confusion.astype("<u4").tobytes()
