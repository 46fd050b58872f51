"""What a network reads wrongly, against a loop over single digits."""

import dataclasses

import numpy as np
import pytest

from digitpad.cancellation import Cancelled
from digitpad.data.dataset import Digits
from digitpad.engine.files.weights import TrainingRecord
from digitpad.engine.insight import mistakes
from digitpad.engine.insight.mistakes import Asked
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.generator import new_network
from digitpad.engine.training.validation_split import split
from digitpad.nn.network import Network
from tests.cancelling import CancelledAt
from tests.events import evaluation

CONFIG = TrainingConfig(hidden="16", epochs=1, batch_size=16, validation=500)


@pytest.fixture(scope="module")
def network(few_digits: Digits) -> Network:
    return new_network(CONFIG, few_digits)


def test_answers_are_those_of_each_digit_alone(network: Network, few_digits: Digits) -> None:
    found = mistakes.answers(network, mistakes.test_digits(few_digits))
    assert found is not None
    confusion = np.zeros((10, 10), int)
    wrong = []
    for index, (image, label) in enumerate(zip(few_digits.test.images, few_digits.test.labels, strict=True)):
        probabilities = network.predict(image[np.newaxis])[0]
        digit = int(probabilities.argmax())
        confusion[label, digit] += 1
        if digit != label:
            wrong.append((-probabilities[digit], index, int(label), digit))
    np.testing.assert_array_equal(found.confusion, confusion)
    listed = [(m.index, m.label, m.digit) for m in found.mistakes]
    assert sorted(listed) == sorted((index, label, digit) for _, index, label, digit in wrong)
    sureness = [m.probability for m in found.mistakes]
    assert sureness == sorted(sureness, reverse=True)
    np.testing.assert_allclose(sureness, sorted((-p for p, *_ in wrong), reverse=True), rtol=1e-5)


def test_a_cell_holds_the_digits_that_it_counts(network: Network, few_digits: Digits) -> None:
    found = mistakes.answers(network, mistakes.test_digits(few_digits))
    assert found is not None
    for label, digit in np.ndindex(10, 10):
        places = found.at(label, digit)
        assert len(places) == found.confusion[label, digit]
        assert (found.asked.dataset.labels[places] == label).all()
        assert (found.digits[places] == digit).all()


def test_all_digits_are_ranked_by_how_badly_they_are_read(network: Network, few_digits: Digits) -> None:
    found = mistakes.answers(network, mistakes.test_digits(few_digits))
    assert found is not None
    is_right = found.asked.dataset.labels == found.digits
    badness = np.where(is_right, -found.probabilities, found.probabilities)
    ranked = found.ranked()
    assert sorted(ranked) == list(range(len(found.digits)))
    assert (np.diff(badness[ranked]) <= 0).all()


def test_validation_digits_are_those_held_out_and_rows_lead_to_the_published_file(few_digits: Digits) -> None:
    asked = mistakes.validation_digits(TrainingRecord(CONFIG, step=1, held_out=500), few_digits)
    _, held_out = split(CONFIG, few_digits)
    np.testing.assert_array_equal(asked.dataset.images, held_out.images)
    np.testing.assert_array_equal(few_digits.training.images[asked.rows], held_out.images)
    assert asked.learned is False


def learned(record: TrainingRecord, digits: Digits) -> bool | None:
    return mistakes.validation_digits(record, digits).learned


def test_it_is_known_whether_the_digits_were_learned(few_digits: Digits) -> None:
    event = evaluation(step=94)
    on_all = dataclasses.replace(CONFIG, validation=0)
    first = TrainingRecord.of(CONFIG, event)
    assert learned(first, few_digits) is False
    assert learned(TrainingRecord.of(on_all, event), few_digits) is True
    # What was learned once stays learned, however much a later training holds out.
    assert learned(TrainingRecord.of(CONFIG, event, TrainingRecord.of(on_all, event)), few_digits) is True
    assert learned(TrainingRecord.of(CONFIG, event, first), few_digits) is False
    fewer = dataclasses.replace(CONFIG, validation=100)
    assert learned(TrainingRecord.of(CONFIG, event, TrainingRecord.of(fewer, event)), few_digits) is True
    assert learned(TrainingRecord(step=3), few_digits) is None
    assert learned(TrainingRecord(), few_digits) is None
    assert learned(TrainingRecord(on_all), few_digits) is False


def test_asking_ends_as_soon_as_nobody_wants_the_answer(network: Network, few_digits: Digits) -> None:
    asked = Asked(few_digits.test, np.arange(len(few_digits.test)), learned=False)
    with pytest.raises(Cancelled):
        mistakes.answers(network, asked, CancelledAt())
