"""Compares one number of a step's gradients with central differences."""

from dataclasses import dataclass

import numpy as np

from digitpad.engine.insight.stepper import Step
from digitpad.nn.gradcheck import numeric_slope, relative_error
from digitpad.nn.losses import softmax_cross_entropy
from digitpad.nn.network import Network
from digitpad.nn.workspace import Workspace


@dataclass(frozen=True, slots=True)
class GradientCheck:
    """A gradient by the derivation and by central differences, of one parameter, and how far they are apart, 0-1."""

    analytic: float
    numeric: float

    @property
    def relative_error(self) -> float:
        """The difference in relation to both."""
        return relative_error(np.array(self.analytic), np.array(self.numeric))


def check_gradient(step: Step, network: Network, layer: int, name: str, index: tuple[int, ...]) -> GradientCheck:
    """Return the analytic and the numeric derivative of the cost with respect to one element of a parameter.

    The parameter is that called `name` of a layer; `network` is that of the step, before it was taken.
    """
    network = network.copy()
    parameter = network.layers[layer].parameters[name]
    workspace = Workspace()

    def cost() -> float:
        return softmax_cross_entropy(network.forward(step.inputs, workspace)[0], step.labels, workspace)[0]

    return GradientCheck(float(step.backs[layer].d_parameters[name][index]), numeric_slope(cost, parameter, index))
