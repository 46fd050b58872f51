"""Ink that geometry has not met, in everything that is done with ink: whatever a file may hold is read, or refused."""

import tempfile
import time
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from digitpad.data import ink_files, normalization, svg_files
from digitpad.data.dataset import PICTURE, Digits
from digitpad.data.drawing import Drawing
from digitpad.data.eraser import erased
from digitpad.data.ink import LARGEST, Ink, TooMuchInkError, amount_of, bounded, fitted, render
from digitpad.data.ink_digits import dataset_of
from digitpad.data.ink_files import LabeledInk
from digitpad.engine.files import window_state
from digitpad.engine.files.window_state import WindowState
from digitpad.engine.finetuning.fine_tuning import fine_tune
from digitpad.engine.finetuning.my_digits import MyDigits
from digitpad.engine.insight.counterfactuals import explain
from digitpad.engine.reading.recognizer import Recognizer
from digitpad.errors import DigitpadError
from digitpad.nn import initializers
from digitpad.nn.network import Network

SHEET = (280.0, 280.0)
#: What was once met, and what lies at the ends of what a number can be.
ODD = [0.0, -0.0, 1.0, 5e-324, 1e-310, 1e-160, 1e-7, 1e-6, 0.1, 1e9, -1e9, 999_999_999.9]
BEYOND = [1e10, 1e160, 1e308, np.inf, -np.inf, np.nan]
MET = [
    [[[5, 5], [5, 5], [5, 5], [5, 5]]],
    [[[0, 0], [5e-324, 5e-324], [0, 5e-324], [5e-324, 0]]],
    [[[0, 0], [1e160, 1e160], [0, 1e160], [1e160, 0]]],
    [[], [[1, 1]]],
    [[[0, 0], [11, 1]] * 2_000],
    [[[-1e9, -1e9], [1e9, 1e9], [-1e9, 1e9], [1e9, -1e9]], [[0, 0], [1e-7, 1e-7]]],
]


def network_of(hidden: str) -> Network:
    drawn = initializers.drawn("he", np.random.default_rng(0))
    return Network.new(hidden, np.zeros(PICTURE, np.float32), 1 / 255, drawn, outputs=10)


NETWORK = network_of("8")


def ink_of(strokes: list[list[list[float]]]) -> Ink:
    return Ink(tuple(np.array(stroke, float).reshape(-1, 2) for stroke in strokes))


def strokes_of(number: st.SearchStrategy[float]) -> st.SearchStrategy[Ink]:
    """Draw drawings whose points often coincide, lie on lines, and come again."""
    shared = st.lists(number, min_size=1, max_size=4).flatmap(
        lambda few: st.lists(st.lists(st.lists(st.sampled_from(few), min_size=2, max_size=2), max_size=9), max_size=6)
    )
    free = st.lists(st.lists(st.lists(number, min_size=2, max_size=2), max_size=9), max_size=6)
    return (shared | free).map(ink_of)


IN_FILES = strokes_of(st.sampled_from(ODD) | st.floats(-LARGEST, LARGEST) | st.integers(-3, 3).map(float))
ANY = strokes_of(st.sampled_from(ODD + BEYOND) | st.floats() | st.integers(-3, 3).map(float))


def on_sheet(ink: Ink) -> Ink:
    """What the canvas shows of it: the test's own ink where there is more than a sheet takes."""
    try:
        return fitted(ink, SHEET)
    except TooMuchInkError:
        assert sum(map(len, ink.strokes)) > 400
        return fitted(Ink(tuple(stroke[:50] for stroke in ink.strokes)), SHEET)


def examples(test: object) -> object:
    for strokes in MET:
        test = example(ink=ink_of(strokes))(test)
    return test


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(ink=IN_FILES | ANY)
@examples
def test_any_ink_is_read_explained_and_fitted(ink: Ink) -> None:
    image = render(ink)
    predictions = Recognizer(NETWORK).read(ink)
    assert (image is None) == (not predictions)
    for prediction in predictions:
        assert np.isfinite(prediction.image).all()
        assert 0 <= prediction.probability <= 1
    shown = on_sheet(ink)
    assert (render(shown) is None) == (image is None)
    normalization.way(shown, SHEET, 9.0)
    normalization.as_drawn(shown, SHEET, 9.0)
    erased(shown, (0.0, 0.0), (140.0, 140.0), 14.0)
    if image is None:
        with pytest.raises(DigitpadError):
            explain(NETWORK, ink, 3)
    else:
        assert np.isfinite([cause.probability for cause in explain(NETWORK, ink, 3).causes]).all()
        assert np.isfinite(image).all()


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(ink=IN_FILES | ANY)
@examples
def test_any_ink_that_is_on_the_sheet_can_be_saved_and_opened_again(ink: Ink) -> None:
    shown = on_sheet(ink)
    visible = render(shown)
    drawings: list[Drawing] = [shown]
    with tempfile.TemporaryDirectory() as folder:
        if visible is not None:
            ink_files.write(Path(folder) / "a.jsonl", LabeledInk(shown, 3))
            svg_files.write(Path(folder) / "a.svg", shown, SHEET, 9.0)
            mine = MyDigits(Path(folder) / "mine.jsonl")
            mine.add(LabeledInk(shown, 3))
            drawings += [ink_files.read(Path(folder) / "a.jsonl")[0].ink, svg_files.read(Path(folder) / "a.svg")]
            drawings += [entry.drawing.ink for entry in mine.entries()]
    actions = tuple(("Write", drawing) for drawing in drawings)
    back = window_state.unpacked(window_state.packed(WindowState(actions=actions, done=len(actions))))
    assert len(back.actions) == len(actions)
    for (_, after), before in zip(back.actions, drawings, strict=True):
        assert (after.digit is None) == (before.digit is None)


def test_any_ink_can_be_learned(few_digits: Digits) -> None:
    visible = [ink for strokes in MET if render(ink := ink_of(strokes)) is not None]
    own = dataset_of([LabeledInk(ink, number % 10) for number, ink in enumerate(visible)])
    lesson = fine_tune(NETWORK, own, few_digits, few_digits.test, 0)
    assert lesson is not None
    assert all(np.isfinite(parameter).all() for parameter in lesson.network.parameters)


#: A zigzag that stays on a small sheet and is as long as a file can make it; and one as a writer's joined digits go.
LONG = [
    np.tile([[0.0, 0.0], [11.0, 1.0]], (100_000, 1)),
    np.tile([[0.0, 0.0], [11.0, 10.0]], (100_000, 1)),
    np.tile([[0.0, 0.0], [1e9, 9e8]], (100_000, 1)),
    np.random.default_rng(0).random((1_000_000, 2)) * [12, 1],
]


@pytest.mark.parametrize("stroke", LONG)
def test_however_long_ink_is_it_builds_no_more_than_fits(stroke: np.ndarray) -> None:
    for count in (1, 40):
        ink = Ink(tuple(np.array_split(stroke, count)))
        recognizer = Recognizer(NETWORK)
        tracemalloc.start()
        begun = time.process_time()
        try:
            assert recognizer.read(ink)
            with pytest.raises(TooMuchInkError, match="that is more ink than the canvas takes"):
                fitted(ink, SHEET)
            explain(NETWORK, ink, 3)
            seconds, most = time.process_time() - begun, tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        # The bounds of `tests.fuzz`, for a machine that is busy and traced.
        assert most < 200e6
        assert seconds < 10


def test_ink_that_people_write_is_never_cut_down() -> None:
    # More strokes, points and way than any of 23,557 real drawings has.
    ink = Ink(tuple(np.cumsum(np.random.default_rng(0).normal(0, 2, (40, 100, 2)), axis=1) + 140))
    assert bounded(ink) is ink
    assert fitted(ink, SHEET) is ink


def test_a_sheet_takes_all_of_what_is_opened_or_nothing() -> None:
    rng = np.random.default_rng(0)
    for count in (1, 40, 400):
        # As long a way as a pen that is stopped at a full sheet may leave.
        strokes = tuple(np.array_split(rng.random((700, 2)) * 280, count))
        assert 0.7 < amount_of(Ink(strokes), SHEET[0]) < 2
        assert fitted(Ink(strokes), SHEET).strokes == strokes
        with pytest.raises(TooMuchInkError):
            fitted(Ink(strokes + tuple(stroke + 1 for stroke in strokes) + strokes), SHEET)
    for strokes in (tuple(np.full((1, 2), 9.0) for _ in range(1_001)), (np.full((40_001, 2), 9.0),)):
        with pytest.raises(TooMuchInkError):
            fitted(Ink(strokes), SHEET)
