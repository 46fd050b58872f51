"""Finds the network named on the command line: a file, RUN or RUN@EPOCH; checks where one may be saved."""

from pathlib import Path
from typing import Any

from digitpad import logs
from digitpad.engine.files import weights
from digitpad.engine.files.tensor_files import WeightsError
from digitpad.engine.files.weights import TrainingRecord
from digitpad.engine.runs.references import resolve
from digitpad.engine.runs.store import RunStore
from digitpad.files import FileError
from digitpad.nn.network import Network

#: What ``add_argument`` takes for the name of a network; without a name it is the one that comes with digitpad.
NETWORK: dict[str, Any] = {
    "metavar": "WEIGHTS",
    "default": str(weights.BUNDLED),
    "help": "a .safetensors, .npz or .onnx file, RUN or RUN@EPOCH (default: the network that comes with digitpad)",
}


def load_named(text: str) -> tuple[Network, TrainingRecord]:
    """Return the network that `text` means, and its record. Raises `DigitpadError`."""
    reference = resolve(text, RunStore())
    if reference.note:
        logs.say(reference.note)
    return reference.load()


def check_out(path: Path) -> None:
    """Refuse, before hours are spent, a file that no network could be saved to after them."""
    if path.suffix.lower() not in weights.SUFFIXES:
        raise WeightsError(f"cannot write {path}: use a name that ends in {weights.ENDINGS}")
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise FileError(f"cannot write {path}: name a file in a folder that exists")
