"""Softmax and cross-entropy in one stable step. It knows logits and labels, no layers."""

from typing import Any

import numpy as np
import numpy.typing as npt

from digitpad.nn.workspace import Array, Workspace

Labels = npt.NDArray[np.integer[Any]]


def softmax(logits: Array) -> Array:
    """Return probabilities (n, classes), each row summing to 1: the g of the output layer in equation (1.2)."""
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities: Array = exponentials / exponentials.sum(axis=1, keepdims=True)
    return probabilities


def cross_entropy(logits: Array, labels: Labels) -> Array:
    """Return each sample's cost (n,) in nats: J = -ln p(label), equation (1.3), computed without forming p."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    costs: Array = np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(labels)), labels]
    return costs


def softmax_cross_entropy(
    logits: Array, labels: Labels, workspace: Workspace, smoothing: float = 0.0
) -> tuple[float, Array]:
    """Return the batch's mean cost, equation (1.3), and its gradient by the logits, equations (1.8) and (1.9).

    `logits` (n, classes), `labels` (n,) integers; ``d_logits`` (n, classes) is (softmax(logits) - y) / n, with y the
    labels one-hot. With `smoothing` e, y is 1 - e at the label and e spread evenly over all classes (Szegedy et al.,
    "Rethinking the Inception architecture", 2015, section 7), and the cost is that for this y. Rows are shifted by
    their maximum, so neither overflow nor log(0) can occur for finite logits.
    """
    n, classes = logits.shape
    at_label = np.arange(n), labels
    d_logits = workspace.array("d_logits", logits.shape, logits.dtype)
    np.subtract(logits, logits.max(axis=1, keepdims=True), out=d_logits)
    expected = d_logits[at_label]
    if smoothing:
        expected = (1 - smoothing) * expected + smoothing * d_logits.mean(axis=1)
    np.exp(d_logits, out=d_logits)
    # A product with ones is the fastest way to sum rows as short as these.
    sums = d_logits @ np.ones((classes, 1), d_logits.dtype)
    cost = float((np.log(sums[:, 0]) - expected).mean())
    np.divide(d_logits, sums * n, out=d_logits)
    d_logits[at_label] -= (1 - smoothing) / n
    if smoothing:
        np.subtract(d_logits, smoothing / (classes * n), out=d_logits)
    return cost, d_logits
