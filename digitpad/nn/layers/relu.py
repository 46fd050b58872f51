"""The rectifier."""

import numpy as np

from digitpad.nn.layers.elementwise import Elementwise
from digitpad.nn.layers.layer import Backward
from digitpad.nn.workspace import Array, Workspace


class ReLU(Elementwise):
    """a = max(z, 0), the activation g of equation (1.2).

    Backward: the factor g'(z) of (1.10) and (1.11), which is 1 where z > 0 and else 0.
    """

    def forward(self, x: Array, workspace: Workspace) -> tuple[Array, Backward]:
        y = workspace.like("y", x)
        np.maximum(x, 0, out=y)

        def backward(d_y: Array, *, needs_d_x: bool = True) -> tuple[Array | None, list[Array]]:
            if not needs_d_x:
                return None, []
            is_positive = workspace.like("is_positive", y, bool)
            np.greater(y, 0, out=is_positive)
            np.multiply(d_y, is_positive, out=d_y)
            return d_y, []

        return y, backward
