"""Histograms of a layer's weights, activations and gradients, for each snapshot of a run."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from digitpad.cancellation import NEVER, CancelToken
from digitpad.data.dataset import Dataset
from digitpad.engine.insight.trace import Trace
from digitpad.engine.insight.units import stages
from digitpad.nn.network import Network
from digitpad.nn.workspace import Array

KINDS = ("weights", "activations", "gradients")
BINS = 41
#: Of all numbers, those beyond this quantile lie in the outermost bins: a single one would squash all the others.
_INSIDE = 0.998
#: Numbers of a layer that are enough: of twice as many or more, only every k-th in sorted order is counted.
_MOST = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """Shares (networks, BINS) of a layer's numbers in equal bins from -`most` to `most`; each row adds up to 1."""

    shares: Array
    most: float


def numbers_of(network: Network, stage: int, digits: Dataset) -> tuple[Array, Array, Array]:
    """Return a layer's weights, its activations for `digits`, and the cost's gradient with respect to the weights."""
    found = stages(network)[stage]
    trace = Trace(network, digits.images)
    back = trace.cost_and_back(digits.labels)[1][found.weights]
    weight = network.layers[found.weights].parameters["weight"]
    return weight.ravel(), trace.passes[found.output].y.ravel(), back.d_parameters["weight"].ravel()


def histograms(
    networks: Sequence[Callable[[], Network]],
    stage: int,
    digits: Dataset,
    token: CancelToken = NEVER,
) -> dict[str, Histogram]:
    """Return histograms of the numbers of a layer, by their kind, a row for each of `networks`. Raises `Cancelled`."""
    numbers: dict[str, list[Array]] = {kind: [] for kind in KINDS}
    for load in networks:
        token.check()
        for kind, values in zip(KINDS, numbers_of(load(), stage, digits), strict=True):
            numbers[kind].append(np.sort(values)[:: max(1, len(values) // _MOST)])
    return {kind: _histogram(rows) for kind, rows in numbers.items() if rows}


def _histogram(rows: list[Array]) -> Histogram:
    most = float(np.quantile(np.abs(np.concatenate(rows)), _INSIDE)) or 1.0
    edges = np.linspace(-most, most, BINS + 1)
    counts: list[npt.NDArray[np.int64]] = [np.histogram(np.clip(row, -most, most), edges)[0] for row in rows]
    return Histogram(np.array([count / max(1, count.sum()) for count in counts]), most)
