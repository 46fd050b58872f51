"""The hyperbolic tangent."""

import numpy as np

from digitpad.nn.layers.activation import Activation
from digitpad.nn.workspace import Array, Workspace


class Tanh(Activation):
    """g(z) = tanh z, from -1 to 1; g'(z) = 1 - a^2."""

    FADING = "a tanh passes on little where its units are nearly at their limits."

    @staticmethod
    def g(z: Array, a: Array) -> None:
        np.tanh(z, out=a)

    @staticmethod
    def g_prime(z: Array, a: Array, slope: Array, workspace: Workspace) -> None:
        np.multiply(a, a, out=slope)
        np.subtract(1, slope, out=slope)
