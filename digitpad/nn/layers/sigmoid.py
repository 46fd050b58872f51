"""The logistic function."""

import numpy as np

from digitpad.nn.layers.activation import Activation
from digitpad.nn.workspace import Array, Workspace


class Sigmoid(Activation):
    """g(z) = 1 / (1 + exp(-z)), from 0 to 1; g'(z) = a (1 - a).

    Computed as (1 + tanh(z / 2)) / 2, which cannot overflow.
    """

    FADING = "each sigmoid passes on a quarter at most."

    @staticmethod
    def g(z: Array, a: Array) -> None:
        np.multiply(z, 0.5, out=a)
        np.tanh(a, out=a)
        np.multiply(a, 0.5, out=a)
        np.add(a, 0.5, out=a)

    @staticmethod
    def g_prime(z: Array, a: Array, slope: Array, workspace: Workspace) -> None:
        np.subtract(1, a, out=slope)
        np.multiply(slope, a, out=slope)
