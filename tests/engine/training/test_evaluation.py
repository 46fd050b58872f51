import numpy as np
import pytest

from digitpad.app.session.network_handle import NetworkHandle
from digitpad.data.dataset import Digits
from digitpad.data.ink import Ink
from digitpad.data.ink_digits import dataset_of
from digitpad.data.ink_files import InkError, LabeledInk
from digitpad.engine.reading.recognizer import Recognizer
from digitpad.engine.training.evaluation import measure


def test_a_measurement_equals_counting_digit_by_digit(bundled_network: NetworkHandle, few_digits: Digits) -> None:
    network = bundled_network.network
    measurement = measure(network, few_digits.test)
    confusion = np.zeros((10, 10), int)
    cost = 0.0
    for pixels, label in zip(few_digits.test.images, few_digits.test.labels, strict=True):
        probabilities = network.predict(pixels[None])[0].astype(float)
        confusion[label, probabilities.argmax()] += 1
        cost -= np.log(probabilities[label])
    np.testing.assert_array_equal(measurement.confusion, confusion)
    assert measurement.count == 500
    assert measurement.accuracy == np.trace(confusion) / 500
    assert measurement.cost == pytest.approx(cost / 500, rel=1e-3)
    assert measurement.per_digit[3] == confusion[3, 3] / confusion[3].sum()


def test_a_digit_that_does_not_occur_has_no_accuracy(bundled_network: NetworkHandle, few_digits: Digits) -> None:
    ones = few_digits.test.take(np.flatnonzero(few_digits.test.labels == 1))
    per_digit = measure(bundled_network.network, ones).as_dict()["per_digit"]
    assert per_digit[1] is not None
    assert per_digit[0] is per_digit[9] is None


def test_blank_ink_gets_no_prediction(bundled_network: NetworkHandle) -> None:
    assert Recognizer(bundled_network.network).read(Ink()) == ()


def test_the_canvas_and_an_ink_file_go_through_the_same_pipeline(bundled_network: NetworkHandle) -> None:
    seven = Ink((np.array([[40.0, 40.0], [140.0, 45.0], [80.0, 200.0]]),))
    (prediction,) = Recognizer(bundled_network.network).read(seven)
    dataset = dataset_of([LabeledInk(seven, 7)])
    assert prediction.digit == 7
    np.testing.assert_array_equal(bundled_network.network.predict(dataset.images)[0], prediction.probabilities)


@pytest.mark.parametrize(("drawing", "lack"), [(Ink(), "no ink"), (Ink((np.zeros((1, 2)),)), "no label")])
def test_evaluating_needs_labeled_ink(drawing: Ink, lack: str) -> None:
    with pytest.raises(InkError, match=f"drawing 1 has {lack}"):
        dataset_of([LabeledInk(drawing)])
