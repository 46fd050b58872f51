"""Evaluates a network on a data set."""

from collections.abc import Generator
from dataclasses import dataclass
from functools import partial
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from digitpad.cancellation import NEVER, CancelToken, completed
from digitpad.data.dataset import CLASSES, Dataset, Labels
from digitpad.engine.training.chunk_sizes import rows_at_once
from digitpad.engine.training.workers import Workers
from digitpad.nn.losses import cross_entropy, targets
from digitpad.nn.network import Network
from digitpad.nn.workspace import Workspace


@dataclass(frozen=True, slots=True, eq=False)
class Measurement:
    """Mean cost in nats and `confusion` (10, 10), whose rows are the true digits and columns the answers."""

    cost: float
    confusion: npt.NDArray[np.int64]

    @property
    def count(self) -> int:
        """How many digits were measured."""
        return int(self.confusion.sum())

    @property
    def accuracy(self) -> float:
        """The share that was classified correctly, 0-1."""
        return float(self.confusion.trace() / self.count)

    @property
    def per_digit(self) -> list[float | None]:
        """The share of each digit that was classified correctly; None for a digit that did not occur."""
        totals = self.confusion.sum(axis=1)
        return [float(self.confusion[i, i] / totals[i]) if totals[i] else None for i in range(CLASSES)]

    def as_dict(self) -> dict[str, Any]:
        """Return all figures for JSON."""
        return {
            "count": self.count,
            "cost": self.cost if np.isfinite(self.cost) else None,
            "accuracy": self.accuracy,
            "per_digit": self.per_digit,
            "confusion": self.confusion.tolist(),
        }

    @classmethod
    def from_dict(cls, figures: dict[str, Any]) -> Self:
        """Return the measurement of an `as_dict`. Raises `ValueError`, `KeyError` or `TypeError` where it is none."""
        confusion = np.array(figures["confusion"], np.int64)
        if confusion.shape != (CLASSES, CLASSES) or confusion.min() < 0 or not confusion.any():
            raise ValueError("no confusion matrix")
        cost = figures["cost"]
        return cls(float("nan") if cost is None else float(cost), confusion)


def measuring(
    network: Network, dataset: Dataset, workspace: Workspace, workers: Workers
) -> Generator[None, None, Measurement]:
    """Measure in pieces of a few milliseconds, as many at once as there are workers; return the `Measurement` of all.

    Yields after each round of pieces. How many workers there are does not change the figures.
    """
    size = rows_at_once(network)
    cost = 0.0
    confusion = np.zeros((CLASSES, CLASSES), np.int64)
    starts = range(0, len(dataset), size)
    for first in range(0, len(starts), workers.count):
        pieces = [dataset.take(slice(start, start + size)) for start in starts[first : first + workers.count]]
        jobs = [partial(_measured, network, piece, workspace["piece", i]) for i, piece in enumerate(pieces)]
        for piece, (piece_cost, answers) in zip(pieces, workers.run(jobs), strict=True):
            cost += piece_cost
            confusion += confusion_of(piece.labels, answers)
        yield
    return Measurement(cost / len(dataset), confusion)


def confusion_of(labels: Labels, digits: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.int64]:
    """Return how often each of `labels` (n,), a row, got each of the answers `digits` (n,), a column: (10, 10)."""
    confusion = np.zeros((CLASSES, CLASSES), np.int64)
    np.add.at(confusion, (labels, digits), 1)
    return confusion


def measure(network: Network, dataset: Dataset, token: CancelToken = NEVER) -> Measurement:
    """Return how good `network` is on all of `dataset`, which is not empty. Raises `Cancelled`."""
    return completed(measuring(network, dataset, Workspace(), Workers(1)), token)


def _measured(network: Network, piece: Dataset, workspace: Workspace) -> tuple[float, npt.NDArray[np.intp]]:
    """Return the sum of the costs, and the answers."""
    with np.errstate(over="ignore", invalid="ignore"):
        logits, _ = network.forward(piece.images, workspace)
        costs = cross_entropy(logits, targets(piece.labels, CLASSES, 0.0, logits.dtype))
        return float(costs.sum(dtype=np.float64)), logits.argmax(axis=1)
