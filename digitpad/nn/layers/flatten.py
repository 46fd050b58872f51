"""From pictures to rows of features."""

import math
from typing import Self

from digitpad.nn.layers.layer import Backward, Shape
from digitpad.nn.workspace import Array, Workspace


class Flatten:
    """(n, channels, height, width) to (n, channels * height * width), channel by channel, row by row.

    Backward: the same numbers in their former shape. Where the batch runs fastest in memory, both are views.
    """

    @property
    def parameters(self) -> dict[str, Array]:
        return {}

    def output_shape(self, shape: Shape) -> Shape:
        return (math.prod(shape),)

    def multiplications(self, shape: Shape) -> int:
        return 0

    def forward(self, x: Array, workspace: Workspace) -> tuple[Array, Backward]:
        shape = x.shape

        def backward(d_y: Array, *, needs_d_x: bool = True) -> tuple[Array | None, list[Array]]:
            return (d_y.reshape(shape) if needs_d_x else None), []

        return x.reshape(len(x), math.prod(shape[1:])), backward

    def copy(self) -> Self:
        return type(self)()
