"""Which parts, strokes or spots of ink, make a digit, and which the next one. It knows boxes and scores, no network.

Rows lie below each other with paper in between. In a row, parts are taken from left to right; a digit is a group of
them. Of all ways to cut the row into groups the one is chosen that costs least: each group costs what the reader doubts
it by, and each cut through parts that overlap, and each group that bridges a gap, costs by how much. Two strokes of one
digit need not touch: the bar of a 7 and the hat of a 5 lie above or across the rest, the second stroke of a 4 in it.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

#: Left, top, right, bottom of each part (n, 4).
Boxes = npt.NDArray[np.floating[Any]]
#: The numbers of a digit's parts, in ascending order.
Group = tuple[int, ...]

#: Parts of a digit at most.
_LARGEST_GROUP = 5
#: In heights of the row: wider gaps are always cut, and what overlaps by more is never cut.
_WIDEST_GAP, _DEEPEST_OVERLAP = 0.3, 0.35
#: Nats for each height that a cut goes through, and for each that a group bridges.
_CUT_COST, _BRIDGE_COST = 12.0, 16.0
#: Nats for each height that a digit is lower than half of the row: the flag of a 1 is none, though it looks like one.
_LOW_COST = 8.0
#: Gaps up to this many heights occur within digits.
_FREE_GAP = 0.04
#: In heights of what lies above: more paper than this is between rows. In heights of the tallest row: a lower one is
#: part of another.
_ROW_GAP, _ROW_HEIGHT = 0.25, 0.5
#: A group that nobody can read costs no more than this, so that its neighbours are still read.
_MOST_DOUBT = 4.0


def rows_of(boxes: Boxes) -> list[npt.NDArray[np.intp]]:
    """Return the numbers of the parts in each row, from top to bottom."""
    rows: list[list[int]] = []
    for number in np.argsort(boxes[:, 1], kind="stable").tolist():
        if rows and boxes[number, 1] - _bottom(boxes, rows[-1]) <= _ROW_GAP * _height(boxes, rows[-1]):
            rows[-1].append(number)
        else:
            rows.append([number])
    # A hat, a bar or a dot with paper above and below it is no row, but a part of what it is nearer to.
    while len(rows) > 1:
        heights = [_height(boxes, row) for row in rows]
        least = int(np.argmin(heights))
        if heights[least] >= _ROW_HEIGHT * max(heights) > 0:
            break
        below = [k for k in (least - 1, least) if 0 <= k < len(rows) - 1]
        upper = min(below, key=lambda k: _top(boxes, rows[k + 1]) - _bottom(boxes, rows[k]))
        rows[upper : upper + 2] = [rows[upper] + rows[upper + 1]]
    return [np.array(row, np.intp) for row in rows]


def _top(boxes: Boxes, row: list[int]) -> float:
    return float(boxes[row, 1].min())


def _bottom(boxes: Boxes, row: list[int]) -> float:
    return float(boxes[row, 3].max())


def _height(boxes: Boxes, row: list[int]) -> float:
    return _bottom(boxes, row) - _top(boxes, row)


def segmented(boxes: Boxes, probability: Callable[[Group], float]) -> list[Group]:
    """Return the parts in `boxes` cut into digits, from left to right.

    `probability` tells of some parts how sure the reader is that they are one digit, 0 to 1.
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
        for begin in range(max(0, end - _LARGEST_GROUP), end):
            rights = np.maximum.accumulate(boxes[begin:end, 2]) / height
            inner = lefts[begin + 1 : end] - rights[:-1]
            outer = lefts[end] - rights[-1] if end < len(boxes) else math.inf
            if (inner > _WIDEST_GAP).any() or outer < -_DEEPEST_OVERLAP:
                continue
            cost = best[begin] + _BRIDGE_COST * float(np.maximum(inner - _FREE_GAP, 0).sum())
            cost += _CUT_COST * max(0.0, -outer)
            low = 0.5 - float(boxes[begin:end, 3].max() - boxes[begin:end, 1].min()) / height
            cost += _LOW_COST * max(0.0, low)
            options.append((cost, begin))
        best.append(math.inf)
        begins.append(0)
        for cost, begin in options:
            # Asking the reader is dear: not where it cannot help any more.
            if cost < best[end]:
                doubt = -math.log(max(probability(_group(order[begin:end])), 1e-9))
                best[end], begins[end] = min((best[end], begins[end]), (cost + min(_MOST_DOUBT, doubt), begin))
    if math.isinf(best[-1]):
        return [_group(order)]
    digits: list[Group] = []
    end = len(boxes)
    while end:
        digits.insert(0, _group(order[begins[end] : end]))
        end = begins[end]
    return digits


def _group(indices: npt.NDArray[np.intp]) -> Group:
    return tuple(sorted(int(i) for i in indices))
