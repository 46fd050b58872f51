"""Groups strokes or spots of ink into digits.

Rows lie below each other with paper in between. In a row, parts are taken in the order in which they were written,
except those that were added later to something further left: the bar of a 7, a dot. A digit is a sequence of successive
parts. Of all ways to cut the row into digits, the cheapest is chosen. Each digit costs the reader's doubt, the negative
logarithm of its probability. A cut between parts that overlap sideways costs in proportion to the overlap, and a digit
with a gap in it in proportion to the gap. Parts of one digit need not touch: the bar of a 7 and the hat of a 5 lie
above or across the rest, the second stroke of a 4 in it. Slanted digits may overlap sideways without touching, so the
overlap is measured at each height separately.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

#: Left, top, right, bottom of each part (n, 4).
Boxes = npt.NDArray[np.floating[Any]]
#: How far left and right each part reaches in each of `SLICES` slices of its row, from top to bottom (n, SLICES, 2):
#: infinity and minus infinity where it has no ink.
Extents = npt.NDArray[np.floating[Any]]
#: What a part leaves on the paper, as lines from point to point (n, 2).
Outline = npt.NDArray[np.floating[Any]]
#: The numbers of a digit's parts, in ascending order.
Group = tuple[int, ...]

SLICES = 16
#: Parts of a digit at most.
_LARGEST_GROUP = 5
#: In heights of the row: wider gaps are always cut, and several parts that are wider together are no digit.
_WIDEST_GAP, _WIDEST = 0.3, 1.6
#: Nats for each height by which what is cut apart reaches past each other, at one height and at different ones, and
#: for each that a digit bridges.
_CUT_COST, _OVER_COST, _BRIDGE_COST = 12.0, 1.0, 6.0
#: Nats for each height that a digit is lower than half of the row: the flag of a 1 is no digit, but looks like a 1.
_LOW_COST = 8.0
#: Nats for cutting a stroke in two.
_JOINED_COST = 1.0
#: The percentile of a tall part's height, and in such heights: lower parts do not tell how high digits are.
_TALL, _LOW_PART = 75, 0.4
#: Gaps up to this many heights occur within digits.
_FREE_GAP = 0.04
#: In heights of what lies above: more paper than this is between rows. In heights of the tallest row: a lower one is
#: part of another.
_ROW_GAP, _ROW_HEIGHT = 0.25, 0.5
#: A group that nobody can read costs no more than this, so that its neighbors are still read.
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


def height_of(boxes: Boxes) -> float:
    """Return how high digits are in a row of parts in `boxes`: the median of all but low parts, flags for example.

    It is at least half the width of the widest part. A few long tails do not make the other parts low.
    """
    heights, widest = boxes[:, 3] - boxes[:, 1], float((boxes[:, 2] - boxes[:, 0]).max())
    typical = float(np.median(heights[heights >= _LOW_PART * np.percentile(heights, _TALL)]))
    return max(typical, 0.5 * widest, 1e-6)


def written(boxes: Boxes) -> npt.NDArray[np.intp]:
    """Return the numbers of a row's parts in the order of writing, but what was added to the left put back there."""
    centers, rights = (boxes[:, 0] + boxes[:, 2]) / 2, boxes[:, 2]
    order: list[int] = []
    for number in range(len(boxes)):
        place = len(order)
        while place and centers[order[place - 1]] > rights[number]:
            place -= 1
        order.insert(place, number)
    return np.array(order, np.intp)


def box_of(outline: Outline) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of a part."""
    (left, top), (right, bottom) = outline.min(axis=0).tolist(), outline.max(axis=0).tolist()
    return left, top, right, bottom


def segmented(
    outlines: Sequence[Outline],
    numbers: Sequence[int],
    probability: Callable[[Group], float],
    strokes: Sequence[int] = (),
) -> list[Group]:
    """Return the parts of a row, with `outlines` and called `numbers`, cut into digits, from left to right.

    `probability` tells of some parts how sure the reader is that they are one digit, 0 to 1. Parts that are pieces of
    the same of `strokes`, where those are given for all parts, cost extra to be cut apart.
    """
    if len(outlines) < 2:
        return [(number,) for number in numbers]
    boxes = np.array([box_of(outline) for outline in outlines])
    extents = extents_of(outlines, boxes)
    order = written(boxes)
    height = height_of(boxes)
    boxes, extents = boxes[order] / height, extents[order] / height
    ordered = [strokes[place] for place in order] if strokes else range(len(order))
    best, begins = [0.0], [0]
    for end in range(1, len(boxes) + 1):
        best.append(math.inf)
        begins.append(0)
        costs = _costs(boxes, extents, end)
        apart = _JOINED_COST if end < len(boxes) and ordered[end - 1] == ordered[end] else 0.0
        # Asking the reader is dear: the likeliest first, and not where it cannot help any more.
        for cost, begin in sorted((best[begin] + cost + apart, begin) for begin, cost in costs.items()):
            if cost < best[end]:
                doubt = -math.log(max(probability(_group(numbers, order[begin:end])), 1e-9))
                best[end], begins[end] = min((best[end], begins[end]), (cost + min(_MOST_DOUBT, doubt), begin))
    digits: list[Group] = []
    end = len(boxes)
    while end:
        digits.insert(0, _group(numbers, order[begins[end] : end]))
        end = begins[end]
    return digits


def _costs(boxes: Boxes, extents: Extents, end: int) -> dict[int, float]:
    """Return what a digit costs that begins with each part before `end` and is cut off there, but for the doubt.

    Parts are in order, and lengths in heights of the row.
    """
    first = max(0, end - _LARGEST_GROUP)
    rest, rest_extents = boxes[end:], extents[end:]
    rights = np.maximum.accumulate(extents[first:end][::-1, :, 1])[::-1]
    past = (rights - rest_extents[:, :, 0].min(axis=0)).max(axis=1) if len(rest) else np.zeros(end - first)
    costs = {}
    for begin in range(first, end):
        group = boxes[begin:end]
        (left, top), (right, bottom) = group[:, :2].min(axis=0).tolist(), group[:, 2:].max(axis=0).tolist()
        gaps = _gaps(group)
        if (gaps > _WIDEST_GAP).any() or (len(group) > 1 and right - left > _WIDEST):
            continue
        over = right - float(rest[:, 0].min()) if len(rest) else 0.0
        costs[begin] = (
            _BRIDGE_COST * float(np.maximum(gaps - _FREE_GAP, 0).sum())
            + _CUT_COST * max(0.0, float(past[begin - first]))
            + _OVER_COST * max(0.0, over)
            + _LOW_COST * max(0.0, 0.5 - (bottom - top))
        )
    return costs


def _gaps(boxes: Boxes) -> Boxes:
    """Return the paper between neighboring parts, from left to right."""
    boxes = boxes[np.argsort(boxes[:, 0], kind="stable")]
    gaps: Boxes = boxes[1:, 0] - np.maximum.accumulate(boxes[:-1, 2])
    return gaps


def _group(numbers: Sequence[int], places: npt.NDArray[np.intp]) -> Group:
    return tuple(sorted(numbers[place] for place in places.tolist()))


def extents_of(outlines: Sequence[Outline], boxes: Boxes) -> Extents:
    """Return the extents of a row's parts, which lie in `boxes`."""
    top, bottom = float(boxes[:, 1].min()), float(boxes[:, 3].max())
    step = max(bottom - top, 1e-6) / SLICES
    extents = np.full((len(outlines), SLICES, 2), [math.inf, -math.inf])
    for extent, outline in zip(extents, outlines, strict=True):
        points = _dense(outline, step)
        slices = np.clip(((points[:, 1] - top) / step).astype(np.intp), 0, SLICES - 1)
        np.minimum.at(extent[:, 0], slices, points[:, 0])
        np.maximum.at(extent[:, 1], slices, points[:, 0])
    return extents


def _dense(outline: Outline, step: float) -> Outline:
    """Return an outline with points between its own, so that it leaves no slice out that it passes."""
    counts = np.maximum(1, np.ceil(np.abs(np.diff(outline[:, 1])) / step).astype(np.intp))
    where = np.repeat(np.arange(len(counts)), counts)
    shares = (np.arange(len(where)) - np.repeat(np.cumsum(counts) - counts, counts)) / counts[where]
    between = outline[where] + shares[:, np.newaxis] * (outline[where + 1] - outline[where])
    return np.concatenate([between, outline[-1:]])
