"""Drawings that are spoilt in one known way, to see whether the way is found."""

import numpy as np

from digitpad.data.ink import Ink, visible

WAYS = ("slanted", "narrow", "wide", "gap", "stroke too many", "stroke missing", "tail cut off")


def spoilt(ink: Ink, way: str, rng: np.random.Generator) -> Ink | None:
    """Return `ink` spoilt in a `way`, or None where that cannot be done to it."""
    strokes = visible(ink)
    points = np.concatenate(strokes)
    low, size = points.min(axis=0), np.ptp(points, axis=0)
    if size[1] <= 0:
        return None
    unit = [(stroke - low) / size[1] for stroke in strokes]
    match way:
        case "slanted":
            shear = rng.choice([-1, 1]) * rng.uniform(0.7, 1.3)
            return Ink(tuple(stroke @ np.array([[1.0, 0.0], [shear, 1.0]]) for stroke in unit))
        case "narrow":
            return Ink(tuple(stroke * [rng.uniform(0.2, 0.4), 1.0] for stroke in unit))
        case "wide":
            return Ink(tuple(stroke * [rng.uniform(2.0, 3.0), 1.0] for stroke in unit))
        case "gap" | "tail cut off":
            return _shortened(unit, way, rng)
        case "stroke missing":
            kept = [k for k in range(len(unit)) if k != rng.integers(len(unit))]
            return Ink(tuple(unit[k] for k in kept)) if len(unit) > 1 and kept else None
        case _:
            middle = np.array([rng.uniform(0, size[0] / size[1]), rng.uniform(0, 1)])
            turn, length = rng.uniform(0, np.pi), rng.uniform(0.4, 1.0)
            way_there = length / 2 * np.array([np.cos(turn), np.sin(turn)])
            return Ink((*unit, np.stack([middle - way_there, middle + way_there])))


def _shortened(strokes: list[np.ndarray], way: str, rng: np.random.Generator) -> Ink | None:
    """Leave out an end of a stroke: one that meets other ink, so that a gap is left, or one that does not."""
    number = int(rng.integers(len(strokes)))
    stroke = strokes[number] if rng.random() < 0.5 else strokes[number][::-1]
    along = np.cumsum(np.concatenate([[0.0], np.hypot(*np.diff(stroke, axis=0).T)]))
    rest = np.concatenate([stroke[along > 0.8], *(other for k, other in enumerate(strokes) if k != number)])
    meets = len(rest) > 0 and float(np.hypot(*(rest - stroke[0]).T).min()) < 0.08
    cut = rng.uniform(0.2, 0.4) if way == "gap" else rng.uniform(0.25, 0.5)
    if meets != (way == "gap") or along[-1] < 2 * cut:
        return None
    shorter = stroke[along >= cut]
    return Ink(tuple(shorter if k == number else other for k, other in enumerate(strokes)))
