"""The eraser: what it leaves, against a walk along finely drawn strokes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitpad.data.eraser import erased
from digitpad.data.ink import Ink

LINE = np.array([[0.0, 50.0], [100.0, 50.0]])
CURVE = np.stack([np.linspace(0, 100, 40), 50 + 30 * np.sin(np.linspace(0, 6, 40))], axis=1)
coordinate = st.floats(-20, 120)


def test_a_stroke_that_is_crossed_becomes_two() -> None:
    left, right = erased(Ink((LINE,)), (50, 0), (50, 100), 5).strokes
    assert left[0].tolist() == [0, 50]
    assert right[-1].tolist() == [100, 50]
    assert 42 < left[-1, 0] < 45
    assert 55 < right[0, 0] < 58


def test_what_is_not_touched_stays_the_same() -> None:
    other = LINE + np.array([0, 30])
    ink = Ink((LINE, other))
    assert erased(ink, (0, 0), (100, 0), 5) is ink
    assert erased(ink, (50, 40), (50, 60), 5).strokes[-1] is other


def test_a_dot_and_a_whole_stroke_can_be_taken_away() -> None:
    assert erased(Ink((np.array([[3.0, 3.0]]),)), (0, 0), (0, 0), 5).strokes == ()
    assert erased(Ink((LINE,)), (0, 50), (100, 50), 5).strokes == ()
    assert erased(Ink((np.zeros((0, 2)), LINE)), (0, 0), (1, 1), 5).strokes[1] is LINE


def test_pressure_is_kept_and_interpolated() -> None:
    pressed = np.array([[0.0, 50.0, 0.0], [100.0, 50.0, 1.0]])
    for stroke in erased(Ink((pressed,)), (50, 0), (50, 100), 5).strokes:
        np.testing.assert_allclose(stroke[:, 2], stroke[:, 0] / 100)


@pytest.mark.slow
@given(coordinate, coordinate, coordinate, coordinate, st.floats(1, 20))
def test_nothing_under_the_eraser_is_left_and_nothing_else_is_lost(
    x0: float, y0: float, x1: float, y1: float, radius: float
) -> None:
    after = erased(Ink((CURVE, LINE)), (x0, y0), (x1, y1), radius)
    share = np.linspace(0, 1, 2_000)[:, np.newaxis]
    way = (1 - share) * [x0, y0] + share * [x1, y1]
    for stroke in after.strokes:
        # Between two points of what is left the eraser may have touched by half a step.
        assert np.linalg.norm(stroke[:, np.newaxis] - way, axis=2).min() >= radius * 0.99 - 0.1
    left = np.concatenate(after.strokes) if after.strokes else np.zeros((0, 2))
    for point in np.concatenate([CURVE, LINE]):
        if np.linalg.norm(point - way, axis=1).min() > radius + 0.1 and len(left):
            nearest = np.linalg.norm(left - point, axis=1).min()
            assert nearest < 1e-9 or _is_crumb(point, way, radius)


def _is_crumb(point: np.ndarray, way: np.ndarray, radius: float) -> bool:
    """Whether the piece on both sides of a point was erased, so that nothing but the point would be left."""
    return bool(np.linalg.norm(point - way, axis=1).min() < 2 * radius + 3)
