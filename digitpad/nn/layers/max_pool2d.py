"""Maximum pooling."""

from collections.abc import Callable

import numpy as np

from digitpad.nn.layers.layer import Backward, Layer, Shape
from digitpad.nn.workspace import Array, Workspace


class MaxPool2D(Layer):
    """The largest value of each window. Windows do not overlap; pixels left over at the right and bottom are ignored.

    The maximum of a window is that of its rows' maxima: one axis is pooled after the other, in long runs of memory.

    Backward: the gradient goes to the position of the maximum; of equal ones, to the first in column order.
    """

    TAKES_PICTURES = True

    def __init__(self, window: int) -> None:
        self.window = window

    def output_shape(self, shape: Shape) -> Shape:
        return (shape[0], shape[1] // self.window, shape[2] // self.window)

    def forward(self, x: Array, workspace: Workspace) -> tuple[Array, Backward]:
        down, down_backward = self._pooled(x, 2, workspace["down"])
        y, across_backward = self._pooled(down, 3, workspace["across"])

        def backward(d_y: Array) -> tuple[Array, list[Array]]:
            return down_backward(across_backward(d_y)), []

        return y, backward

    def _pooled(self, x: Array, axis: int, workspace: Workspace) -> tuple[Array, Callable[[Array], Array]]:
        """Return the maxima along one axis, and the way from their gradient to that of `x`."""
        places = self._places(x.shape[axis], axis)
        y = workspace.pictures("y", x[places[0]].shape, x.dtype)
        np.copyto(y, x[places[0]])
        for place in places[1:]:
            np.maximum(y, x[place], out=y)

        def backward(d_y: Array) -> Array:
            d_x = workspace.pictures("d_x", x.shape, x.dtype)
            if x.shape[axis] % self.window:
                d_x.fill(0)
            is_maximum = workspace.pictures("is_maximum", y.shape, bool)
            rest = d_y
            for i, place in enumerate(places[:-1], 2):
                np.equal(x[place], y, out=is_maximum)
                np.multiply(rest, is_maximum, out=d_x[place])
                # Each position gets only what earlier ones left, the last one the rest: nothing is counted twice.
                left = d_x[places[-1]] if i == self.window else d_y
                rest = np.subtract(rest, d_x[place], out=left)
            if self.window == 1:
                np.copyto(d_x, d_y)
            return d_x

        return y, backward

    def _places(self, length: int, axis: int) -> list[tuple[slice, ...]]:
        """Return where the first, the second, ... of each window lie along `axis`."""
        end = length // self.window * self.window
        return [(slice(None),) * axis + (slice(k, end, self.window),) for k in range(self.window)]
