"""The hyperbolic tangent."""

import numpy as np

from digitpad.nn.layers.elementwise import Elementwise
from digitpad.nn.layers.layer import Backward
from digitpad.nn.workspace import Array, Workspace


class Tanh(Elementwise):
    """a = tanh(z), from -1 to 1.

    Backward: the factor is 1 - a^2.
    """

    def forward(self, x: Array, workspace: Workspace) -> tuple[Array, Backward]:
        y = workspace.like("y", x)
        np.tanh(x, out=y)

        def backward(d_y: Array, *, needs_d_x: bool = True) -> tuple[Array | None, list[Array]]:
            if not needs_d_x:
                return None, []
            d_x = workspace.like("d_x", y)
            np.multiply(y, y, out=d_x)
            np.subtract(1, d_x, out=d_x)
            np.multiply(d_y, d_x, out=d_x)
            return d_x, []

        return y, backward
