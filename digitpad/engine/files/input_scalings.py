"""How pixels, 0-255, become a network's input: the common scalings for MNIST."""

from dataclasses import dataclass

import numpy as np

from digitpad.data.dataset import SIDE, Dataset
from digitpad.engine.files.tensor_files import WeightsError
from digitpad.nn.workspace import Array

#: Mean and deviation of all pixels of MNIST's training digits, scaled to 0-1.
MNIST_MEAN, MNIST_DEVIATION = 0.1307, 0.3081


@dataclass(frozen=True, slots=True, eq=False)
class Scaling:
    """The first layer's input is ``pixels * scale - mean``, with `mean` (784,)."""

    scale: float
    mean: Array

    def then(self, after: "Scaling") -> "Scaling":
        """Return this scaling with `after` upon what it gives."""
        return Scaling(self.scale * after.scale, self.mean * after.scale + after.mean)


#: What is called how, in words.
SCALINGS = {
    "unit": "0 to 1: pixels / 255",
    "mnist": f"mean {MNIST_MEAN} and deviation {MNIST_DEVIATION} of all pixels",
    "signed": "-1 to 1",
    "digitpad": "as digitpad: 0 to 1, less each pixel's mean",
    "bytes": "not at all: 0 to 255",
}


def scaling(name: str, training: Dataset) -> Scaling:
    """Return the scaling of that name; digitpad's own goes by the digits `training`. Raises `WeightsError`."""
    unit = 1 / 255
    if name == "digitpad":
        return Scaling(unit, training.mean() * unit)
    found = {
        "unit": (unit, 0.0),
        "mnist": (unit / MNIST_DEVIATION, MNIST_MEAN / MNIST_DEVIATION),
        "signed": (2 * unit, 1.0),
        "bytes": (1.0, 0.0),
    }
    if name not in found:
        raise WeightsError(f"there is no scaling {name[:40]!r}: use {', '.join(SCALINGS)}")
    scale, mean = found[name]
    return Scaling(scale, np.full(SIDE * SIDE, mean))
