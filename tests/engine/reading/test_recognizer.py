"""From drawings to predictions: one digit, several, none."""

import numpy as np
import pytest

from digitpad.app.session.network_handle import NetworkHandle
from digitpad.data import synthetic_pen
from digitpad.data.ink import Ink
from digitpad.data.pen_forms import FORMS
from digitpad.engine.reading.prediction import (
    MIN_DIGIT,
    MIN_SURE,
    MIN_SURE_IN_ROW,
    Prediction,
    text_of,
    with_row_support,
)
from digitpad.engine.reading.recognizer import Recognizer


def prediction(*probabilities: float, row: int = 0) -> Prediction:
    rest = (1 - sum(probabilities)) / (10 - len(probabilities))
    return Prediction(np.array([*probabilities, *[rest] * (10 - len(probabilities))]), np.zeros((28, 28)), (), row)


@pytest.mark.parametrize(
    ("probability", "sign"),
    [(0.99, "3"), (MIN_SURE, "3"), (MIN_SURE - 0.01, "~3"), (MIN_DIGIT, "~3"), (MIN_DIGIT - 0.01, "?")],
)
def test_a_digit_is_read_surely_or_about_or_is_none(probability: float, sign: str) -> None:
    assert prediction(0.0, 0.0, 0.0, probability).symbol == sign


def test_a_row_of_good_digits_speaks_for_one_that_is_less_so() -> None:
    good, faint, bad = prediction(0.9), prediction(0.0, (MIN_SURE + MIN_SURE_IN_ROW) / 2), prediction(0.0, 0.2)
    assert text_of(with_row_support([faint])) == "~1"
    assert text_of(with_row_support([good, faint, good])) == "010"
    assert text_of(with_row_support([faint, faint, good])) == "~1~10"
    assert text_of(with_row_support([good, bad, good])) == "0?0"


def test_what_is_read_is_written_row_by_row() -> None:
    row = [prediction(0.0, 0.9), prediction(0.9), prediction(0.45, 0.5), prediction(0.0, 0.9, row=1)]
    assert text_of(row) == "10~1 1"
    assert row[2].second == 0
    assert text_of([]) == ""


def test_digits_below_each_other_are_two_rows(bundled_network: NetworkHandle) -> None:
    seven, one = np.array([[0.0, 0], [60, 0], [30, 100]]), np.array([[120.0, 0], [118, 100]])
    down = np.array([0.0, 170])
    ink = Ink((one + down, seven, one, seven + down))
    assert text_of(Recognizer(bundled_network.network).read(ink)) == "71 71"


def test_strokes_are_known_by_their_numbers_also_after_others_were_erased(bundled_network: NetworkHandle) -> None:
    recognizer = Recognizer(bundled_network.network)
    first, second = np.array([[0.0, 0], [0, 100]]), np.array([[90.0, 0], [90, 100]])
    assert [p.parts for p in recognizer.read(Ink((first, second)))] == [(0,), (1,)]
    assert [p.parts for p in recognizer.read(Ink((second,)))] == [(0,)]


def test_the_order_of_writing_does_not_matter_to_the_row(bundled_network: NetworkHandle) -> None:
    seven, bar = np.array([[0.0, 0], [60, 0], [30, 100]]), np.array([[10.0, 50], [60, 50]])
    one = np.array([[120.0, 0], [118, 100]])
    for strokes in ((seven, bar, one), (one, seven, bar), (seven, one, bar)):
        found = Recognizer(bundled_network.network).read(Ink(strokes))
        assert [p.digit for p in found] == [7, 1]
        assert [len(p.parts) for p in found] == [2, 1]


def test_rows_of_the_pens_digits_are_read(bundled_network: NetworkHandle) -> None:
    rng = np.random.default_rng(0)
    recognizer = Recognizer(bundled_network.network)
    right = 0
    for _ in range(40):
        strokes, x, digits = [], 0.0, rng.integers(0, 10, 3)
        for digit in digits:
            form = next(form for form in FORMS if form.digit == digit)
            ink = synthetic_pen.write(form, rng).strokes
            left, end = (float(f([f(stroke[:, 0]) for stroke in ink])) for f in (np.min, np.max))
            strokes += [stroke + np.array([x - left, 0.0]) for stroke in ink]
            x += end - left + rng.uniform(15, 40)
        right += [p.digit for p in recognizer.read(Ink(tuple(strokes)))] == digits.tolist()
    assert right >= 36


def test_what_was_seen_is_not_looked_at_again(bundled_network: NetworkHandle, monkeypatch: pytest.MonkeyPatch) -> None:
    network, calls = bundled_network.network, []
    predict = network.predict
    monkeypatch.setattr(network, "predict", lambda *arguments: calls.append(1) or predict(*arguments))
    recognizer = Recognizer(network)
    first, second = np.array([[0.0, 0], [0, 100]]), np.array([[90.0, 0], [90, 100]])
    recognizer.read(Ink((first,)))
    recognizer.read(Ink((first, second)))
    before = len(calls)
    recognizer.read(Ink((first, second)))
    assert len(calls) == before <= 3


def test_absurd_drawings_are_read_at_once(bundled_network: NetworkHandle) -> None:
    rng = np.random.default_rng(0)
    recognizer = Recognizer(bundled_network.network)
    assert len(recognizer.read(Ink(tuple(rng.random((10_000, 1, 2)))))) == 1
    assert recognizer.read(Ink(tuple(np.full((100, 1, 2), np.nan)))) == ()
    assert recognizer.read(Ink((np.zeros((0, 2)), np.full((3, 2), np.nan)))) == ()
    half = np.array([[0, 0], [3, np.inf], [5, 5.0]])
    assert len(recognizer.read(Ink((half, np.array([[0, 0], [5.0, 9]]))))) == 1


def test_strokes_are_not_cut_before_it_is_known_whether_they_are_few(bundled_network: NetworkHandle) -> None:
    """A row of waves, each of which could be cut: of five the cuts are looked for nowhere, of two everywhere."""
    x = np.linspace(0, 100, 60)
    wave = np.stack([x, 40 * np.sin(x / 6)], axis=1)
    for count, cut in ((2, 2), (5, 0)):
        recognizer = Recognizer(bundled_network.network)
        row = Ink(tuple(wave + np.array([130 * number, 0]) for number in range(count)))
        assert not any(prediction.is_sure for prediction in recognizer.read(row))
        assert len(recognizer._pieces) == cut
