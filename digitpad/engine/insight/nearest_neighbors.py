"""The training digits nearest to a drawing in a network's last hidden layer."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from digitpad.cancellation import NEVER, CancelToken
from digitpad.data.dataset import Dataset
from digitpad.data.ink import Image, pixels
from digitpad.engine.insight import units
from digitpad.nn.network import Network
from digitpad.nn.workspace import Array

#: Of all digits together: 200 MB.
_MOST_NUMBERS = 50_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Neighborhood:
    """Digits as a network's last hidden layer has them (n, units); where there is none, as their pixels are.

    `squares` (n,) are the squared lengths of those rows.
    """

    network: Network
    dataset: Dataset
    features: Array
    squares: Array

    def nearest(self, image: Image, count: int, label: int | None = None) -> npt.NDArray[np.intp]:
        """Return the places of the `count` digits nearest to `image` (28, 28), by Euclid's distance, nearest first.

        With a `label` only digits that bear it count.
        The digit itself, where it is among them, is none of its neighbors.
        """
        drawn = pixels(image)
        own = next(units.outputs(self.network, drawn[np.newaxis], _last(self.network))).reshape(-1)
        # |f - o|^2 without |o|^2, which is the same for all.
        distances = self.squares - 2 * (self.features @ own)
        distances[(self.dataset.images == drawn).all(axis=1)] = np.inf
        if label is not None:
            distances[self.dataset.labels != label] = np.inf
            count = min(count, int((distances < np.inf).sum()))
        few = np.argpartition(distances, min(count, len(distances) - 1))[:count]
        nearest: npt.NDArray[np.intp] = few[np.argsort(distances[few], kind="stable")]
        return nearest


def neighborhood(network: Network, dataset: Dataset, token: CancelToken = NEVER) -> Neighborhood:
    """Return `dataset` as `network` has it, or as much of it as memory allows. Raises `Cancelled`."""
    last = _last(network)
    size = next(units.outputs(network, dataset.images[:1], last)).size
    dataset = dataset.take(slice(max(1, _MOST_NUMBERS // size)))
    together = np.empty((len(dataset), size), np.float32)
    done = 0
    for features in units.outputs(network, dataset.images, last):
        token.check()
        together[done : done + len(features)] = features.reshape(len(features), -1)
        done += len(features)
    return Neighborhood(network, dataset, together, np.einsum("ij,ij->i", together, together))


def _last(network: Network) -> int:
    """Return the number of the layer below the output layer; -1 is the input."""
    return units.stages(network)[-1].weights - 1
