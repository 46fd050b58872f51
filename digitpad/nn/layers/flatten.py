"""From pictures to rows of features."""

import math

import numpy as np

from digitpad.nn.layers.layer import Backward, Layer, Shape
from digitpad.nn.workspace import Array, Workspace


class Flatten(Layer):
    """(n, channels, height, width) to (n, channels * height * width), channel by channel, row by row.

    Backward: the same numbers in their former shape. In memory, too, they change their order.
    """

    def output_shape(self, shape: Shape) -> Shape:
        return (math.prod(shape),)

    def forward(self, x: Array, workspace: Workspace) -> tuple[Array, Backward]:
        shape = x.shape
        y = workspace.batch_last("y", (len(x), math.prod(shape[1:])), x.dtype)
        np.copyto(y.reshape(shape), x)

        def backward(d_y: Array) -> tuple[Array, list[Array]]:
            d_x = workspace.like("d_x", x)
            np.copyto(d_x, d_y.reshape(shape))
            return d_x, []

        return y, backward
