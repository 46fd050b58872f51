"""MNIST's recipe as properties, measured on MNIST itself."""

import json
import math
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitpad.data import ink_files, synthetic_pen
from digitpad.data.dataset import Digits
from digitpad.data.drawing import Picture
from digitpad.data.ink import Ink, fitted, render
from digitpad.data.ink_files import InkError, LabeledInk
from digitpad.data.pen_forms import FORMS


def ink(*strokes: list[tuple[float, float]]) -> Ink:
    return Ink(tuple(np.array(stroke, float) for stroke in strokes))


ANGLES = np.linspace(0, 2 * np.pi, 60)
CIRCLE = Ink((np.stack([100 + 60 * np.cos(ANGLES), 100 + 90 * np.sin(ANGLES)], axis=1),))
SEVEN = ink([(40, 40), (140, 45), (80, 200)])
BAR = ink([(0, 0), (0, 300)])


def center_of_mass(image: np.ndarray) -> tuple[float, float]:
    index = np.arange(28)
    return (image.sum(0) * index).sum() / image.sum(), (image.sum(1) * index).sum() / image.sum()


def extent(image: np.ndarray) -> tuple[int, int]:
    rows, columns = np.flatnonzero(image.max(1) > 0.1), np.flatnonzero(image.max(0) > 0.1)
    return np.ptp(columns) + 1, np.ptp(rows) + 1


@pytest.mark.parametrize("drawing", [CIRCLE, SEVEN, BAR])
def test_the_longer_side_is_20_pixels_and_the_mass_is_in_the_middle(drawing: Ink) -> None:
    image = render(drawing)
    assert image is not None
    assert (image.shape, image.dtype) == ((28, 28), np.float32)
    assert 0 <= image.min() <= image.max() <= 1
    assert max(extent(image)) == 20
    assert np.abs(np.array(center_of_mass(image)) - 14).max() <= 0.55


def test_ink_is_as_gray_and_as_wide_as_mnist(mnist_digits: Digits) -> None:
    images = mnist_digits.test.images / 255
    circle = render(CIRCLE)
    zeros = images[mnist_digits.test.labels == 0]
    assert circle is not None
    assert zeros.mean() * 0.7 < circle.mean() < zeros.mean() * 1.1


@settings(max_examples=40, deadline=None)
@given(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4), st.floats(0.5, 2))
def test_place_and_size_on_the_sheet_do_not_matter(dx: float, dy: float, scale: float) -> None:
    moved = Ink(tuple(stroke * scale + [dx, dy] for stroke in SEVEN.strokes))
    np.testing.assert_allclose(render(moved), render(SEVEN), atol=0.05)


def test_a_tap_is_a_dot_in_the_middle() -> None:
    image = render(ink([(55, 70)]))
    assert image is not None
    assert image.max() == 1
    assert max(extent(image)) <= 4
    assert np.abs(np.array(center_of_mass(image)) - 14).max() <= 0.55


def test_a_dot_beside_a_stroke_is_seen() -> None:
    with_dot, without = render(ink([(0, 0), (0, 100)], [(60, 50)])), render(ink([(0, 0), (0, 100)]))
    assert with_dot is not None
    assert without is not None
    assert extent(with_dot)[0] > 2 * extent(without)[0]


def test_coverage_equals_a_fine_grid_of_samples() -> None:
    """The image of a bar, against counting points of a grid 20 times finer."""
    image = render(BAR)
    assert image is not None
    fine = (np.arange(28 * 20) + 0.5) / 20 - 0.5
    column = image[14]
    middle = center_of_mass(image)[0]
    inside = (np.abs(fine - middle) <= 1.25).reshape(28, 20).mean(1)
    assert np.abs(column - inside).max() < 0.15
    assert column.sum() == pytest.approx(2.5, abs=0.15)


def test_ink_far_off_its_mass_is_cut_at_the_frame() -> None:
    image = render(ink([(0, 0), (0, 100), *[(x, 100) for x in (50, 0, 3, 0, 3, 0)]], [(1, 99), (100, 99)]))
    assert image is not None
    assert np.isfinite(image).all()


@pytest.mark.parametrize("drawing", [Ink(), Ink((np.zeros((0, 2)),)), ink([(math.nan, 1)])])
def test_blank_ink_has_no_image(drawing: Ink) -> None:
    assert render(drawing) is None


def test_odd_points_do_no_harm() -> None:
    image = render(ink([(1, 1), (1, 1), (math.inf, 5), (1, 1)], [(50, math.nan), (90, 90), (90, 90)]))
    assert image is not None
    assert np.isfinite(image).all()


def test_pressure_is_no_coordinate() -> None:
    pressed = Ink(tuple(np.hstack([stroke, np.full((len(stroke), 1), 0.7)]) for stroke in SEVEN.strokes))
    np.testing.assert_array_equal(render(pressed), render(SEVEN))


def test_a_picture_is_taken_as_it_is() -> None:
    image = np.random.default_rng(0).random((28, 28)).astype(np.float32)
    assert Picture(image).digit is image


def test_ink_of_another_unit_is_fitted_to_the_sheet_and_ink_of_ours_is_left_alone() -> None:
    far = Ink(tuple(stroke * 50 - 3_000 for stroke in SEVEN.strokes))
    points = np.concatenate(fitted(far, (280, 280)).strokes)
    assert points.min() >= 0
    assert points.max() <= 280
    np.testing.assert_allclose(render(fitted(far, (280, 280))), render(SEVEN), atol=1e-3)
    assert fitted(SEVEN, (280, 280)) is SEVEN


def test_ink_files_come_back_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    ink_files.write(path, LabeledInk(SEVEN, 7))
    (read,) = ink_files.read(path)
    assert read.label == 7
    np.testing.assert_allclose(read.ink.strokes[0], SEVEN.strokes[0], atol=0.01)


def test_ink_files_may_have_pressure_no_label_and_other_keys(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"strokes": [[[1, 2, 0.5], [3, 4, 1]], []], "writer": 3}\n\n{"label": null, "strokes": []}\n')
    first, second = ink_files.read(path)
    assert (first.label, second.label) == (None, None)
    assert [stroke.shape for stroke in first.ink.strokes] == [(2, 3)]
    assert not second.ink


@pytest.mark.parametrize(
    "line",
    [
        "nonsense", "[]", "3", '{"strokes": 5}', '{"label": 3}', '{"label": 12, "strokes": []}',
        '{"label": true, "strokes": []}', '{"label": "3", "strokes": []}', '{"strokes": [5]}', '{"strokes": [[5]]}',
        '{"strokes": [[[1]]]}', '{"strokes": [[[1, 2], [1, 2, 3]]]}', '{"strokes": [[[1, "2"]]]}',
        '{"strokes": [[[1, true]]]}', '{"strokes": [[[1, NaN]]]}', '{"strokes": [[[1, 1e999]]]}',
        '{"strokes": [[[1, 1e300]]]}', "[" * 100_000, "{\"strokes\": [[[1" + "0" * 400 + ", 0]]]}",
    ],
)  # fmt: skip
def test_a_wrong_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"strokes": [[[0, 0]]]}) + "\n" + line + "\n")
    with pytest.raises(InkError, match=r"a\.jsonl, line 2: "):
        ink_files.read(path)


@pytest.mark.parametrize("length", [5e-324, 1e-310, 1e-7])
def test_ink_of_no_size_is_a_dot(length: float) -> None:
    speck = ink([(0, 0), (length, 0)])
    np.testing.assert_array_equal(render(speck), render(ink([(0, 0)])))
    assert np.isfinite(np.concatenate(fitted(speck, (280, 280)).strokes)).all()


def test_an_absurd_amount_of_ink_takes_no_time() -> None:
    rng = np.random.default_rng(0)
    for absurd in (Ink(tuple(rng.random((100_000, 1, 2)))), Ink((rng.random((1_000_000, 2)),))):
        times = []
        for _ in range(3):
            start = time.perf_counter()
            assert render(absurd) is not None
            times.append(time.perf_counter() - start)
        # A loaded machine may take longer; the bound itself is 50 ms.
        assert min(times) < 0.1


def test_every_digit_of_the_pen_fills_the_box_and_has_its_mass_in_the_middle() -> None:
    rng = np.random.default_rng(0)
    cut = 0
    for form in FORMS:
        image = render(synthetic_pen.write(form, rng))
        assert image is not None
        mass = np.abs(np.array(center_of_mass(image)) - 14).max()
        is_cut = max(image[0].max(), image[-1].max(), image[:, 0].max(), image[:, -1].max()) > 0
        cut += is_cut
        if not is_cut:
            assert max(extent(image)) == 20
            assert mass <= 0.55
    assert cut <= 3
