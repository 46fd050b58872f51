"""One pass through a network with everything that it computes, forward and backward."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from digitpad.data.ink import Image, pixels
from digitpad.nn.layers import Backward, Layer
from digitpad.nn.losses import Labels, softmax, softmax_cross_entropy
from digitpad.nn.network import Network
from digitpad.nn.workspace import Array, Workspace


@dataclass(frozen=True, slots=True, eq=False)
class LayerPass:
    """What a layer was given, x (n, ...), and what it made of it, y (n, ...)."""

    layer: Layer
    x: Array
    y: Array


@dataclass(frozen=True, slots=True, eq=False)
class LayerBack:
    """The cost's gradients on the way back through a layer: by its output, by its input, and by its parameters."""

    d_y: Array
    d_x: Array
    d_parameters: dict[str, Array]


class Trace:
    """One pass of some inputs (n, 784), in bytes 0-255 or fractions of them, through a network; all arrays are copies.

    `passes` are its layers from first to last; `x` (n, ...) is what the first one sees: inputs scaled, their mean
    subtracted.
    """

    def __init__(self, network: Network, inputs: npt.NDArray[np.number]) -> None:
        workspace = Workspace()
        self.passes: list[LayerPass] = []
        self._backwards: list[Backward] = []
        self.x: Array = network.scaled(inputs, workspace).copy()
        x = self.x
        for number, layer in enumerate(network.layers):
            y, backward = layer.forward(x, workspace[number])
            self._backwards.append(backward)
            self.passes.append(LayerPass(layer, x.copy(), y.copy()))
            x = y

    @property
    def logits(self) -> Array:
        """What the last layer says (n, classes)."""
        return self.passes[-1].y if self.passes else self.x

    @property
    def probabilities(self) -> Array:
        """The network's answers (n, classes)."""
        return softmax(self.logits)

    def back(self, d_logits: Array) -> list[LayerBack]:
        """Return the backward pass of a gradient with respect to the logits (n, classes), the first layer first."""
        found: list[LayerBack] = []
        d_y = d_logits
        for passed, backward in zip(reversed(self.passes), reversed(self._backwards), strict=True):
            # A layer may overwrite what it is given.
            d_x, gradients = backward(d_y.copy())
            assert d_x is not None
            names = passed.layer.parameters
            by_name = {name: gradient.copy() for name, gradient in zip(names, gradients, strict=True)}
            found.insert(0, LayerBack(d_y, d_x.copy(), by_name))
            d_y = found[0].d_x
        return found

    def cost_and_back(self, labels: Labels) -> tuple[float, list[LayerBack]]:
        """Return the mean cost for `labels` (n,), and the backward pass of its gradient."""
        cost, d_logits = softmax_cross_entropy(self.logits, labels, Workspace())
        return cost, self.back(d_logits.copy())


def trace_of(network: Network, image: Image) -> Trace:
    """Return the pass of one image (28, 28), in float64."""
    return Trace(network.astype(np.float64), pixels(image)[np.newaxis])
