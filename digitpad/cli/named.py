"""From what is written on the command line, a file, RUN or RUN@EPOCH, to a network."""

import argparse
import sys

from digitpad.engine.files import weights
from digitpad.engine.files.weights import TrainingRecord
from digitpad.engine.runs.references import resolve
from digitpad.engine.runs.store import RunStore
from digitpad.nn.network import Network


def add_weights_argument(parser: argparse.ArgumentParser) -> None:
    """Let a network be named on the command line; without a name it is the one that comes with digitpad."""
    parser.add_argument(
        "weights", metavar="WEIGHTS", nargs="?", default=str(weights.BUNDLED),
        help="a .safetensors or .npz file, RUN or RUN@EPOCH (default: the network that comes with digitpad)",
    )  # fmt: skip


def load_named(text: str) -> tuple[Network, TrainingRecord]:
    """Return the network that `text` means, and its record. Raises `DigitpadError`."""
    reference = resolve(text, RunStore())
    if reference.note:
        print(f"digitpad: {reference.note}", file=sys.stderr)
    return reference.load()
