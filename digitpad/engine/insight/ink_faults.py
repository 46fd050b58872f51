"""Flaws that a drawing can have, and the drawing without each of them.

A fault is looked for only where it shows: what stands upright is not slanted. Lengths are in heights of the drawing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from digitpad.data.drawing import Picture
from digitpad.data.ink import Ink, Points, visible
from digitpad.data.pen_forms import FORMS
from digitpad.data.synthetic_pen import curve

#: From here on a drawing is slanted, narrow or wide: its shear to the right, and its width.
SLANTED, NARROW, WIDE = 0.3, 0.42, 1.15
#: What a width is mended to.
USUAL_WIDTH = 0.65
#: A gap is at least and at most so wide. If both sides belong to one stroke, more than so much of it lies between them.
_GAP, _ALONG = (0.04, 0.45), 0.6
#: By how much an end is drawn on.
_LONGER = (0.15, 0.3, 0.5)
#: Ends that are looked at: the first strokes have them all.
_MOST_ENDS = 12
#: Penalties that rank faults by how unlikely they are: added strokes could turn almost any drawing into a digit.
_OPEN, _MISSING, _FAR, _MANY, _CUT = 0.05, 0.06, 1.5, 0.06, 0.07
#: Points of a stroke that are compared.
_COMPARED = 24


@dataclass(frozen=True, slots=True, eq=False)
class Remedy:
    """A drawing without one fault: what that is called, what to say of it, and how unlikely it is, 0 to 1."""

    cause: str
    because: str
    without: str
    drawing: Ink | Picture
    penalty: float = 0.0


def remedies(ink: Ink, digits: Sequence[int]) -> Iterator[Remedy]:
    """Yield `ink` without each fault that it may have; a stroke may be missing of one of `digits`."""
    strokes = visible(ink)
    if not strokes:
        return
    low, size = _box(strokes)
    height = max(float(size[1]), 0.2 * float(size[0]), 1e-9)
    unit = [(stroke - low) / height for stroke in strokes]
    yield from _upright(unit)
    yield from _of_usual_width(unit)
    yield from _closed(unit)
    yield from _without_one(unit)
    yield from _longer(unit)
    yield from _with_one_more(unit, digits)


def _upright(strokes: list[Points]) -> Iterator[Remedy]:
    slant = slant_of(strokes)
    if abs(slant) >= SLANTED:
        side = "right" if slant > 0 else "left"
        for share in (1.0, 0.8, 0.6):
            sheared = [stroke @ np.array([[1.0, 0.0], [share * slant, 1.0]]) for stroke in strokes]
            yield Remedy("slanted", f"it leans to the {side}", "upright", Ink(tuple(sheared)))


def slant_of(strokes: list[Points]) -> float:
    """Return how far strokes lean to the right for each length that they rise: their second moments' shear."""
    pieces = [(stroke[:-1] + stroke[1:]) / 2 for stroke in strokes if len(stroke) > 1]
    if not pieces:
        return 0.0
    lengths = [np.hypot(*np.diff(stroke, axis=0).T) for stroke in strokes if len(stroke) > 1]
    return shear_of(np.concatenate(pieces), np.concatenate(lengths))


def shear_of(points: npt.NDArray[Any], weights: npt.NDArray[Any]) -> float:
    """Return how far ink at `points` (n, 2), so much of it as `weights` (n,), leans to the right as it rises."""
    if not weights.sum():
        return 0.0
    x, y = (points - np.average(points, axis=0, weights=weights)).T
    spread = float((weights * y * y).sum())
    return -float((weights * x * y).sum()) / spread if spread else 0.0


def _of_usual_width(strokes: list[Points]) -> Iterator[Remedy]:
    width = float(np.ptp(np.concatenate(strokes)[:, 0]))
    if 0.02 < width < NARROW or width > WIDE:
        name, other = ("narrow", "wider") if width < 1 else ("wide", "narrower")
        for target in (USUAL_WIDTH, (USUAL_WIDTH + width) / 2):
            scaled = tuple(stroke * [target / width, 1.0] for stroke in strokes)
            yield Remedy(name, f"it is {name}", other, Ink(scaled), 0.02)


def _closed(strokes: list[Points]) -> Iterator[Remedy]:
    """Join each end of a stroke with the nearest ink that it does not hang together with."""
    for number, stroke, along in _ends(strokes):
        others = [stroke[along > _ALONG], *(other for k, other in enumerate(strokes) if k != number)]
        targets = np.concatenate([_dense(other) for other in others if len(other)] or [np.empty((0, 2))])
        if not len(targets):
            continue
        distances = np.hypot(*(targets - stroke[0]).T)
        gap, target = float(distances.min()), targets[int(distances.argmin())]
        if _GAP[0] <= gap <= _GAP[1]:
            place = _place(stroke[0])
            bridge = Ink((*strokes, np.stack([stroke[0], target])))
            yield Remedy("gap", f"it is open {place}", "closed", bridge, _OPEN * gap)


def _without_one(strokes: list[Points]) -> Iterator[Remedy]:
    for number in range(len(strokes) if len(strokes) > 1 else 0):
        rest = tuple(stroke for k, stroke in enumerate(strokes) if k != number)
        place = _place(strokes[number].mean(axis=0))
        yield Remedy("stroke too many", f"there is a stroke too many {place}", "without it", Ink(rest), _MANY)


def _longer(strokes: list[Points]) -> Iterator[Remedy]:
    """Draw each end on, straight or as it bends."""
    for number, stroke, along in _ends(strokes):
        if along[-1] < 0.1:
            continue
        near, far = (stroke[min(int(np.searchsorted(along, by)), len(stroke) - 1)] for by in (0.12, 0.24))
        way, before = stroke[0] - near, near - far
        turn = float(np.arctan2(before[0] * way[1] - before[1] * way[0], before @ way))
        for by in _LONGER:
            for bend in {0.0, turn}:
                longer = _drawn_on(stroke, way, bend, by)
                drawn = tuple(longer if k == number else other for k, other in enumerate(strokes))
                because = f"it ends too early {_place(stroke[0])}"
                yield Remedy("tail cut off", because, "drawn on", Ink(drawn), _CUT + _OPEN * by)


def _drawn_on(stroke: Points, way: Points, bend: float, by: float) -> Points:
    """Return a stroke with `by` more before its start, turning by `bend` for each 0.12 of it."""
    steps = np.arange(1, max(2, round(by / 0.04)) + 1)
    angles = np.arctan2(way[1], way[0]) + bend * steps * by / len(steps) / 0.12
    new = stroke[0] + np.cumsum(np.stack([np.cos(angles), np.sin(angles)], axis=1), axis=0) * by / len(steps)
    return np.concatenate([new[::-1], stroke])


def _with_one_more(strokes: list[Points], digits: Sequence[int]) -> Iterator[Remedy]:
    """Add the stroke in which the drawing differs from a form that is written with one more."""
    for form in FORMS:
        if form.digit not in digits or len(form.strokes) != len(strokes) + 1:
            continue
        whole = [curve(stroke.points, stroke.is_corner) / 100 for stroke in form.strokes]
        for missing in range(len(whole)):
            rest = [stroke for k, stroke in enumerate(whole) if k != missing]
            (low, size), (there, extent) = _box(rest), _box(strokes)
            scale = np.where(size > 0.1, extent / np.maximum(size, 0.1), extent.max() / max(float(size.max()), 0.1))
            fitted = [(stroke - low) * scale + there for stroke in whole]
            pairs = zip(strokes, (stroke for k, stroke in enumerate(fitted) if k != missing), strict=True)
            distance = float(np.mean([_distance(one, other) for one, other in pairs]))
            new = fitted[missing]
            because = f"there is no stroke {_place(new.mean(axis=0))}"
            ink = Ink((*strokes, new))
            yield Remedy("stroke missing", because, "with one", ink, _MISSING + _FAR * distance)


def _box(strokes: list[Points]) -> tuple[Points, Points]:
    """Return the upper left corner and the size of strokes."""
    points = np.concatenate(strokes)
    return points.min(axis=0), np.ptp(points, axis=0)


def _distance(one: Points, other: Points) -> float:
    """Return how far two strokes lie apart, point by point along them, whichever way they were drawn."""
    compared = [stroke[np.linspace(0, len(stroke) - 1, _COMPARED).round().astype(int)] for stroke in (one, other)]
    apart = [np.hypot(*(compared[0] - turned).T).mean() for turned in (compared[1], compared[1][::-1])]
    return float(min(apart))


def _ends(strokes: list[Points]) -> Iterator[tuple[int, Points, Points]]:
    """Yield of the first ends the stroke's number, its points from there on, and how far along it each of them lies."""
    ends = [(number, stroke[::way]) for number, stroke in enumerate(strokes) if len(stroke) > 1 for way in (1, -1)]
    for number, stroke in ends[:_MOST_ENDS]:
        yield number, stroke, np.cumsum(np.concatenate([[0.0], np.hypot(*np.diff(stroke, axis=0).T)]))


def _dense(stroke: Points) -> Points:
    """Return a stroke with points between its own."""
    if len(stroke) < 2:
        return stroke
    shares = np.linspace(0, 1, 5)[:-1, np.newaxis, np.newaxis]
    between: npt.NDArray[np.float64] = (stroke[:-1] + shares * (stroke[1:] - stroke[:-1])).reshape(-1, 2)
    return np.concatenate([between, stroke[-1:]])


def _place(point: Points) -> str:
    """Say where in the drawing a point is."""
    return "at the top" if point[1] < 1 / 3 else "at the bottom" if point[1] > 2 / 3 else "in the middle"
