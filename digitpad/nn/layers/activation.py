"""Activations: functions of single elements, each of them two functions, g and its derivative."""

from abc import abstractmethod
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from digitpad.nn.layers.layer import Backward, Layer
from digitpad.nn.workspace import Array, Workspace


class Activation(Layer):
    """a = g(z), equation (1.2), of each element z; backward the factor g'(z) of (1.10) and (1.11).

    A new activation is a subclass with these two functions in a file of its own.
    """

    IS_ACTIVATION = True
    IS_PIECEWISE_LINEAR = False
    #: Whether g never falls: then the maximum of some g(z) is g of their maximum.
    IS_MONOTONIC: ClassVar[bool] = True
    #: The dtype of g': bool if it is only 0 or 1, None for that of the output.
    SLOPE: ClassVar[npt.DTypeLike | None] = None

    @staticmethod
    @abstractmethod
    def g(z: Array, a: Array) -> None:
        """Write g(z) into `a`."""

    @staticmethod
    @abstractmethod
    def g_prime(z: Array, a: Array, slope: Array, workspace: Workspace) -> None:
        """Write g'(z) into `slope`; `a` is g(z). What else it takes may lie in `workspace`."""

    def forward(self, z: Array, workspace: Workspace) -> tuple[Array, Backward]:
        a = workspace.like("a", z)
        self.g(z, a)

        def backward(d_a: Array) -> tuple[Array, list[Array]]:
            slope = workspace.like("slope", a, self.SLOPE)
            self.g_prime(z, a, slope, workspace)
            np.multiply(d_a, slope, out=d_a)
            return d_a, []

        return a, backward
