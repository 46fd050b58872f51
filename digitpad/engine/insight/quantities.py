"""The quantities of a step in the derivation's order, each with its equation and its figures. It knows no widget."""

from dataclasses import dataclass

import numpy as np

from digitpad.data.dataset import SIDE
from digitpad.engine.insight.steps import Step
from digitpad.engine.insight.unit_pictures import squared
from digitpad.engine.insight.units import Stage, stages
from digitpad.nn.network import Network
from digitpad.nn.workspace import Array

#: Vectors of more numbers than this are folded into a square.
_LONGEST_ROW = 40


@dataclass(frozen=True, slots=True, eq=False)
class Quantity:
    """One line of a step: `equation` is its number, "" for what is given; `symbol` and `meaning` say what it is.

    `values` (rows, columns) are its numbers, of the first digit where there are several; None for a single number,
    which `words` tell. A gradient names its `layer` and `parameter`, whose numbers lie in `values` row by row.
    """

    equation: str
    symbol: str
    meaning: str
    values: Array | None
    words: str = ""
    is_backward: bool = False
    layer: int | None = None
    parameter: str = ""


def quantities(step: Step, network: Network) -> list[Quantity]:
    """Return all of `step` on `network`: forward, the cost, and backward."""
    found = stages(network)
    return [*_forward(step, found), _cost(step), *_backward(step, found)]


def _forward(step: Step, found: list[Stage]) -> list[Quantity]:
    lines = [
        Quantity("", "x", "the pixels, scaled, minus their mean over all training digits", _folded(step.x[0])),
    ]
    last = len(found)
    for k, stage in enumerate(found, 1):
        z = step.passes[stage.weights].y[0]
        lines.append(
            Quantity("1.1", f"z[{k}] = W[{k}] {'x' if k == 1 else f'α[{k - 1}]'}", _of_layer(k, last), _folded(z))
        )
        if k < last:
            a = step.passes[stage.output].y[0]
            lines.append(
                Quantity("1.2", f"α[{k}] = g(z[{k}])", f"{np.count_nonzero(a > 0)} of {a.size} are above 0", _folded(a))
            )
    answer = step.probabilities[0]
    words = f"most probable: {answer.argmax()}, {100 * answer.max():.1f} %"
    return [*lines, Quantity("1.2", f"α[{last}] = softmax(z[{last}])", words, _folded(answer))]


def _cost(step: Step) -> Quantity:
    label = int(step.labels[0])
    if len(step.labels) == 1:
        words = f"J = −ln {step.probabilities[0, label]:.6g} = {step.cost:.6g}, for the label {label}"
    else:
        words = f"J = {step.cost:.6g}, the mean of {len(step.labels)} digits"
    return Quantity("1.3", "J = −Σ y ln α", "the cost, in nats", None, words)


def _backward(step: Step, found: list[Stage]) -> list[Quantity]:
    lines: list[Quantity] = []
    last, share = len(found), len(step.labels)
    for k, stage in zip(range(last, 0, -1), reversed(found), strict=True):
        back = step.backs[stage.weights]
        # Of a mean cost each digit's part is a share; what is shown of the first one is its own.
        delta = back.d_y[0] * share
        if k == last:
            symbol, equation = f"δ[{k}] = α[{k}] − y", "1.9"
        else:
            symbol, equation = f"δ[{k}] = g′(z[{k}]) ⊙ W[{k + 1}]ᵀ δ[{k + 1}]", "1.11"
        lines.append(Quantity(equation, symbol, "how the cost changes with z", _folded(delta), is_backward=True))
        below = "x" if k == 1 else f"α[{k - 1}]"
        equation = {last: "1.15", 1: "1.14"}.get(k, "1.13")
        gradient = back.d_parameters["weight"]
        lines.append(
            Quantity(
                equation, f"∂J/∂W[{k}] = δ[{k}] {below}ᵀ", f"of {gradient.size:,} weights",
                gradient.reshape(len(gradient), -1), is_backward=True, layer=stage.weights, parameter="weight",
            )
        )  # fmt: skip
        bias = back.d_parameters["bias"]
        lines.append(
            Quantity(
                equation, f"∂J/∂b[{k}] = δ[{k}]", "biases: weights of an input that is 1", bias[np.newaxis],
                is_backward=True, layer=stage.weights, parameter="bias",
            )
        )  # fmt: skip
    for k, stage in enumerate(found, 1):
        gradient = step.backs[stage.weights].d_parameters["weight"]
        largest = step.learning_rate * float(np.abs(gradient).max(initial=0.0))
        equation = {last: "1.17", 1: "1.18"}.get(k, "1.16")
        words = f"with γ = {step.learning_rate:g} the weight that moves most moves by {largest:.4g}"
        lines.append(Quantity(equation, f"W[{k}] − γ ∂J/∂W[{k}]", "the update", None, words, is_backward=True))
    return lines


def _of_layer(k: int, last: int) -> str:
    return "weighted sums of the output layer" if k == last else f"weighted sums of hidden layer {k}, bias included"


def _folded(values: Array) -> Array:
    """Return numbers as rows and columns that can be looked at."""
    if values.size == SIDE * SIDE:
        return values.reshape(SIDE, SIDE)
    together: Array = values[np.newaxis]
    if values.ndim == 1 and values.size <= _LONGEST_ROW:
        return together
    picture: Array = squared(together)[0]
    return picture
