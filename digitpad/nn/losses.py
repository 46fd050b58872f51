"""Softmax and cross-entropy in one stable step."""

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from digitpad.nn.workspace import Array, Workspace

Labels = npt.NDArray[np.integer[Any]]


def softmax(logits: Array) -> Array:
    """Return probabilities (n, classes), each row summing to 1: the g of the output layer in equation (1.2)."""
    by_class = shifted(logits.T)
    softmax_in_place(by_class)
    return by_class.T


def shifted(by_class: Array, out: Array | None = None) -> Array:
    """Return logits (classes,) or (classes, n) less the largest of each sample.

    It changes no probability, and no exponential of them is above 1.
    """
    less: Array = np.subtract(by_class, np.maximum.reduce(by_class), out=out)
    return less


def softmax_in_place(by_class: Array) -> Array:
    """Turn `shifted` logits (classes,) or (classes, n) into probabilities, equation (1.2).

    g_i = exp z_i / sum over k of exp z_k. Return these sums, () or (n,), whose logarithms are in the cost.
    """
    np.exp(by_class, out=by_class)
    sums: Array = np.add.reduce(by_class)
    np.divide(by_class, sums, out=by_class)
    return sums


def cross_entropy(logits: Array, wanted: Array) -> Array:
    """Return each sample's cost (n,) in nats: J = -sum of y ln p, equation (1.3), computed without forming p.

    `logits` and `wanted`, the `targets` y, are (n, classes).
    """
    z = shifted(logits.T)
    costs: Array = np.log(np.exp(z).sum(axis=0)) - (wanted.T * z).sum(axis=0)
    return costs


def softmax_cross_entropy(
    logits: Array, labels: Labels, workspace: Workspace, smoothing: float = 0.0, batch_size: int | None = None
) -> tuple[float, Array]:
    """Return the mean cost, equation (1.3), and its gradient with respect to the logits, equations (1.8) and (1.9).

    `logits` (n, classes), `labels` (n,) integers; ``d_logits`` (n, classes) is (softmax(logits) - y) / n, with y the
    `targets`. If the rows are a part of a larger batch, the mean divides by `batch_size` instead of n: the costs and
    gradients of the parts then add up to those of the batch. Rows are shifted by their maximum, so neither overflow nor
    log(0) can occur as long as the logits of a row differ by finite numbers.
    """
    rows, classes = logits.shape
    n = rows if batch_size is None else batch_size
    d_logits = workspace.batch_last("d_logits", logits.shape, logits.dtype)
    # J = ln (sum over k of exp z_k) - y . z, (1.2) put into (1.3), with each row's largest z taken from all of its z.
    # One class per row: reducing over ten contiguous numbers would take several times as long.
    by_class = d_logits.T
    shifted(logits.T.copy(), out=by_class)
    wanted = np.take(_table(classes, smoothing, logits.dtype), labels, axis=1)
    cost = -float(np.vdot(wanted, by_class))
    cost += float(np.add.reduce(np.log(softmax_in_place(by_class))))
    # delta = a - y, (1.8) and (1.9), as a mean over the batch.
    np.subtract(by_class, wanted, out=by_class)
    np.divide(by_class, n, out=by_class)
    return cost / n, d_logits


def targets(labels: Labels, classes: int, smoothing: float, dtype: npt.DTypeLike) -> Array:
    """Return what the network should say for each of `labels` (n,): y (n, classes), each row summing to 1.

    y is one-hot. The label `classes` marks an outlier: its y is uniform over all classes (Hendrycks, Mazeika and
    Dietterich, "Deep anomaly detection with outlier exposure", 2019). With `smoothing` e, y is replaced by
    (1 - e) y + e / classes (Szegedy et al., "Rethinking the Inception architecture", 2015, section 7).
    """
    return _table(classes, smoothing, np.dtype(dtype)).T[labels]


@lru_cache(maxsize=8)
def _table(classes: int, smoothing: float, dtype: np.dtype[Any]) -> Array:
    """Return the targets (classes, classes + 1), a label in a column."""
    even = np.full((classes, 1), 1 / classes)
    table: Array = ((1 - smoothing) * np.hstack([np.eye(classes), even]) + smoothing / classes).astype(dtype)
    table.flags.writeable = False
    return table
