"""The leaky rectifier."""

import numpy as np

from digitpad.nn.layers.activation import Activation
from digitpad.nn.workspace import Array, Workspace

SLOPE = 0.01


class LeakyReLU(Activation):
    """g(z) = z where z > 0, else 0.01 z: a unit that is off still learns; g'(z) is 1 or 0.01.

    Maas, Hannun and Ng, "Rectifier nonlinearities improve neural network acoustic models", 2013.
    """

    IS_PIECEWISE_LINEAR = True

    @staticmethod
    def g(z: Array, a: Array) -> None:
        np.multiply(z, SLOPE, out=a)
        np.maximum(z, a, out=a)

    @staticmethod
    def g_prime(z: Array, a: Array, slope: Array, workspace: Workspace) -> None:
        np.greater(a, 0, out=slope)
        np.maximum(slope, SLOPE, out=slope)
