"""What each snapshot of a run predicts for one image."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from digitpad.data.ink import Image, pixels
from digitpad.engine.runs.snapshot import Snapshot
from digitpad.engine.runs.snapshots import Shelf
from digitpad.nn.workspace import Array


def predictions_of(folder: Path, snapshots: Sequence[Snapshot], image: Image, shelf: Shelf) -> Iterator[Array]:
    """Yield the probabilities (10,) that the network at each of `snapshots` gives for `image`, one after the other.

    Raises `DigitpadError` where a network is gone or damaged.
    """
    digit = pixels(image)[np.newaxis]
    for snapshot in snapshots:
        network = shelf.take(folder, snapshot.step)
        yield network.predict(digit)[0]
