"""The leaky rectifier."""

import numpy as np

from digitpad.nn.layers.elementwise import Elementwise
from digitpad.nn.layers.layer import Backward
from digitpad.nn.workspace import Array, Workspace

SLOPE = 0.01


class LeakyReLU(Elementwise):
    """a = z where z > 0, else 0.01 z: a unit that is off still learns (Maas, Hannun and Ng, 2013).

    Backward: the factor is 1 or 0.01.
    """

    def forward(self, x: Array, workspace: Workspace) -> tuple[Array, Backward]:
        y = workspace.like("y", x)
        np.multiply(x, SLOPE, out=y)
        np.maximum(x, y, out=y)

        def backward(d_y: Array, *, needs_d_x: bool = True) -> tuple[Array | None, list[Array]]:
            if not needs_d_x:
                return None, []
            d_x = workspace.like("d_x", y)
            np.greater(y, 0, out=d_x)
            np.maximum(d_x, SLOPE, out=d_x)
            np.multiply(d_y, d_x, out=d_x)
            return d_x, []

        return y, backward
