"""The sigmoid linear unit, also called Swish."""

import numpy as np

from digitpad.nn.layers.activation import Activation
from digitpad.nn.layers.sigmoid import Sigmoid
from digitpad.nn.workspace import Array, Workspace


class SiLU(Activation):
    """g(z) = z s(z) with the logistic s: a ReLU without its kink; g'(z) = s + a (1 - s), from -0.1 to 1.1.

    It falls before it rises, with its lowest value, -0.278, at z = -1.278. Elfwing, Uchibe and Doya, "Sigmoid-weighted
    linear units for neural network function approximation in reinforcement learning", 2017.
    """

    IS_MONOTONIC = False

    @staticmethod
    def g(z: Array, a: Array) -> None:
        Sigmoid.g(z, a)
        np.multiply(z, a, out=a)

    @staticmethod
    def g_prime(z: Array, a: Array, slope: Array, workspace: Workspace) -> None:
        # s + a - s a
        Sigmoid.g(z, slope)
        both = workspace.like("s a", a)
        np.multiply(slope, a, out=both)
        np.add(slope, a, out=slope)
        np.subtract(slope, both, out=slope)
