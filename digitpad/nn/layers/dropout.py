"""Dropout: units that are left out at random while the network learns."""

import numpy as np

from digitpad.nn.layers.layer import Backward, Layer
from digitpad.nn.workspace import Array, Workspace


class Dropout(Layer):
    """Each element becomes 0 with probability `rate` while training, and the others grow by 1 / (1 - rate).

    Without a random generator in the workspace, as when predicting, the input passes unchanged (Srivastava, Hinton,
    Krizhevsky, Sutskever and Salakhutdinov, "Dropout", 2014; scaled while training, so that predicting needs no care).
    """

    IS_STOCHASTIC = True

    def __init__(self, rate: float) -> None:
        self.rate = rate

    def forward(self, x: Array, workspace: Workspace) -> tuple[Array, Backward]:
        if workspace.rng is None:
            return x, _unchanged
        mask = workspace.like("mask", x)
        # Drawn row by row, whatever the memory layout of x: the mask depends on the generator only.
        np.greater_equal(workspace.rng.random(x.shape, np.float32), self.rate, out=mask)
        np.multiply(mask, 1 / (1 - self.rate), out=mask)
        y = workspace.like("y", x)
        np.multiply(x, mask, out=y)

        def backward(d_y: Array) -> tuple[Array, list[Array]]:
            np.multiply(d_y, mask, out=d_y)
            return d_y, []

        return y, backward


def _unchanged(d_y: Array) -> tuple[Array, list[Array]]:
    return d_y, []
