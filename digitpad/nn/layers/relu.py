"""The rectifier."""

import numpy as np

from digitpad.nn.layers.activation import Activation
from digitpad.nn.workspace import Array, Workspace


class ReLU(Activation):
    """g(z) = max(z, 0); g'(z) is 1 where z > 0, else 0."""

    IS_PIECEWISE_LINEAR = True
    CAN_DIE = True
    SLOPE = bool

    @staticmethod
    def g(z: Array, a: Array) -> None:
        np.maximum(z, 0, out=a)

    @staticmethod
    def g_prime(z: Array, a: Array, slope: Array, workspace: Workspace) -> None:
        np.greater(a, 0, out=slope)
