"""Which pieces, strokes or spots of ink, make a digit, and which the next one. It knows boxes and scores, no network.

Rows lie below each other with paper in between. In a row, pieces are taken from left to right; a digit is a run of
them. Of all ways to cut the row into runs the one is chosen that costs least: each run costs what the reader doubts it
by, and each cut through pieces that overlap, and each run that bridges a gap, costs by how much. Two strokes of one
digit need not touch: the bar of a 7 and the hat of a 5 lie above or across the rest, the second stroke of a 4 in it.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

#: Left, top, right, bottom of each piece (n, 4).
Boxes = npt.NDArray[np.floating[Any]]
#: The numbers of a digit's pieces, in ascending order.
Run = tuple[int, ...]

#: Pieces of a digit at most.
_LONGEST_RUN = 5
#: In heights of the row: wider gaps are always cut, and what overlaps by more is never cut.
_WIDEST_GAP, _DEEPEST_OVERLAP = 0.3, 0.35
#: Nats for each height that a cut goes through, and for each that a run bridges.
_CUT_COST, _BRIDGE_COST = 12.0, 16.0
#: Gaps up to this many heights occur within digits.
_FREE_GAP = 0.04
#: In heights of the lower of two rows: less paper than this is within digits. A bar or a dot alone is no row: of two,
#: the lower has at least this share of the other's height.
_ROW_GAP, _ROW_HEIGHT = 0.25, 0.5
#: A run that nobody can read costs no more than this, so that its neighbours are still read.
_MOST_DOUBT = 4.0


def rows_of(boxes: Boxes) -> list[npt.NDArray[np.intp]]:
    """Return the numbers of the pieces in each row, from top to bottom."""
    order = np.argsort(boxes[:, 1], kind="stable")
    bottoms = np.maximum.accumulate(boxes[order, 3])
    rows: list[npt.NDArray[np.intp]] = []
    begin = 0
    for end in range(1, len(order)):
        upper, lower = order[begin:end], order[end:]
        top, bottom, next_top = boxes[upper, 1].min(), bottoms[end - 1], boxes[order[end], 1]
        # The next row ends where there is paper again.
        tops = np.append(boxes[lower, 1], np.inf)
        next_bottom = next(b for b, t in zip(bottoms[end:], tops[1:], strict=True) if t > b)
        low, high = sorted((bottom - top, next_bottom - next_top))
        if next_top - bottom > _ROW_GAP * low and low >= _ROW_HEIGHT * high > 0:
            rows.append(upper)
            begin = end
    return [*rows, order[begin:]]


def segmented(boxes: Boxes, probability: Callable[[Run], float]) -> list[Run]:
    """Return the pieces in `boxes` cut into digits, from left to right.

    `probability` tells of some pieces how sure the reader is that they are one digit, 0 to 1.
    """
    if not len(boxes):
        return []
    order = np.argsort((boxes[:, 0] + boxes[:, 2]) / 2, kind="stable")
    boxes = boxes[order]
    height = max(float((boxes[:, 3] - boxes[:, 1]).max()), 0.5 * float((boxes[:, 2] - boxes[:, 0]).max()), 1e-6)
    lefts = np.minimum.accumulate(boxes[::-1, 0])[::-1] / height
    best, begins = [0.0], [0]
    for end in range(1, len(boxes) + 1):
        options = []
        for begin in range(max(0, end - _LONGEST_RUN), end):
            rights = np.maximum.accumulate(boxes[begin:end, 2]) / height
            inner = lefts[begin + 1 : end] - rights[:-1]
            outer = lefts[end] - rights[-1] if end < len(boxes) else math.inf
            if (inner > _WIDEST_GAP).any() or outer < -_DEEPEST_OVERLAP:
                continue
            cost = best[begin] + _BRIDGE_COST * float(np.maximum(inner - _FREE_GAP, 0).sum())
            cost += _CUT_COST * max(0.0, -outer)
            options.append((cost, begin))
        best.append(math.inf)
        begins.append(0)
        for cost, begin in options:
            # Asking the reader is dear: not where it cannot help any more.
            if cost < best[end]:
                doubt = -math.log(max(probability(_run(order[begin:end])), 1e-9))
                best[end], begins[end] = min((best[end], begins[end]), (cost + min(_MOST_DOUBT, doubt), begin))
    if math.isinf(best[-1]):
        return [_run(order)]
    digits: list[Run] = []
    end = len(boxes)
    while end:
        digits.insert(0, _run(order[begins[end] : end]))
        end = begins[end]
    return digits


def _run(indices: npt.NDArray[np.intp]) -> Run:
    return tuple(sorted(int(i) for i in indices))
