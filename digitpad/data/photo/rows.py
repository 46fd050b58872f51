"""From a photo's ink to rows of spots: digits and their parts, without specks, edges and dashes."""

import math
from collections.abc import Sequence

import cv2
import numpy as np

from digitpad.data.photo.spots import Mask, Spot, pen_width

#: Shares of a typical digit's height: smaller spots are specks; wider ones may be digits that touch; what touches the
#: picture's edge and is smaller is the rest of something, and if it is larger the end of the paper or a shadow.
_SPECK, _WIDE, _CUT_OFF, _LARGE = 0.22, 0.7, 0.6, 2.0
#: Shares of a typical row's height: a lower one that is no further from another is a part of it, hats and bars.
_LOW_ROW, _NEAR_ROW = 0.35, 0.3
#: In longer sides of the picture, the rim in which nothing is written.
_RIM = 0.03
#: Digits are at least so high, in longer sides of the picture.
_SMALLEST_DIGIT = 0.012


def rows_in(mask: Mask, known: Sequence[Spot] = ()) -> tuple[tuple[Spot, ...], ...]:
    """Return the spots of each row of digits, rows from top to bottom, spots from left to right.

    Digits that are `known`, and not in `mask` any more, tell how high others are.
    """
    return tuple(tuple(_cut(row)) for row in _in_rows(_spots(mask, known)))


def _spots(mask: Mask, known: Sequence[Spot]) -> list[Spot]:
    """Return the spots of ink that are large enough to be a digit or a part of one."""
    _, labels, figures, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    boxes, frame = figures[1:, :4], np.array(mask.shape[::-1])
    sizes = boxes[:, 2:].max(axis=1)
    is_seen = sizes >= _SMALLEST_DIGIT * frame.max()
    ends = boxes[:, :2] + boxes[:, 2:]
    is_inside = (boxes[:, :2] > 1).all(axis=1) & (ends < frame - 1).all(axis=1)
    rim = _RIM * frame.max()
    is_rim = (ends < rim).any(axis=1) | (boxes[:, :2] > frame - rim).any(axis=1)
    # What lies in the picture tells how large digits are; only a digit that fills it touches its edge.
    heights = np.array([spot.mask.shape[0] for spot in known], np.int32)
    inner = np.concatenate([boxes[is_seen & is_inside & ~is_rim, 3], heights])
    typical = _typical(inner) or _typical(boxes[is_seen, 3])
    is_whole = is_inside | ((sizes >= _CUT_OFF * typical) & (sizes <= _LARGE * typical))
    is_digit = is_seen & ~is_rim & (sizes >= _SPECK * typical) & is_whole
    spots = []
    for number in np.flatnonzero(is_digit):
        x, y, w, h = (int(value) for value in boxes[number])
        spots.append(Spot(np.where(labels[y : y + h, x : x + w] == number + 1, 255, 0).astype(np.uint8), x, y))
    return _without_dashes(spots)


def _typical(heights: "np.ndarray[tuple[int], np.dtype[np.int32]]") -> float:
    """Return the typical height of a digit: the median of those `heights` that are at least 0.4 of the tallest.

    To ignore a stain, the tallest is the height at which the sum from the largest down reaches a tenth of the total.
    """
    if not len(heights):
        return 0.0
    ordered = np.sort(heights)[::-1]
    share = np.cumsum(ordered) / ordered.sum()
    tallest = ordered[int(np.searchsorted(share, 0.1))]
    return float(np.median(ordered[ordered >= 0.4 * tallest]))


def _without_dashes(spots: list[Spot]) -> list[Spot]:
    """Return the spots but for what is left of ruled lines: flat, and thinner than the pen."""
    tall = [spot for spot in spots if spot.mask.shape[0] > 0.5 * max(other.mask.shape[0] for other in spots)]
    pen = float(np.median([pen_width(spot.mask) for spot in tall])) if tall else 0.0
    height = max((spot.mask.shape[0] for spot in spots), default=0)

    def is_dash(spot: Spot) -> bool:
        rows, columns = spot.mask.shape
        return columns > 2 * rows and rows < 0.35 * height and pen_width(spot.mask) < 0.7 * pen

    return [spot for spot in spots if not is_dash(spot)]


def _in_rows(spots: list[Spot]) -> list[list[Spot]]:
    """Return the spots row by row; those of one row overlap from top to bottom."""
    rows: list[list[Spot]] = []
    for spot in sorted(spots, key=lambda spot: -spot.mask.shape[0]):
        for row in rows:
            top, bottom = min(other.box[1] for other in row), max(other.box[3] for other in row)
            overlap = min(bottom, spot.box[3]) - max(top, spot.box[1])
            if overlap > 0.5 * spot.mask.shape[0]:
                row.append(spot)
                break
        else:
            rows.append([spot])
    rows = [sorted(row, key=lambda spot: spot.box[0] + spot.box[2]) for row in _with_hats(rows)]
    return sorted(rows, key=lambda row: min(spot.box[1] for spot in row))


def _with_hats(rows: list[list[Spot]]) -> list[list[Spot]]:
    """Return the rows with those put into others that are parts of them: hats and bars, ends of rows that rise."""
    heights = [max(spot.mask.shape[0] for spot in row) for row in rows]
    typical = float(np.median(heights)) if rows else 0.0
    whole: list[list[Spot]] = []
    for number in np.argsort(heights)[::-1]:
        row = rows[number]
        gaps = [_gap(row, other) for other in whole]
        nearest = int(np.argmin(gaps)) if gaps else -1
        is_hat = heights[number] < _LOW_ROW * typical and min(gaps, default=math.inf) <= _NEAR_ROW * typical
        is_end = min(gaps, default=math.inf) < -0.5 * heights[number] and not _is_over(row, whole[nearest])
        if is_hat or is_end:
            whole[nearest].extend(row)
        else:
            whole.append(row)
    return whole


def _gap(row: list[Spot], other: list[Spot]) -> float:
    """Return the paper between two rows; negative where they overlap."""
    (top, bottom), (other_top, other_bottom) = (
        (min(spot.box[1] for spot in spots), max(spot.box[3] for spot in spots)) for spots in (row, other)
    )
    return max(top - other_bottom, other_top - bottom)


def _is_over(row: list[Spot], other: list[Spot]) -> bool:
    """Tell whether a spot of one row lies above one of the other."""
    return any(a.box[0] < b.box[2] and b.box[0] < a.box[2] for a in row for b in other)


def _reach_of(mask: Mask) -> "np.ndarray[tuple[int], np.dtype[np.float32]]":
    """Return how far ink reaches from top to bottom in each column (w,)."""
    ink = mask > 0
    reach = ink.shape[0] - ink[::-1].argmax(axis=0) - ink.argmax(axis=0)
    return np.where(ink.any(axis=0), reach, 0).astype(np.float32)


def _cut(row: list[Spot]) -> list[Spot]:
    """Cut wide spots where they reach least from top to bottom: digits that touch, or parts of one.

    Not where there is least ink: two rings touch where both are thick.
    """
    height = float(np.median([spot.mask.shape[0] for spot in row]))
    pieces: list[Spot] = []
    for spot in row:
        width = spot.mask.shape[1]
        if width <= _WIDE * max(height, spot.mask.shape[0]):
            pieces.append(spot)
            continue
        reach = cv2.GaussianBlur(_reach_of(spot.mask)[np.newaxis], (0, 0), 0.03 * height)[0]
        step = max(2, int(0.3 * height))
        places = [
            x for x in range(step, width - step)
            if reach[x] == reach[x - step // 2 : x + step // 2 + 1].min() and reach[x] < 0.6 * spot.mask.shape[0]
        ]  # fmt: skip
        chosen = [x for k, x in enumerate(places) if k == 0 or x - places[k - 1] > step // 2]
        for begin, end in zip([0, *chosen], [*chosen, width], strict=True):
            part = spot.mask[:, begin:end]
            inked = np.flatnonzero(part.any(axis=1))
            if len(inked):
                pieces.append(Spot(part[inked[0] : inked[-1] + 1], spot.left + begin, spot.top + int(inked[0])))
    return pieces
