"""Drawings that are no digit: lines, shapes, letters, digits over each other or lying down."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from digitpad.data import synthetic_pen
from digitpad.data.dataset import CLASSES
from digitpad.data.ink import Ink, Stroke
from digitpad.data.letters import LETTERS

_Points = npt.NDArray[np.float64]
#: A one that lies down is a line, and a zero still a zero.
_LYING = tuple(range(2, CLASSES))


def outlier(rng: np.random.Generator) -> Ink:
    """Return some ink in a box of about 100 units that nobody would read as a digit."""
    return _KINDS[rng.integers(len(_KINDS))](rng)


def _wild(rng: np.random.Generator) -> Ink:
    """A pen that goes anywhere."""
    return Ink(tuple(_curve(rng.uniform(0, 100, (int(rng.integers(5, 16)), 2))) for _ in range(rng.integers(1, 4))))


def _walk(rng: np.random.Generator) -> Ink:
    """A pen that wanders about."""
    steps = rng.normal(0, 25, (int(rng.integers(8, 30)), 2))
    return Ink((_curve(np.cumsum(steps, axis=0)),))


def _zigzag(rng: np.random.Generator) -> Ink:
    """A pen that goes back and forth, in lines or waves."""
    count = int(rng.integers(6, 20))
    points = np.stack([np.linspace(0, rng.uniform(30, 120), count), 100.0 * (np.arange(count) % 2)], axis=1)
    points += rng.normal(0, 5, points.shape)
    return _turned(Ink((_curve(points) if rng.random() < 0.5 else points,)), rng.uniform(0, np.pi))


def _block(rng: np.random.Generator) -> Ink:
    """A rectangle that is filled all over."""
    width, height, rows = rng.uniform(20, 100), rng.uniform(20, 100), int(rng.integers(12, 24))
    y = np.repeat(np.linspace(0, height, rows), 2)
    x = width * (np.arange(2 * rows) // 2 % 2 != np.arange(2 * rows) % 2)
    return _turned(Ink((np.stack([x, y], axis=1),)), rng.normal(0, 0.2))


def _lines(rng: np.random.Generator) -> Ink:
    """One flat line, or several that are parallel or crossed. A single upright line is left out: it is a 1."""
    count = int(rng.integers(1, 5))
    if count == 1:
        return _turned(Ink((np.array([[0.0, 0.0], [100.0, 0.0]]) + rng.normal(0, 3, (2, 2)),)), rng.uniform(-0.9, 0.9))
    if rng.random() < 0.5:
        ends = np.array([[0.0, 0.0], [0.0, 100.0]])
        lines = [ends + np.array([40.0 * i, 0.0]) + rng.normal(0, 6, (2, 2)) for i in range(count)]
        return _turned(Ink(tuple(lines)), rng.uniform(0, np.pi))
    angles = rng.uniform(0, np.pi) + np.pi * np.arange(count) / count + rng.normal(0, 0.12, count)
    directions = 50 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return Ink(tuple(np.stack([-d, d]) + rng.normal(0, 8, 2) for d in directions))


def _polygon(rng: np.random.Generator) -> Ink:
    """A triangle, a square, a star."""
    count = int(rng.integers(3, 7))
    step = 2 if count >= 5 and rng.random() < 0.5 else 1
    angles = rng.uniform(0, 2 * np.pi) + 2 * np.pi * step * np.arange(count + 1) / count
    points = 50 * np.stack([rng.uniform(0.6, 1.2) * np.cos(angles), np.sin(angles)], axis=1)
    return Ink((points + rng.normal(0, 5, points.shape),))


def _spiral(rng: np.random.Generator) -> Ink:
    """A spiral of two turns and more, or a row of loops."""
    angles = np.linspace(0, 2 * np.pi * rng.uniform(2.2, 5), 120) * rng.choice([-1, 1]) + rng.uniform(0, 2 * np.pi)
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    if rng.random() < 0.5:
        return Ink((50 * circle * np.linspace(0.1, 1, 120)[:, np.newaxis],))
    along = np.stack([np.linspace(0, rng.uniform(60, 200), 120), np.zeros(120)], axis=1)
    return _turned(Ink((30 * circle + along,)), rng.uniform(0, np.pi))


def _dots(rng: np.random.Generator) -> Ink:
    """Some taps."""
    return Ink(tuple(rng.uniform(0, 100, (int(rng.integers(2, 9)), 1, 2))))


def _over_each_other(rng: np.random.Generator) -> Ink:
    """Two digits in the same place."""
    first, second = _two_digits(rng)
    return Ink(_placed(first, rng.normal(0, 8, 2)) + _placed(second, rng.normal(0, 8, 2)))


def _side_by_side(rng: np.random.Generator) -> Ink:
    """Two digits in a row, which together are none."""
    first, second = _two_digits(rng)
    right = max(stroke[:, 0].max() for stroke in first.strokes)
    left = min(stroke[:, 0].min() for stroke in second.strokes)
    return Ink(first.strokes + _placed(second, np.array([right - left + rng.uniform(-5, 40), rng.normal(0, 8)])))


def _lying(rng: np.random.Generator) -> Ink:
    """A digit on its side."""
    digit = synthetic_pen.write(synthetic_pen.choose(int(rng.choice(_LYING)), rng), rng)
    return _turned(digit, rng.choice([-1, 1]) * np.pi / 2 + rng.normal(0, 0.15))


def _letter(rng: np.random.Generator) -> Ink:
    """A letter, or another sign."""
    return synthetic_pen.write(LETTERS[rng.integers(len(LETTERS))], rng)


def _two_digits(rng: np.random.Generator) -> tuple[Ink, Ink]:
    first, second = (synthetic_pen.write(synthetic_pen.choose(int(d), rng), rng) for d in rng.choice(CLASSES, 2, False))
    return first, second


def _placed(ink: Ink, offset: _Points) -> tuple[Stroke, ...]:
    return tuple(stroke + offset for stroke in ink.strokes)


def _turned(ink: Ink, angle: float) -> Ink:
    cos, sin = np.cos(angle), np.sin(angle)
    return Ink(tuple(stroke @ np.array([[cos, sin], [-sin, cos]]) for stroke in ink.strokes))


def _curve(points: _Points) -> _Points:
    return synthetic_pen.curve(points, np.zeros(len(points), bool))


_KINDS: tuple[Callable[[np.random.Generator], Ink], ...] = (
    _wild, _walk, _zigzag, _block, _lines, _polygon, _spiral, _dots,
    _over_each_other, _over_each_other, _over_each_other, _side_by_side, _lying, _lying,
    _letter, _letter, _letter, _letter, _letter,
)  # fmt: skip
