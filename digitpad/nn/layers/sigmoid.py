"""The logistic function."""

import numpy as np

from digitpad.nn.layers.elementwise import Elementwise
from digitpad.nn.layers.layer import Backward
from digitpad.nn.workspace import Array, Workspace


class Sigmoid(Elementwise):
    """a = 1 / (1 + exp(-z)), from 0 to 1, computed as (1 + tanh(z / 2)) / 2, which cannot overflow.

    Backward: the factor is a (1 - a).
    """

    def forward(self, x: Array, workspace: Workspace) -> tuple[Array, Backward]:
        y = workspace.like("y", x)
        np.multiply(x, 0.5, out=y)
        np.tanh(y, out=y)
        np.multiply(y, 0.5, out=y)
        np.add(y, 0.5, out=y)

        def backward(d_y: Array, *, needs_d_x: bool = True) -> tuple[Array | None, list[Array]]:
            if not needs_d_x:
                return None, []
            d_x = workspace.like("d_x", y)
            np.subtract(1, y, out=d_x)
            np.multiply(d_x, y, out=d_x)
            np.multiply(d_y, d_x, out=d_x)
            return d_x, []

        return y, backward
