"""Which way to see a photo is taken, and what is remembered of it."""

from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from digitpad.cancellation import Cancelled
from digitpad.data.drawing import Photo
from digitpad.data.photo import binarization
from digitpad.data.photo.binarization import Look
from digitpad.engine.files import weights
from digitpad.engine.reading.photo_reader import PhotoRead, PhotoReader
from digitpad.engine.reading.prediction import Prediction
from tests.cancelling import CancelledAt


def photo(ink: int, thickness: int) -> Photo:
    gray = np.full((400, 400), 200, np.uint8)
    cv2.ellipse(gray, (200, 200), (90, 130), 0, 0, 360, ink, thickness, cv2.LINE_AA)
    return Photo(np.repeat(gray[:, :, np.newaxis], 3, axis=2))


def test_another_way_is_tried_only_where_the_first_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    network, _ = weights.load(weights.BUNDLED)
    found, looks_at = [], binarization.looks_at

    def counted(photo: Photo) -> Iterator[Look]:
        for look in looks_at(photo):
            found.append(look)
            yield look

    monkeypatch.setattr(binarization, "looks_at", counted)
    plain = PhotoReader(photo(60, 8))
    assert [p.digit for p in plain.read(network).predictions] == [0]
    assert len(found) == 1
    # Nor is a way looked for again, whatever network reads.
    plain.read(weights.load(weights.BUNDLED_MLP)[0])
    assert len(found) <= len(list(looks_at(photo(60, 8))))
    before = len(found)
    plain.read(network)
    assert len(found) == before


def test_reading_is_given_up_between_rows() -> None:
    network, _ = weights.load(weights.BUNDLED)
    with pytest.raises(Cancelled):
        PhotoReader(photo(60, 8)).read(network, CancelledAt())


def test_nothing_is_read_of_blank_paper() -> None:
    network, _ = weights.load(weights.BUNDLED)
    read = PhotoReader(Photo(np.full((300, 200, 3), 200, np.uint8))).read(network)
    assert read.predictions == ()
    assert not read.is_readable


def test_a_digit_that_is_in_doubt_makes_a_read_worth_less() -> None:
    def with_probability(probability: float) -> Prediction:
        probabilities = np.full(10, (1 - probability) / 9, np.float32)
        probabilities[3] = probability
        return Prediction(probabilities, np.zeros((28, 28), np.float32))

    sure, doubtful = with_probability(0.95), with_probability(0.5)
    worths = [PhotoRead(photo(60, 8), None, read).worth for read in ((sure,), (sure, sure), (sure, doubtful))]
    assert worths == pytest.approx([0.2, 0.4, -0.05])
