"""The quantities of a step in the derivation's order, each with its equation and its numbers."""

from dataclasses import dataclass

import numpy as np

from digitpad.data.dataset import SIDE
from digitpad.engine.insight.stepper import Step
from digitpad.engine.insight.unit_pictures import squared
from digitpad.engine.insight.units import Stage, pooling_of, stages
from digitpad.nn.losses import cross_entropy
from digitpad.nn.network import Network
from digitpad.nn.workspace import Array

#: Vectors of more numbers than this are folded into a square.
_LONGEST_ROW = 40


@dataclass(frozen=True, slots=True, eq=False)
class Quantity:
    """One line of a step: `equation` is its number, "" for what is given; `symbol` and `meaning` say what it is.

    `values` (rows, columns) are its numbers, of one digit where there are several; None for a single number, which
    `words` tell. A gradient names its `layer` and `parameter`, whose numbers lie in `values` row by row.
    """

    equation: str
    symbol: str
    meaning: str
    values: Array | None
    words: str = ""
    is_backward: bool = False
    layer: int | None = None
    parameter: str = ""


def quantities(step: Step, network: Network, digit: int = 0) -> list[Quantity]:
    """Return all of `step` on `network`: forward, the cost, and backward.

    Of a batch x, z, a and delta are those of the digit with that number, from 0; the gradients are the batch's.
    """
    found = stages(network)
    return [*_forward(step, network, found, digit), _cost(step, digit), *_backward(step, network, found, digit)]


def _forward(step: Step, network: Network, found: list[Stage], digit: int) -> list[Quantity]:
    lines = [
        Quantity("", "x", "the pixels, scaled, minus their mean over all training digits", _folded(step.x[digit])),
    ]
    last = len(found)
    for k, stage in enumerate(found, 1):
        z = step.passes[stage.weights].y[digit]
        below = "x" if k == 1 else f"α[{k - 1}]"
        layer = network.layers[stage.weights]
        if layer.IS_CONVOLUTION:
            side = layer.parameters["weight"].shape[2]
            words = f"{len(z)} filters: at each place the weighted sum of the {side} x {side} numbers below, and a bias"
            lines.append(Quantity("1.1", f"z[{k}] = W[{k}] ∗ {below}", words, _folded(z)))
        else:
            lines.append(Quantity("1.1", f"z[{k}] = W[{k}] {below}", _of_layer(k, last), _folded(z)))
        if k < last:
            a = step.passes[stage.output].y[digit]
            window = pooling_of(network, stage)
            symbol = f"α[{k}] = g(max z[{k}])" if window else f"α[{k}] = g(z[{k}])"
            pooled = f", of the largest in each {window} x {window}" if window else ""
            is_bent = not network.layers[stage.output].IS_PIECEWISE_LINEAR
            count = f"{np.count_nonzero(a > 0):,} of {a.size:,} are above 0"
            words = (f"from {a.min():.3g} to {a.max():.3g}" if is_bent else count) + pooled
            lines.append(Quantity("1.2", symbol, words, _folded(a)))
    answer = step.probabilities[digit]
    words = f"most probable: {answer.argmax()}, {100 * answer.max():.1f} %"
    return [*lines, Quantity("1.2", f"α[{last}] = softmax(z[{last}])", words, _folded(answer))]


def _cost(step: Step, digit: int) -> Quantity:
    label = int(step.labels[digit])
    own = float(cross_entropy(step.passes[-1].y[digit : digit + 1], step.targets[digit : digit + 1])[0])
    words = f"J = −ln {_probability(own)} = {own:.6g}, for the label {label}"
    if len(step.labels) > 1:
        words += f"; the mean of all {len(step.labels)} digits is {step.cost:.6g}"
    return Quantity("1.3", "J = −Σ y ln α", "the cost, in nats", None, words)


def _probability(cost: float) -> str:
    """Return the probability with that cost as it is read, also next to certainty and to none."""
    if cost < 1e-5:
        return f"(1 − {-np.expm1(-cost):.3g})"
    return f"{np.exp(-cost):.6g}" if cost < 600 else f"e^−{cost:.4g}"


def _softmax_lines(step: Step, found: list[Stage], digit: int) -> list[Quantity]:
    """Return the factors of the output layer's gradient, (1.5) and (1.6), before (1.8) simplifies them."""
    last, answer = len(found), step.probabilities[digit]
    below = "x" if last == 1 else f"α[{last - 1}]"
    came_in = step.passes[found[-1].weights].x[digit]
    factor = "a weight counts by what it is multiplied with: a factor of (1.4)"
    slope = np.diag(answer) - np.outer(answer, answer)
    words = (
        "the softmax's derivative: α(1 − α) on the diagonal, −αα elsewhere. Its row of the label, "
        f"{int(step.labels[digit])}, divided by −α there, is ∂J/∂z[{last}], called δ (1.7)"
    )
    return [
        Quantity("1.5", f"∂z[{last}]/∂W[{last}] = {below}", factor, _folded(came_in), is_backward=True),
        Quantity("1.6", f"∂α[{last}]/∂z[{last}]", words, slope, is_backward=True),
    ]


def _backward(step: Step, network: Network, found: list[Stage], digit: int) -> list[Quantity]:
    lines = _softmax_lines(step, found, digit)
    last, share = len(found), len(step.labels)
    for k, stage in zip(range(last, 0, -1), reversed(found), strict=True):
        back = step.backs[stage.weights]
        # Of a mean cost each digit's part is a share; what is shown of one is its own.
        delta = back.d_y[digit] * share
        if k == last:
            symbol, equation, each = f"δ[{k}] = α[{k}] − y", "1.9", "the answer minus the label (1.8)"
        else:
            symbol, equation, each = f"δ[{k}] = g′(z[{k}]) ⊙ W[{k + 1}]ᵀ δ[{k + 1}]", "1.11", "node by node (1.10)"
        words = f"how the cost changes with z: {each}"
        if window := pooling_of(network, stage):
            words += f"; it goes to the largest of each {window} x {window}, the others get 0"
        elif k < last and network.layers[found[k].weights].IS_CONVOLUTION:
            words += f"; each position of the filters W[{k + 1}] passes it back to the pixels below"
        lines.append(Quantity(equation, symbol, words, _folded(delta), is_backward=True))
        below = "x" if k == 1 else f"α[{k - 1}]"
        equation = {1: "1.14", last: "1.15"}.get(k, "1.13")
        gradient = back.d_parameters["weight"]
        is_filter = network.layers[stage.weights].IS_CONVOLUTION
        words = f"of {gradient.size:,} weights: the layer's input times δ (1.12), for all weights at once (1.13)"
        words += ", summed over all positions" if is_filter else ""
        # The gradients are the batch's, whichever of its digits the lines above are about.
        mean, of_mean = ("mean of ", f"; the mean over all {share} digits") if share > 1 else ("", "")
        lines.append(
            Quantity(
                equation, f"∂J/∂W[{k}] = {mean}{'Σ ' if is_filter else ''}δ[{k}] {below}ᵀ", words + of_mean,
                gradient.reshape(len(gradient), -1), is_backward=True, layer=stage.weights, parameter="weight",
            )
        )  # fmt: skip
        bias = back.d_parameters["bias"]
        lines.append(
            Quantity(
                equation, f"∂J/∂b[{k}] = {mean}δ[{k}]", "biases: weights of an input that is 1" + of_mean,
                bias[np.newaxis], is_backward=True, layer=stage.weights, parameter="bias",
            )
        )  # fmt: skip
    return lines + [line for k, stage in enumerate(found, 1) for line in _update(step, network, stage, k, last)]


def _update(step: Step, network: Network, stage: Stage, k: int, last: int) -> list[Quantity]:
    """Return the lines of what the weights and the biases of layer `k` are after the step."""
    lines: list[Quantity] = []
    equation = {1: "1.18", last: "1.17"}.get(k, "1.16")
    for name, letter in (("weight", "W"), ("bias", "b")):
        moves = step.learning_rate * step.backs[stage.weights].d_parameters[name]
        after = network.layers[stage.weights].parameters[name] - moves
        largest = float(np.abs(moves).max(initial=0.0))
        words = f"(1.16): with γ = {step.learning_rate:g} the largest change of a {name} is {largest:.4g}"
        values = after.reshape(len(after), -1) if after.ndim > 1 else after[np.newaxis]
        symbol = f"{letter}[{k}] − γ ∂J/∂{letter}[{k}]"
        lines.append(Quantity(equation, symbol, "the update", values, words, is_backward=True))
    return lines


def _of_layer(k: int, last: int) -> str:
    return "weighted sums of the output layer" if k == last else f"weighted sums of hidden layer {k}, bias included"


def _folded(values: Array) -> Array:
    """Return numbers as rows and columns that can be looked at."""
    if values.shape in ((SIDE * SIDE,), (1, SIDE, SIDE)):
        return values.reshape(SIDE, SIDE)
    together: Array = values[np.newaxis]
    if values.ndim == 1 and values.size <= _LONGEST_ROW:
        return together
    picture: Array = squared(together)[0]
    return picture
