"""The units of a network: their outputs, and the digits that activate them most."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from digitpad.cancellation import NEVER, CancelToken
from digitpad.data.dataset import Dataset, Images
from digitpad.engine.training.chunk_sizes import rows_at_once
from digitpad.nn.network import Network
from digitpad.nn.workspace import Array, Workspace

Indices = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Stage:
    """A layer of units with weights: the number of its layer, and that of the layer whose output they send on.

    The two are the same for the output layer, which has no activation.
    """

    weights: int
    output: int


def pooling_of(network: Network, stage: Stage) -> int:
    """Return the window of a maximum pooling between the weighted sums of `stage` and its activation; 0 for none."""
    between = network.layers[stage.weights + 1 : stage.output]
    return max((layer.window for layer in between), default=0)


def stages(network: Network) -> list[Stage]:
    """Return the layers of units, the first one first and the output layer last."""
    layers, found = network.layers, []
    for number, layer in enumerate(layers):
        if layer.parameters:
            # A pooling may stand between a convolution and its activation.
            behind = itertools.takewhile(lambda k: not layers[k].parameters, range(number + 1, len(layers)))
            activations = (k for k in behind if layers[k].IS_ACTIVATION)
            found.append(Stage(number, next(activations, number)))
    return found


def outputs(network: Network, images: Images, last: int) -> Iterator[Array]:
    """Yield what layer number `last` makes of `images` (n, 784), some rows (k, ...) at a time; -1 is the input."""
    workspace, size = Workspace(), rows_at_once(network)
    for start in range(0, len(images), size):
        x = network.scaled(images[start : start + size], workspace)
        for number, layer in enumerate(network.layers[: last + 1]):
            x, _ = layer.forward(x, workspace[number])
        yield x


@dataclass(frozen=True, slots=True, eq=False)
class Activity:
    """The activations (units, digits) of a stage for some digits; for a feature map, its maximum."""

    sent: Array

    @property
    def silent(self) -> npt.NDArray[np.bool_]:
        """Which units (units,) send nothing on, whatever the digit."""
        return np.asarray((self.sent == 0).all(axis=1))

    def exciting(self, unit: int, count: int) -> Indices:
        """Return the places of the `count` digits that excite `unit` most, the most exciting first."""
        order: Indices = np.argsort(-self.sent[unit], kind="stable")[:count]
        return order


def activity(network: Network, stage: Stage, dataset: Dataset, token: CancelToken = NEVER) -> Activity:
    """Return what the units of `stage` do for the digits of `dataset`. Raises `Cancelled`."""
    count = len(network.layers[stage.weights].parameters["weight"])
    sent = np.empty((count, len(dataset)), np.float32)
    done = 0
    for y in outputs(network, dataset.images, stage.output):
        token.check()
        sent[:, done : done + len(y)] = y.reshape(len(y), count, -1).max(axis=2).T
        done += len(y)
    return Activity(sent)
