"""The recipe's steps, one by one, and what is left out without them."""

import numpy as np
import pytest

from digitpad.data import synthetic_pen
from digitpad.data.ink import Ink, coverage, render
from digitpad.data.normalization import Placement, as_drawn, way
from digitpad.data.pen_forms import FORMS

SHEET, PEN = (280.0, 280.0), 18.0


def placed(ink: Ink, place: Placement) -> np.ndarray:
    """What a pen draws on the frame with the ink at that place."""
    strokes = [stroke * place.scale + (place.x, place.y) for stroke in ink.strokes]
    return coverage(strokes, 28, place.pen_width)


@pytest.mark.parametrize("form", FORMS[::7], ids=lambda form: f"{form.digit} {form.name}")
def test_the_last_place_is_that_of_the_image_and_the_others_lead_there(form: synthetic_pen.Form) -> None:
    ink = Ink(tuple(stroke + 90 for stroke in synthetic_pen.plain(form).strokes))
    found = way(ink, SHEET, PEN)
    assert found is not None
    drawn, scaled, centered = found.places
    # But for the soft edge, of which the box cuts off a little.
    np.testing.assert_allclose(placed(ink, centered), render(ink), atol=0.1)
    # What is left of the strokes says the same.
    np.testing.assert_allclose(placed(Ink(tuple(found.strokes)), centered), render(ink), atol=0.1)
    # The whole sheet becomes the frame, from edge to edge.
    assert (drawn.scale * SHEET[0], drawn.x, drawn.y) == (28, -0.5, -0.5)
    points = np.concatenate(ink.strokes) * scaled.scale + (scaled.x, scaled.y)
    reach = np.concatenate([points - scaled.pen_width / 2, points + scaled.pen_width / 2])
    assert (reach.max(axis=0) - reach.min(axis=0)).max() == pytest.approx(20)
    np.testing.assert_allclose(reach.min(axis=0), 3.5)
    # Centering moves by whole pixels.
    assert [(b - a) % 1 for a, b in zip(scaled[1:3], centered[1:3], strict=True)] == pytest.approx([0, 0], abs=1e-9)


def test_what_is_drawn_small_in_a_corner_stays_there_without_the_recipe() -> None:
    small = Ink((np.array([[20.0, 20], [60, 20], [40, 70]]),))
    image = as_drawn(small, SHEET, PEN).image
    assert image.shape == (28, 28)
    assert image[:9, :9].sum() == pytest.approx(image.sum())
    moved = as_drawn(Ink((small.strokes[0] + 100,)), SHEET, PEN).image
    np.testing.assert_allclose(moved[10:, 10:], image[:18, :18], atol=1e-6)
    assert as_drawn(small, SHEET, 2 * PEN).image.sum() > 1.5 * image.sum()


def test_blank_ink_has_no_places_and_a_blank_picture() -> None:
    blank = Ink((np.full((3, 2), np.nan),))
    assert way(blank, SHEET, PEN) is None
    assert not as_drawn(blank, SHEET, PEN).image.any()


def test_much_ink_goes_its_way_with_few_points() -> None:
    scribble = Ink(tuple(np.random.default_rng(i).uniform(0, 280, (20_000, 2)) for i in range(5)))
    found = way(scribble, SHEET, PEN)
    assert found is not None
    assert sum(map(len, found.strokes)) < 2_100
    dot = way(Ink((np.array([[30.0, 40]]),)), SHEET, PEN)
    assert dot is not None
    x, y = dot.strokes[0][0] * dot.places[2].scale + dot.places[2][1:3]
    assert (abs(x - 14) <= 0.55, abs(y - 14) <= 0.55) == (True, True)
