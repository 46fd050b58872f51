"""Taking ink away: strokes are cut where an eraser passes."""

import numpy as np
import numpy.typing as npt

from digitpad.data.ink import Ink, Stroke

#: Strokes are looked at in steps of this share of the eraser's radius.
_STEP = 0.5


def erased(ink: Ink, start: tuple[float, float], end: tuple[float, float], radius: float) -> Ink:
    """Return `ink` without what lies within `radius` of the eraser's way from `start` to `end`, in the ink's unit.

    Strokes that it does not touch are the very same arrays; a stroke that is crossed becomes two. Where nothing is
    touched, `ink` itself is returned.
    """
    a, b = np.array(start, float), np.array(end, float)
    strokes: list[Stroke] = []
    are_near = _are_near(ink, np.minimum(a, b) - radius, np.maximum(a, b) + radius)
    for stroke, is_near in zip(ink.strokes, are_near, strict=True):
        strokes += _left_over(stroke, a, b, radius) if is_near else [stroke]
    return ink.with_strokes(tuple(strokes))


def _are_near(ink: Ink, low: Stroke, high: Stroke) -> npt.NDArray[np.bool_]:
    """Tell of each stroke whether its box meets that from `low` to `high`; all at once, since there may be many."""
    lengths = np.array([len(stroke) for stroke in ink.strokes], int)
    are_near = np.zeros(len(lengths), bool)
    if lengths.any():
        points = np.concatenate([stroke[:, :2] for stroke in ink.strokes])
        begins = (np.cumsum(lengths) - lengths)[lengths > 0]
        lows, highs = np.minimum.reduceat(points, begins), np.maximum.reduceat(points, begins)
        are_near[lengths > 0] = ((lows <= high) & (highs >= low)).all(axis=1)
    return are_near


def _left_over(stroke: Stroke, a: Stroke, b: Stroke, radius: float) -> list[Stroke]:
    fine = _refined(stroke, a, b, radius)
    is_left = _distances(fine[:, :2], a, b) > radius
    if is_left.all():
        return [stroke]
    edges = np.flatnonzero(np.diff(np.concatenate([[False], is_left, [False]]).astype(np.int8)))
    parts = [fine[begin:end] for begin, end in edges.reshape(-1, 2)]
    # A single point of a longer stroke is a crumb, not a dot.
    return [part for part in parts if len(part) > 1]


def _refined(stroke: Stroke, a: Stroke, b: Stroke, radius: float) -> Stroke:
    """Return the stroke with points between those whose piece comes near the eraser, so that it can be cut there."""
    if len(stroke) < 2:
        return stroke
    lengths = np.hypot(*np.diff(stroke[:, :2], axis=0).T)
    middles = (stroke[1:, :2] + stroke[:-1, :2]) / 2
    is_near = _distances(middles, a, b) <= radius + lengths / 2
    counts = np.where(is_near, np.ceil(lengths / (_STEP * radius)), 1).astype(int).clip(1)
    if (counts == 1).all():
        return stroke
    begins = np.repeat(np.arange(len(counts)), counts)
    share = (np.arange(len(begins)) - np.repeat(np.cumsum(counts) - counts, counts)) / counts[begins]
    between = stroke[begins] + share[:, np.newaxis] * (stroke[begins + 1] - stroke[begins])
    refined: Stroke = np.concatenate([between, stroke[-1:]])
    return refined


def _distances(points: Stroke, a: Stroke, b: Stroke) -> npt.NDArray[np.float64]:
    """Return how far `points` (n, 2) lie from the line from `a` to `b`."""
    along = b - a
    length2 = float(along @ along)
    share = np.clip((points - a) @ along / length2, 0, 1) if length2 > 0 else np.zeros(len(points))
    distances: npt.NDArray[np.float64] = np.hypot(*(points - a - share[:, np.newaxis] * along).T)
    return distances
