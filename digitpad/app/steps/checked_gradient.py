"""Checks a number of a gradient by central differences."""

from dataclasses import dataclass

import numpy as np

from digitpad.engine.insight.gradient_check import check_gradient
from digitpad.engine.insight.quantities import Quantity
from digitpad.engine.insight.stepper import Step
from digitpad.nn.network import Network

#: Central differences in double precision cannot resolve gradients below this.
_TOO_SMALL = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class CheckedGradient:
    """A gradient, and in words how far one number of it is from central differences."""

    quantity: Quantity
    words: str


def checked_gradient(step: Step, network: Network, quantity: Quantity, row: int, column: int) -> CheckedGradient:
    """Check the number at `row` and `column` in the picture of `quantity`, the gradient of a parameter.

    `network` is as it was before that step.
    """
    layer, name = quantity.layer, quantity.parameter
    assert layer is not None
    parameter = network.layers[layer].parameters[name]
    place = row * parameter[0].size + column if parameter.ndim > 1 else column
    index = tuple(int(i) for i in np.unravel_index(place, parameter.shape))
    found = check_gradient(step, network, layer, name, index)
    words = f"{list(index)}: {found.analytic:.9g} here, {found.numeric:.9g} by central differences; "
    if max(abs(found.analytic), abs(found.numeric)) < _TOO_SMALL:
        words += "both are too small for differences of the cost to tell."
    else:
        words += f"the relative error is {found.relative_error:.1e}."
    return CheckedGradient(quantity, words)
