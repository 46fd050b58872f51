"""From drawings to verdicts: one digit, several, none."""

import numpy as np
import pytest

from digitpad.app.session.shown_network import ShownNetwork
from digitpad.data import pen_writer
from digitpad.data.ink import Ink
from digitpad.data.pen_forms import FORMS
from digitpad.engine.reading.prediction import Prediction, text_of
from digitpad.engine.reading.recognizer import Recognizer
from digitpad.engine.reading.segmentation import rows_of, segmented


def prediction(*probabilities: float, row: int = 0) -> Prediction:
    rest = (1 - sum(probabilities)) / (10 - len(probabilities))
    return Prediction(np.array([*probabilities, *[rest] * (10 - len(probabilities))]), np.zeros((28, 28)), (), row)


@pytest.mark.parametrize(
    ("probabilities", "verdict"),
    [((0.9,), (0,)), ((0.1, 0.75), (1,)), ((0.5, 0.4), (0, 1)), ((0.35, 0.55), (1, 0)), ((0.4, 0.2), ()), ((0.1,), ())],
)
def test_a_verdict_is_one_digit_two_or_none(probabilities: tuple[float, ...], verdict: tuple[int, ...]) -> None:
    assert prediction(*probabilities).verdict == verdict


def test_what_is_read_is_written_row_by_row() -> None:
    row = [prediction(0.0, 0.9), prediction(0.9), prediction(0.5, 0.4), prediction(0.0, 0.9, row=1)]
    assert text_of(row) == "10? 1"
    assert text_of([]) == ""


def test_pieces_are_cut_where_the_reader_doubts_least() -> None:
    # Three upright pieces with gaps; the reader knows the first two together and the third alone.
    boxes = np.array([[0, 0, 10, 100], [30, 0, 40, 100], [70, 0, 80, 100]], float)
    known = {(0, 1): 0.99, (2,): 0.99}
    assert segmented(boxes, lambda run: known.get(run, 0.02)) == [(0, 1), (2,)]
    # Whatever the reader says, pieces far apart are not one digit, and pieces over each other are.
    assert segmented(boxes * [5, 1, 5, 1], lambda run: float(len(run) > 1)) == [(0,), (1,), (2,)]
    assert segmented(boxes * 0.0 + [0, 0, 60, 100], lambda run: float(len(run) == 1)) == [(0, 1, 2)]
    assert segmented(np.zeros((0, 4)), lambda run: 1.0) == []
    # The flag of a 1 looks like a 1, but is much lower.
    flag = np.array([[30, 0, 50, 25], [50, 0, 55, 100]], float)
    assert segmented(flag, lambda run: 0.99 if len(run) == 1 else 0.9) == [(0, 1)]
    bars = np.array([[30, 0, 50, 100], [50, 0, 55, 100]], float)
    assert segmented(bars, lambda run: 0.99 if len(run) == 1 else 0.9) == [(0,), (1,)]


def test_rows_lie_below_each_other_and_the_parts_of_a_digit_do_not() -> None:
    def rows(*boxes: tuple[float, float, float, float]) -> list[list[int]]:
        return [sorted(row.tolist()) for row in rows_of(np.array(boxes, float))]

    upper, right, lower = (0, 0, 50, 100), (80, 10, 120, 95), (10, 150, 70, 240)
    assert rows(lower, upper, right) == [[1, 2], [0]]
    # Too near; a hat, a bar, a dot; two rings.
    assert rows(upper, (0, 110, 60, 210)) == [[0, 1]]
    assert rows((0, 0, 60, 5), (0, 40, 60, 120)) == [[0, 1]]
    assert rows((0, 0, 60, 0), (0, 60, 60, 60)) == [[0, 1]]
    assert rows((0, 0, 50, 45), (0, 50, 50, 100)) == [[0, 1]]
    assert rows(upper) == [[0]]
    # A hat with paper around it belongs to the digit that it is nearer to.
    assert rows(upper, (0, 170, 50, 171), (0, 183, 60, 260)) == [[0], [1, 2]]
    assert rows(upper, (0, 112, 50, 113), (0, 183, 60, 260)) == [[0, 1], [2]]


def test_digits_below_each_other_are_two_rows(bundled_network: ShownNetwork) -> None:
    seven, one = np.array([[0.0, 0], [60, 0], [30, 100]]), np.array([[120.0, 0], [118, 100]])
    down = np.array([0.0, 170])
    ink = Ink((one + down, seven, one, seven + down))
    assert text_of(Recognizer(bundled_network.network).read(ink)) == "71 71"


def test_strokes_are_known_by_their_numbers_also_after_others_were_erased(bundled_network: ShownNetwork) -> None:
    recognizer = Recognizer(bundled_network.network)
    first, second = np.array([[0.0, 0], [0, 100]]), np.array([[90.0, 0], [90, 100]])
    assert [p.parts for p in recognizer.read(Ink((first, second)))] == [(0,), (1,)]
    assert [p.parts for p in recognizer.read(Ink((second,)))] == [(0,)]


def test_the_order_of_writing_does_not_matter_to_the_row(bundled_network: ShownNetwork) -> None:
    seven, bar = np.array([[0.0, 0], [60, 0], [30, 100]]), np.array([[10.0, 50], [60, 50]])
    one = np.array([[120.0, 0], [118, 100]])
    for strokes in ((seven, bar, one), (one, seven, bar), (seven, one, bar)):
        found = Recognizer(bundled_network.network).read(Ink(strokes))
        assert [p.digit for p in found] == [7, 1]
        assert [len(p.parts) for p in found] == [2, 1]


def test_rows_of_the_pens_digits_are_read(bundled_network: ShownNetwork) -> None:
    rng = np.random.default_rng(0)
    recognizer = Recognizer(bundled_network.network)
    right = 0
    for _ in range(40):
        strokes, x, digits = [], 0.0, rng.integers(0, 10, 3)
        for digit in digits:
            form = next(form for form in FORMS if form.digit == digit)
            ink = pen_writer.write(form, rng).strokes
            left, end = (float(f([f(stroke[:, 0]) for stroke in ink])) for f in (np.min, np.max))
            strokes += [stroke + np.array([x - left, 0.0]) for stroke in ink]
            x += end - left + rng.uniform(15, 40)
        right += [p.digit for p in recognizer.read(Ink(tuple(strokes)))] == digits.tolist()
    assert right >= 36


def test_what_was_seen_is_not_looked_at_again(bundled_network: ShownNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    network, calls = bundled_network.network, []
    predict = network.predict
    monkeypatch.setattr(network, "predict", lambda inputs: calls.append(1) or predict(inputs))
    recognizer = Recognizer(network)
    first, second = np.array([[0.0, 0], [0, 100]]), np.array([[90.0, 0], [90, 100]])
    recognizer.read(Ink((first,)))
    recognizer.read(Ink((first, second)))
    before = len(calls)
    recognizer.read(Ink((first, second)))
    assert len(calls) == before <= 3


def test_absurd_drawings_are_read_at_once(bundled_network: ShownNetwork) -> None:
    rng = np.random.default_rng(0)
    recognizer = Recognizer(bundled_network.network)
    assert len(recognizer.read(Ink(tuple(rng.random((10_000, 1, 2)))))) == 1
    assert recognizer.read(Ink(tuple(np.full((100, 1, 2), np.nan)))) == ()
    assert recognizer.read(Ink((np.zeros((0, 2)), np.full((3, 2), np.nan)))) == ()
    half = np.array([[0, 0], [3, np.inf], [5, 5.0]])
    assert len(recognizer.read(Ink((half, np.array([[0, 0], [5.0, 9]]))))) == 1
