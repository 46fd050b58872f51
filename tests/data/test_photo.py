"""From photos to MNIST's images, measured on photos made of MNIST's own test digits."""

import time

import cv2
import numpy as np
import pytest

from digitpad.data.dataset import Digits
from digitpad.data.drawing import Photo
from digitpad.data.ink import pixels
from digitpad.data.photo import image_of, pen_width, rows_of
from digitpad.engine.files import weights
from digitpad.engine.reading.recognizer import Recognizer
from tests.data.synthetic_photos import photo_of, row_of


def test_mnists_digits_as_pictures_are_read_as_well_as_ever(mnist_digits: Digits) -> None:
    network, _ = weights.load(weights.BUNDLED)
    test = mnist_digits.test.take(slice(300))
    images = []
    for digit in test.images:
        grey = 255 - cv2.resize(digit.reshape(28, 28), (112, 112), interpolation=cv2.INTER_CUBIC)
        rows = rows_of(np.repeat(grey[:, :, np.newaxis], 3, axis=2))
        images.append(pixels(image_of(tuple(spot for row in rows for spot in row))))
    as_pictures = (network.predict(np.stack(images)).argmax(axis=1) == test.labels).mean()
    assert as_pictures >= (network.predict(test.images).argmax(axis=1) == test.labels).mean() - 0.0067


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
    for grey in (255 - 255 * ink, 255 * ink):
        photo = Photo(np.repeat(grey.astype(np.uint8)[:, :, np.newaxis], 3, axis=2))
        predictions = Recognizer(network).read(photo)
        assert [(prediction.row, prediction.digit) for prediction in predictions] == [(0, 2)] * 3 + [(1, 7)] * 3


@pytest.mark.parametrize("value", [0, 128, 255])
def test_blank_paper_has_no_ink(value: int) -> None:
    assert rows_of(np.full((300, 200, 3), value, np.uint8)) == ()
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
