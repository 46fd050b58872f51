"""Digits as pens would have written them, no two alike: from a form to ink.

A form is passed in a smooth curve that turns sharply only at its corners. Before, its points are moved a little, each
for itself and all together; after, the pen trembles, stops early or runs on, and may not leave the paper in between.
"""

import itertools

import numpy as np
import numpy.typing as npt

from digitpad.data.ink import Ink
from digitpad.data.pen_forms import FORMS, Form, Passage, Points

#: Standard deviations; lengths in hundredths of the digit's height.
_POINT = 3.5
_STROKE = 3.0
_SLANT, _TURN = 0.2, 0.08
#: Most people lean to the right.
_MEAN_SLANT = 0.1
_ASPECT, _PROPORTION = 0.25, 0.22
_TREMOR, _UNSTEADY = 0.8, 0.4
#: The most that is left out at an end of a stroke, or added.
_TRIM, _OVERSHOOT = 0.06, 10.0
#: Shares of corners that are rounded, and of lifts at which the pen stays on the paper.
_ROUNDED, _JOINED = 0.25, 0.06
#: Points drawn between two of a form's.
_STEPS = 8
#: The share of digits that come from a coarse tablet: of their points every third to eighth is kept, on a grid of so
#: many lines to the digit's height.
_COARSE, _STRIDES, _GRID = 0.12, (3, 9), (10.0, 40.0)


def write(form: Form, rng: np.random.Generator) -> Ink:
    """Return one digit of `form`, about 100 units high, y down; what the pen does is drawn from `rng`."""
    moved = [_moved(stroke, rng) for stroke in form.strokes]
    strokes = _joined([curve(stroke.points, stroke.is_corner) for stroke in moved], rng)
    strokes = [_with_ends(stroke, rng) for stroke in strokes]
    matrix, proportion = _hand(rng)
    tremor = _TREMOR * float(np.exp(rng.normal(0, _UNSTEADY)))
    strokes = [_shaped(stroke, proportion) @ matrix + tremor * _noise(len(stroke), rng) for stroke in strokes]
    return Ink(tuple(_coarse(strokes, rng) if rng.random() < _COARSE else strokes))


def choose(digit: int, rng: np.random.Generator) -> Form:
    """Return one of the forms of `digit`, by their weights."""
    forms = [form for form in FORMS if form.digit == digit]
    weights = np.cumsum([form.weight for form in forms])
    return forms[int(np.searchsorted(weights, rng.uniform(0, weights[-1]), "right"))]


def plain(form: Form) -> Ink:
    """Return `form` as it is, without chance."""
    return Ink(tuple(curve(stroke.points, stroke.is_corner) for stroke in form.strokes))


def curve(points: Points, is_corner: npt.NDArray[np.bool_]) -> Points:
    """Return a curve through `points` (n, 2), smooth but at corners: Catmull and Rom's cubic splines (1974)."""
    ends = [0, *np.flatnonzero(is_corner[1:-1]) + 1, len(points) - 1]
    pieces = [_smooth(points[first : last + 1]) for first, last in itertools.pairwise(ends)]
    return np.concatenate([points[:1], *(piece[1:] for piece in pieces)])


def _moved(stroke: Passage, rng: np.random.Generator) -> Passage:
    """Move each point for itself, and the stroke as a whole."""
    points = stroke.points + rng.normal(0, _POINT, stroke.points.shape) + rng.normal(0, _STROKE, 2)
    return Passage(points, stroke.is_corner & (rng.random(len(points)) > _ROUNDED))


def _smooth(points: Points) -> Points:
    """Return the spline through `points`, `_STEPS` to a span."""
    padded = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    before, start, end, after = (padded[k : len(padded) - 3 + k, np.newaxis] for k in range(4))
    t = (np.arange(_STEPS) / _STEPS)[:, np.newaxis]
    spans = (
        start
        + t * (end - before) / 2
        + t**2 * (before - 2.5 * start + 2 * end - after / 2)
        + t**3 * (1.5 * start - before / 2 - 1.5 * end + after / 2)
    )
    return np.concatenate([spans.reshape(-1, 2), points[-1:]])


def _joined(strokes: list[Points], rng: np.random.Generator) -> list[Points]:
    """Let the pen stay on the paper here and there between two strokes."""
    joined = strokes[:1]
    for stroke in strokes[1:]:
        if rng.random() < _JOINED:
            joined[-1] = np.concatenate([joined[-1], stroke])
        else:
            joined.append(stroke)
    return joined


def _with_ends(stroke: Points, rng: np.random.Generator) -> Points:
    """Begin and end a little later or earlier than the form says."""
    cut = rng.uniform(0, _TRIM, 2) * len(stroke)
    stroke = stroke[int(cut[0]) : len(stroke) - int(cut[1])]
    for _ in range(2):
        stroke = stroke[::-1]
        if rng.random() < 0.5:
            ahead = stroke[-1] - stroke[-2]
            length = max(float(np.hypot(*ahead)), 1e-6)
            stroke = np.concatenate([stroke, stroke[-1:] + ahead / length * rng.exponential(_OVERSHOOT / 3)])
    return stroke


def _hand(rng: np.random.Generator) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return a writer's slant, turn and aspect as a matrix (2, 2), and proportions: exponents along x and y."""
    angle, slant = rng.normal(0, _TURN), rng.normal(_MEAN_SLANT, _SLANT)
    cos, sin = np.cos(angle), np.sin(angle)
    aspect = np.exp(rng.normal(-0.25, _ASPECT))
    slanted = np.array([[1.0, 0.0], [-slant, 1.0]])
    return np.diag([aspect, 1.0]) @ slanted @ np.array([[cos, sin], [-sin, cos]]), np.exp(rng.normal(0, _PROPORTION, 2))


def _shaped(stroke: Points, proportion: npt.NDArray[np.float64]) -> Points:
    """Let upper parts grow at the cost of lower ones, left ones at the cost of right ones, or the reverse."""
    shares = np.clip(stroke / 100, 0, 1)
    return 100 * shares**proportion + (stroke - 100 * shares)


def _noise(count: int, rng: np.random.Generator) -> Points:
    """Return small, smooth deviations of the pen (count, 2)."""
    noise = rng.normal(0, 1, (count + 4, 2))
    smooth: Points = np.stack([np.convolve(axis, np.ones(5) / 5**0.5, "valid") for axis in noise.T], axis=1)
    return smooth


def _coarse(strokes: list[Points], rng: np.random.Generator) -> list[Points]:
    """Return strokes as a tablet with a low sampling rate and a coarse resolution would report them."""
    stride, step = int(rng.integers(*_STRIDES)), 100 / rng.uniform(*_GRID)
    return [np.round(np.concatenate([stroke[:-1:stride], stroke[-1:]]) / step) * step for stroke in strokes]
