"""From photos to MNIST's images, measured on photos made of MNIST's own test digits."""

import time
from dataclasses import replace

import cv2
import numpy as np
import pytest

from digitpad.data.dataset import Digits
from digitpad.data.drawing import Photo
from digitpad.data.ink import pixels
from digitpad.data.photo.binarization import looks_at
from digitpad.data.photo.overlay import drawn_over
from digitpad.data.photo.paper import on_paper
from digitpad.data.photo.rows import rows_in
from digitpad.data.photo.spots import Spot, image_of, pen_width
from digitpad.engine.files import weights
from digitpad.engine.reading.recognizer import Recognizer
from tests.data.synthetic_photos import photo_of, row_of


def colored(gray: np.ndarray) -> np.ndarray:
    return np.repeat(gray.astype(np.uint8)[:, :, np.newaxis], 3, axis=2)


def rows_of(pixels: np.ndarray) -> tuple[tuple[Spot, ...], ...]:
    """Return the spots that are seen at the first look."""
    return next(looks_at(Photo(pixels))).rows


@pytest.mark.slow
def test_mnists_digits_as_pictures_are_read_as_well_as_ever(mnist_digits: Digits) -> None:
    network, _ = weights.load(weights.BUNDLED)
    test = mnist_digits.test.take(slice(300))
    images = []
    for digit in test.images:
        gray = 255 - cv2.resize(digit.reshape(28, 28), (112, 112), interpolation=cv2.INTER_CUBIC)
        images.append(pixels(image_of(tuple(spot for row in rows_of(colored(gray)) for spot in row))))
    as_pictures = (network.predict(np.stack(images)).argmax(axis=1) == test.labels).mean()
    assert as_pictures >= (network.predict(test.images).argmax(axis=1) == test.labels).mean() - 0.0067


@pytest.mark.slow
def test_rows_of_four_are_read_in_photos(mnist_digits: Digits) -> None:
    network, _ = weights.load(weights.BUNDLED)
    rng = np.random.default_rng(5)
    right = 0
    for _ in range(20):
        indices = rng.integers(0, len(mnist_digits.test), 4)
        photo = Photo(photo_of(row_of(mnist_digits.test, indices, rng), rng))
        digits = [prediction.digit for prediction in Recognizer(network).read(photo)]
        right += digits == mnist_digits.test.labels[indices].tolist()
    assert right >= 17


def test_rows_are_read_from_top_to_bottom_whatever_the_polarity(mnist_digits: Digits) -> None:
    network, _ = weights.load(weights.BUNDLED)
    first, second = (np.flatnonzero(mnist_digits.test.labels == digit)[:3] for digit in (2, 7))
    rng = np.random.default_rng(0)
    upper, lower = row_of(mnist_digits.test, first, rng), row_of(mnist_digits.test, second, rng)
    width = max(upper.shape[1], lower.shape[1])
    ink = np.vstack([np.pad(part, ((0, 20), (0, width - part.shape[1]))) for part in (upper, lower)])
    for gray in (255 - 255 * ink, 255 * ink):
        photo = Photo(colored(gray))
        predictions = Recognizer(network).read(photo)
        assert [(prediction.row, prediction.digit) for prediction in predictions] == [(0, 2)] * 3 + [(1, 7)] * 3


@pytest.mark.parametrize("value", [0, 128, 255])
def test_blank_paper_has_no_ink(value: int) -> None:
    assert all(look.rows == () for look in looks_at(Photo(np.full((300, 200, 3), value, np.uint8))))
    noisy = np.clip(value + np.random.default_rng(0).normal(0, 6, (300, 200, 3)), 0, 255).astype(np.uint8)
    assert rows_of(noisy) == ()


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1), (3, 2_000)])
def test_odd_shapes_do_no_harm(shape: tuple[int, int]) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (*shape, 3)).astype(np.uint8)
    start = time.perf_counter()
    for row in rows_of(noise):
        assert np.isfinite(image_of(row)).all()
    assert time.perf_counter() - start < 2


def test_the_pens_width_is_measured() -> None:
    for width in (5, 11, 31):
        line = np.zeros((200, 300), np.uint8)
        line[90 : 90 + width, 50:250] = 255
        assert pen_width(line) == pytest.approx(width, abs=1)


def ring(paper: int, ink: int, thickness: int, radius: int = 60) -> np.ndarray:
    """A zero in the middle of a sheet of 400 x 400."""
    gray = np.full((400, 400), paper, np.uint8)
    cv2.ellipse(gray, (200, 200), (int(0.7 * radius), radius), 0, 0, 360, ink, thickness, cv2.LINE_AA)
    return colored(gray)


@pytest.mark.parametrize(
    "photo",
    [ring(230, 190, 3), ring(120, 40, 60, 130), ring(40, 200, 8), ring(220, 60, 8)],
    ids=["pale and thin", "a felt pen that fills the picture", "chalk", "usual"],
)
def test_ink_of_every_kind_is_found(photo: np.ndarray) -> None:
    network, _ = weights.load(weights.BUNDLED)
    assert [prediction.digit for prediction in Recognizer(network).read(Photo(photo))] == [0]


def test_a_sheet_on_a_dark_table_is_straightened() -> None:
    table = np.full((600, 800, 3), 30, np.uint8)
    corners = np.array([[200, 90], [640, 150], [600, 520], [160, 440]], np.float32)
    sheet = np.array([[0, 0], [400, 0], [400, 400], [0, 400]], np.float32)
    onto = cv2.getPerspectiveTransform(sheet, corners)
    photo = cv2.warpPerspective(ring(230, 50, 8), onto, (800, 600), table, borderMode=cv2.BORDER_TRANSPARENT)
    picture, matrix = on_paper(photo)
    assert picture.min(axis=2)[5:-5, 5:-5].mean() > 200
    middle = onto @ [200, 200, 1]
    seen = matrix @ (middle / middle[2])
    np.testing.assert_allclose(seen[:2] / seen[2] / picture.shape[1::-1], 0.5, atol=0.02)
    network, _ = weights.load(weights.BUNDLED)
    assert [prediction.digit for prediction in Recognizer(network).read(Photo(photo))] == [0]


def test_what_touches_the_edge_is_the_table_or_the_rest_of_a_digit() -> None:
    photo = ring(230, 50, 8)
    photo[:, :6], photo[390:, 150:170] = 20, 50
    (row,) = rows_of(photo)
    assert len(row) == 1


def test_hats_belong_to_the_row_below_and_stems_below_each_other_are_no_ruled_line() -> None:
    gray = np.full((900, 400), 235, np.uint8)
    for top in (60, 260, 460, 660):
        cv2.line(gray, (200, top), (200, top + 110), 40, 8)
        cv2.line(gray, (100, top + 50), (100, top + 110), 40, 8)
        cv2.line(gray, (80, top + 20), (120, top + 20), 40, 8)
    assert [len(row) for row in rows_of(colored(gray))] == [3] * 4


def test_what_was_read_is_drawn_over_the_photo() -> None:
    photo = ring(230, 50, 8)
    look = next(looks_at(Photo(photo)))
    shown = drawn_over(photo, look, [(0, (0,), "0")], 0)
    assert shown.shape == (600, 600, 3)
    is_marked = np.abs(shown.astype(int) - cv2.resize(photo, (600, 600)).astype(int)).max(axis=2) > 40
    rows, columns = np.flatnonzero(is_marked.any(axis=1)), np.flatnonzero(is_marked.any(axis=0))
    # The box lies around the ring, which is 128 high and 92 wide in the photo.
    assert columns[0] / 1.5 == pytest.approx(200 - 46, abs=6)
    assert rows[-1] / 1.5 == pytest.approx(200 + 64, abs=6)


def bars(*boxes: tuple[int, int, int, int]) -> Photo:
    gray = np.full((400, 500), 235, np.uint8)
    for left, top, right, bottom in boxes:
        gray[top:bottom, left:right] = 40
    return Photo(np.repeat(gray[:, :, np.newaxis], 3, axis=2))


def test_a_box_beside_the_ink_takes_none_and_dust_stays_dust_where_digits_are_marked() -> None:
    two = ((100, 100, 112, 220), (200, 100, 212, 220))
    beside = replace(bars(*two), marked=((-90.0, 100, -10, 220), (100.0, -50, 112, -5), (490.0, 390, 900, 900)))
    assert [len(row) for row in next(looks_at(beside)).rows] == [2]
    dusty = bars(*two, (300, 150, 309, 159), (350, 180, 359, 189))
    assert [len(row) for row in next(looks_at(dusty)).rows] == [2]
    marked = replace(dusty, marked=((90.0, 90, 120, 230), (190.0, 90, 220, 230)))
    (row,) = next(looks_at(marked)).rows
    assert [spot.is_digit for spot in row] == [True, True]


def test_ink_too_fine_to_be_seen_is_a_blank_image() -> None:
    mask = np.zeros((4, 3_000), np.uint8)
    mask[:, :3] = mask[:, -3:] = 255
    assert np.isfinite(image_of((Spot(mask, 0, 0, is_digit=True),))).all()


def test_an_outline_is_both_ends_of_the_ink_in_each_row() -> None:
    mask = np.zeros((3, 6), np.uint8)
    mask[0, 1:5] = mask[2, 3] = 1
    outline = Spot(mask, 10, 20).outline
    # The right end lies behind the last pixel; the empty row has none.
    assert outline.tolist() == [[11, 20], [15, 20], [13, 22], [14, 22]]


@pytest.mark.parametrize(("gap", "rows"), [(10, 2), (60, 3)])
def test_low_ink_is_a_part_of_the_row_that_it_is_near_to(gap: int, rows: int) -> None:
    mask = np.zeros((600, 600), np.uint8)
    for left in (100, 200, 300):
        mask[100:200, left : left + 30] = mask[350:450, left : left + 30] = 255
    # A bar of the middle digit, or a row of its own.
    mask[200 + gap : 230 + gap, 205:225] = 255
    assert len(rows_in(mask)) == rows
