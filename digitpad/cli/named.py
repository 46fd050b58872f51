"""From what is written on the command line, a file, RUN or RUN@EPOCH, to a network."""

import sys

from digitpad.engine.files.weights import TrainingRecord
from digitpad.engine.runs.references import resolve
from digitpad.engine.runs.store import RunStore
from digitpad.nn.network import Network


def load_named(text: str) -> tuple[Network, TrainingRecord]:
    """Return the network that `text` means, and its record. Raises `DigitpadError`."""
    reference = resolve(text, RunStore())
    if reference.note:
        print(f"digitpad: {reference.note}", file=sys.stderr)
    return reference.load()
