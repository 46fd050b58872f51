"""The analytic gradient against central differences: the test that a student should run first. In float64 only."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from digitpad.nn.losses import Labels, softmax_cross_entropy
from digitpad.nn.network import Network
from digitpad.nn.workspace import Array, Workspace

_EPSILON = 1e-5


def numeric_slope(cost: Callable[[], float], parameter: Array, index: tuple[int, ...]) -> float:
    """Return the derivative of `cost` with respect to one element w of `parameter`.

    It is (J(w + e) - J(w - e)) / 2e with e = 1e-5. `cost` reads `parameter`, which is changed and restored.
    """
    value = parameter[index]
    parameter[index] = value + _EPSILON
    above = cost()
    parameter[index] = value - _EPSILON
    below = cost()
    parameter[index] = value
    return (above - below) / (2 * _EPSILON)


def numeric_gradient(cost: Callable[[], float], parameter: Array) -> Array:
    """Return the gradient of `cost` with respect to `parameter` (any shape), element by element by `numeric_slope`."""
    gradient = np.zeros_like(parameter)
    for index in np.ndindex(parameter.shape):
        gradient[index] = numeric_slope(cost, parameter, index)
    return gradient


def relative_error(a: Array, b: Array) -> float:
    """Return ``|a - b| / (|a| + |b|)`` in the Euclidean norm: 0 for equal arrays (also two zeros), at most 1."""
    scale = float(np.linalg.norm(a) + np.linalg.norm(b))
    return float(np.linalg.norm(a - b)) / scale if scale > 0 else 0.0


def check_network(
    network: Network, inputs: npt.NDArray[Any], labels: Labels, only: Sequence[Array] | None = None
) -> dict[str, float]:
    """Return, for each parameter of a float64 `network`, the relative error of its gradient on this batch.

    Numeric gradients take two passes for each number: `only` names the parameters to spend them on.
    """
    workspace = Workspace()

    def cost() -> float:
        return softmax_cross_entropy(network.forward(inputs, workspace)[0], labels, workspace)[0]

    logits, backward = network.forward(inputs, workspace)
    _, d_logits = softmax_cross_entropy(logits, labels, workspace)
    analytic = [gradient.copy() for gradient in backward(d_logits)]
    return {
        name: relative_error(gradient, numeric_gradient(cost, parameter))
        for (name, parameter), gradient in zip(network.named_parameters.items(), analytic, strict=True)
        if only is None or any(parameter is one for one in only)
    }
