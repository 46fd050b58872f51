"""The synthetic pen, and what it draws that is no digit."""

import numpy as np
import pytest

from digitpad.data import ink_digits, outliers, synthetic_pen
from digitpad.data.dataset import CLASSES
from digitpad.data.ink import Ink
from digitpad.data.pen_forms import FORMS, Form


def named(form: Form) -> str:
    return f"{form.digit}-{form.name}"


def all_points(ink: Ink) -> np.ndarray:
    return np.concatenate(ink.strokes)


def test_each_digit_has_forms_of_different_names() -> None:
    for digit in range(CLASSES):
        names = [form.name for form in FORMS if form.digit == digit]
        assert len(names) == len(set(names)) >= 7


@pytest.mark.parametrize("form", FORMS, ids=named)
def test_a_form_without_chance_passes_its_points_and_keeps_its_corners(form: Form) -> None:
    for stroke, passage in zip(synthetic_pen.plain(form).strokes, form.strokes, strict=True):
        distances = np.linalg.norm(stroke[:, np.newaxis] - passage.points, axis=2).min(axis=0)
        np.testing.assert_allclose(distances, 0, atol=1e-9)
    points = all_points(synthetic_pen.plain(form))
    assert points.min() > -16
    assert points.max() < 116
    assert 80 < np.ptp(points, axis=0).max() < 122


@pytest.mark.parametrize("form", FORMS, ids=named)
def test_no_two_digits_of_a_form_are_alike_but_for_the_same_chance(form: Form) -> None:
    first, again, other = (synthetic_pen.write(form, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(all_points(first), all_points(again))
    assert all_points(first).shape != all_points(other).shape or (all_points(first) != all_points(other)).any()
    assert len(first.strokes) <= len(form.strokes)
    assert 60 < np.ptp(all_points(first), axis=0).max() < 170


def test_forms_are_chosen_by_their_weights() -> None:
    rng = np.random.default_rng(0)
    ones = [form for form in FORMS if form.digit == 1]
    chosen = [synthetic_pen.choose(1, rng) for _ in range(5_000)]
    for form in ones:
        share = form.weight / sum(one.weight for one in ones)
        assert sum(one is form for one in chosen) / 5_000 == pytest.approx(share, abs=0.03)


def test_images_are_filled_one_by_one() -> None:
    images, rng = np.zeros((3, 784), np.uint8), np.random.default_rng(0)
    filling = ink_digits.filling(images, (synthetic_pen.write(synthetic_pen.choose(d, rng), rng) for d in (7, 0, 1)))
    next(filling)
    assert images[0].max() == 255
    assert images[1:].max() == 0
    list(filling)
    assert (images.max(axis=1) == 255).all()


def test_scribbles_are_of_many_kinds_and_never_blank() -> None:
    rng = np.random.default_rng(0)
    images = np.zeros((100, 784), np.uint8)
    list(ink_digits.filling(images, (outliers.outlier(rng) for _ in images)))
    assert (images.max(axis=1) > 200).all()
    assert len(np.unique(images, axis=0)) == 100
    # From dots to blocks.
    ink = images.mean(axis=1)
    assert ink.min() < 15
    assert ink.max() > 80
