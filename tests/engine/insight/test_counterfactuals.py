"""Why a drawing was misread: on drawings that are spoilt in one known way."""

import numpy as np
import pytest

from digitpad.data import synthetic_pen
from digitpad.data.drawing import Photo, Picture
from digitpad.data.ink import Ink, pixels, render
from digitpad.data.pen_forms import FORMS
from digitpad.engine.files import weights
from digitpad.engine.insight.counterfactuals import ExplanationError, explain
from digitpad.engine.insight.ink_faults import slant_of
from digitpad.nn.network import Network
from tests.engine.insight.spoilt import WAYS, spoilt


@pytest.fixture(scope="module")
def network() -> Network:
    return weights.load(weights.BUNDLED)[0]


def digit_of(network: Network, ink: Ink) -> int:
    image = render(ink)
    assert image is not None
    return int(network.predict(pixels(image)[np.newaxis])[0].argmax())


@pytest.mark.slow
def test_the_fault_that_was_made_comes_first(network: Network) -> None:
    rng = np.random.default_rng(2)
    right = tried = 0
    for way in WAYS:
        found = attempts = 0
        while found < 5 and attempts < 150:
            attempts += 1
            form = FORMS[rng.integers(len(FORMS))]
            ink = synthetic_pen.write(form, rng)
            damaged = spoilt(ink, way, rng) if digit_of(network, ink) == form.digit else None
            if damaged is None or digit_of(network, damaged) == form.digit:
                continue
            found += 1
            causes = explain(network, damaged, form.digit).causes
            right += bool(causes) and causes[0].cause == way
            assert all(cause.digit == form.digit and cause.probability >= 0.5 for cause in causes)
        tried += found
    assert tried >= 25
    assert right >= 0.7 * tried


def test_a_drawing_without_a_fault_has_no_cause(network: Network) -> None:
    seven = Ink((np.array([[0.0, 0], [60, 0], [25, 100]]),))
    for label in (None, 7):
        explanation = explain(network, seven, label)
        assert (explanation.digit, explanation.causes) == (7, ())
        assert "none of the known flaws" in explanation.sentence


def test_the_change_is_said_with_what_it_would_be(network: Network) -> None:
    rng, sentences = np.random.default_rng(4), []
    for _ in range(40):
        four = synthetic_pen.write(next(form for form in FORMS if form.digit == 4), rng)
        leaning = Ink(tuple(stroke @ np.array([[1, 0], [-1.2, 1]]) for stroke in four.strokes))
        if digit_of(network, four) == 4 and (digit := digit_of(network, leaning)) != 4:
            causes = explain(network, leaning, 4).causes
            sentences += [(digit, cause.sentence) for cause in causes[:1] if cause.cause == "slanted"]
    assert sentences
    for digit, sentence in sentences:
        assert sentence.startswith(f"Predicted as {digit} because it leans to the right: upright, it is a 4 with")


def test_the_slant_is_that_of_a_line() -> None:
    for slant in (-0.8, 0.0, 0.5):
        line = np.array([[slant, 0.0], [slant / 2, 0.5], [0.0, 1.0]])
        assert slant_of([line]) == pytest.approx(slant)


@pytest.mark.parametrize("fault", ["off the center", "too small", "too thick"])
def test_pictures_that_nobody_normalized_are_explained(network: Network, fault: str) -> None:
    rng = np.random.default_rng(0)
    found = 0
    for _ in range(60):
        form = FORMS[rng.integers(len(FORMS))]
        seen = render(synthetic_pen.write(form, rng))
        assert seen is not None
        image = np.zeros_like(seen)
        if fault == "off the center":
            image[:, 7:] = seen[:, :-7]
        elif fault == "too small":
            image[7:21, 7:21] = seen.reshape(14, 2, 14, 2).mean(axis=(1, 3))
        else:
            shifted = [np.roll(seen, (y, x), (0, 1)) for y in range(-1, 2) for x in range(-1, 2)]
            shifted += [np.roll(other, (y, x), (0, 1)) for other in shifted for y, x in ((0, 1), (1, 0))]
            image = np.max(shifted, axis=0)
        causes = explain(network, Picture(image), form.digit).causes
        found += fault in [cause.cause for cause in causes]
    assert found >= 5


def test_what_cannot_be_explained_is_refused(network: Network) -> None:
    with pytest.raises(ExplanationError, match="no ink"):
        explain(network, Ink())
    with pytest.raises(ExplanationError, match="photo"):
        explain(network, Photo(np.zeros((10, 10, 3), np.uint8)))
    assert explain(network, Ink((np.array([[5.0, 5.0]]),)), 7).digit in range(10)
