"""Prepares points for a line: thinning, smoothing, transforming."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

#: Costs below this are shown as this on a logarithmic axis, and errors as one digit of ten thousand.
LOWEST_COST, LOWEST_ERROR = 1e-5, 0.01
#: What is larger is as good as infinite, and would be too large for a painter's numbers.
_LARGEST = 1e30


def thinned(x: Floats, y: Floats, most: int) -> tuple[Floats, Floats]:
    """Return at most about `most` points: of each stretch the lowest and the highest, in their order."""
    stretch = int(np.ceil(2 * len(x) / most))
    if stretch <= 2:
        return x, y
    whole = len(x) // stretch * stretch
    parts = y[:whole].reshape(-1, stretch)
    starts = np.arange(0, whole, stretch)
    is_chosen = np.zeros(len(x), bool)
    for ends in (starts + parts.argmin(axis=1), starts + parts.argmax(axis=1), [0, -1]):
        is_chosen[ends] = True
    is_chosen[whole:] = True
    return x[is_chosen], y[is_chosen]


def smoothed(y: Floats, window: int) -> Floats:
    """Return the mean of each point and those around it, at most `window` in all, fewer towards the ends."""
    if window <= 1 or len(y) < 3:
        return y
    reach = np.minimum(window // 2, np.minimum(np.arange(len(y)), np.arange(len(y))[::-1]))
    sums = np.concatenate([[0.0], np.cumsum(y)])
    ends = np.arange(len(y))
    means: Floats = (sums[ends + reach + 1] - sums[ends - reach]) / (2 * reach + 1)
    return means


def on_axis(y: Floats, *, is_logarithmic: bool, lowest: float) -> Floats:
    """Return where values lie on a linear or logarithmic axis; too large ones at its far end."""
    y = np.clip(y, -_LARGEST, _LARGEST)
    places: Floats = np.log10(np.maximum(y, lowest)) if is_logarithmic else y
    return places
