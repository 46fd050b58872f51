"""Where a stroke may run from one digit into the next."""

import numpy as np
import numpy.typing as npt

from digitpad.data.ink import DOT, Points

#: In heights of the stroke. A stroke narrower than `_WIDE` is one digit, one wider than `_LEVEL` a dash. At a cut, the
#: piece before it extends at most `_PAST` beyond the piece behind it, and both are at least `_LEAST` high. Cuts are at
#: least `_APART` apart.
_WIDE, _LEVEL, _PAST, _LEAST, _APART = 0.9, 12.0, 0.3, 0.2, 0.3
#: In heights: nobody's joined digits are longer (19 is the longest of 23,557 drawings by 560 writers).
_LONGEST = 60.0
#: Points to a height at which a stroke is looked at, and cuts at most.
_FINE, _MOST = 40, 3


def pieces_of(stroke: Points) -> list[Points]:
    """Return a stroke (n, 2) in the pieces that may belong to different digits, one where it cannot be cut.

    Neighboring pieces share a point. A stroke is cut where all before lies left of all behind, or nearly so.
    """
    width, height = np.ptp(stroke, axis=0).tolist()
    if len(stroke) < 4 or height <= DOT or not _WIDE * height <= width <= _LEVEL * height:
        return [stroke]
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(stroke, axis=0).T))])
    if along[-1] > _LONGEST * height:
        return [stroke]
    fine = _resampled(stroke, along, height / _FINE)
    past = np.maximum.accumulate(fine[:, 0]) - np.minimum.accumulate(fine[::-1, 0])[::-1]
    before = np.maximum.accumulate(fine[:, 1]) - np.minimum.accumulate(fine[:, 1])
    behind = (np.maximum.accumulate(fine[::-1, 1]) - np.minimum.accumulate(fine[::-1, 1]))[::-1]
    past[(before < _LEAST * height) | (behind < _LEAST * height)] = np.inf
    cuts: list[int] = []
    for _ in range(_MOST):
        least = float(past.min())
        if least > _PAST * height:
            break
        cut = _middle_of(np.flatnonzero(past <= least + 0.02 * height))
        cuts.append(cut)
        past[np.abs(fine[:, 0] - fine[cut, 0]) < _APART * height] = np.inf
    places = sorted(cuts)
    return [fine[begin : end + 1] for begin, end in zip([0, *places], [*places, len(fine) - 1], strict=True)]


def _middle_of(places: npt.NDArray[np.intp]) -> int:
    """Return the middle of the longest run of neighbors among `places`."""
    runs = np.split(places, np.flatnonzero(np.diff(places) > 1) + 1)
    longest = max(runs, key=len)
    return int(longest[len(longest) // 2])


def _resampled(stroke: Points, along: Points, step: float) -> Points:
    """Return a stroke, whose points lie `along` (n,) its way, with points a `step` apart."""
    count = max(2, int(along[-1] / step) + 1)
    places = np.linspace(0, along[-1], count)
    return np.stack([np.interp(places, along, stroke[:, axis]) for axis in (0, 1)], axis=1)
