"""Strokes that run from one digit into the next: where they may be cut, and what is read of them."""

import itertools
import time

import numpy as np

from digitpad.engine.files import weights
from digitpad.engine.reading.recognizer import Recognizer
from digitpad.engine.reading.stroke_cuts import pieces_of
from tests.data.written_numbers import write_number

#: Two tall strokes with a level one between them, in one sweep.
U = np.array([[0.0, 0], [0, 100], [150, 100], [150, 0]])


def test_a_wide_stroke_is_cut_in_the_middle_of_what_joins_its_ends() -> None:
    pieces = pieces_of(U)
    cuts = [left[-1] for left, right in itertools.pairwise(pieces) if (left[-1] == right[0]).all()]
    assert len(cuts) == len(pieces) - 1 > 0
    assert any(60 < x < 90 and y == 100 for x, y in cuts)
    np.testing.assert_array_equal([pieces[0][0], pieces[-1][-1]], [U[0], U[-1]])


def test_what_goes_back_far_or_is_narrow_is_not_cut() -> None:
    assert len(pieces_of(U * [0.4, 1])) == 1
    back = np.array([[0.0, 0], [150, 0], [0, 100], [150, 100]])
    assert len(pieces_of(back)) == 1
    assert len(pieces_of(np.zeros((1, 2)))) == 1
    assert len(pieces_of(np.array([[0.0, 50], [100, 50]]))) == 1
    level = np.array([[0.0, 50], [50, 50.0003], [100, 50], [150, 50.0001]])
    begun = time.process_time()
    assert len(pieces_of(level)) == 1
    assert time.process_time() - begun < 0.1


def test_joined_digits_are_read_more_often_than_not_and_know_their_own_ink() -> None:
    recognizer = Recognizer(weights.load(weights.BUNDLED)[0])
    rng, right, cut = np.random.default_rng(4), 0, 0
    for _ in range(40):
        text = "".join(map(str, rng.integers(0, 10, 2)))
        ink = write_number(text, 1.0, rng)
        read = recognizer.read(ink)
        right += "".join(str(prediction.digit) for prediction in read) == text
        if len(ink.strokes) == 1 and len(read) == 2:
            cut += 1
            assert [prediction.parts for prediction in read] == [(0,), (0,)]
            first, second = (np.concatenate(prediction.strokes) for prediction in read)
            assert first[:, 0].mean() < second[:, 0].mean()
    assert right >= 24
    assert cut >= 3
