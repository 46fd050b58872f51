"""Dropout: units that are left out at random while the network learns."""

import re
from typing import ClassVar, Self

import numpy as np

from digitpad.nn.layers.layer import Backward, HiddenLayer, LayerError, NewParameters, Shape
from digitpad.nn.workspace import Array, Workspace


class Dropout(HiddenLayer):
    """Each element becomes 0 with probability `rate` while training, and the others grow by 1 / (1 - rate).

    Without a random generator in the workspace, as when predicting, the input passes unchanged (Srivastava, Hinton,
    Krizhevsky, Sutskever and Salakhutdinov, "Dropout", 2014; scaled while training, so that predicting needs no care).
    """

    PATTERN: ClassVar = r"d(\d?\.\d{1,6}|\d)"
    EXAMPLE: ClassVar = "d0.5"
    MEANING: ClassVar = "dropout: while training, each value is left out with probability 0.5"
    IS_STOCHASTIC = True

    def __init__(self, rate: float) -> None:
        if not 0 < rate < 1:
            raise LayerError(f"the dropout d{rate:g} is no probability: write one between 0 and 1, e.g. d0.5")
        self.rate = rate

    @classmethod
    def of(cls, word: re.Match[str], shape: Shape, new: NewParameters) -> Self:
        return cls(float(word[1]))

    @property
    def word(self) -> str:
        return f"d{self.rate:.6f}".rstrip("0")

    def forward(self, x: Array, workspace: Workspace) -> tuple[Array, Backward]:
        if workspace.rng is None:
            return x, _unchanged
        mask = workspace.like("mask", x)
        # Drawn in x's order of memory would depend on the layout; drawn by rows it depends on the generator only.
        np.greater_equal(workspace.rng.random(x.shape, np.float32), self.rate, out=mask)
        np.multiply(mask, 1 / (1 - self.rate), out=mask)
        y = workspace.like("y", x)
        np.multiply(x, mask, out=y)

        def backward(d_y: Array) -> tuple[Array, list[Array]]:
            np.multiply(d_y, mask, out=d_y)
            return d_y, []

        return y, backward

    def copy(self) -> Self:
        return type(self)(self.rate)


def _unchanged(d_y: Array) -> tuple[Array, list[Array]]:
    return d_y, []
