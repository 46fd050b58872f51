"""Single steps: the derivation's numbers, undone as they were, and the same as those of a training."""

import numpy as np
import pytest

from digitpad.data.dataset import Digits
from digitpad.engine.insight.gradient_check import check_gradient
from digitpad.engine.insight.quantities import quantities
from digitpad.engine.insight.step_batches import Batches
from digitpad.engine.insight.stepper import Stepper
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.generator import new_network
from digitpad.nn import derivation
from digitpad.nn.derivation import RELU, SIGMOID, TANH, Activation
from digitpad.nn.network import Network

SPECS = ["", "9", "9 leaky, 7", "3c5, p2, 8", "d0.3, 9"]


def network_of(spec: str, digits: Digits) -> Network:
    return new_network(TrainingConfig(hidden=spec, validation=500, initialization="homework"), digits)


@pytest.mark.parametrize(("spec", "activation"), [("9", RELU), ("9 tanh", TANH), ("9 sigmoid", SIGMOID)])
def test_the_values_of_a_step_are_those_of_the_derivation(
    spec: str, activation: Activation, few_digits: Digits
) -> None:
    network = network_of(spec, few_digits)
    stepper = Stepper(network)
    image, label = few_digits.test.images[3], few_digits.test.labels[3]
    step = stepper.compute(image[np.newaxis], np.array([label]), 0.05)
    hidden, output = network.layers[0].parameters, network.layers[2].parameters
    V, W = (np.column_stack([part["weight"], part["bias"]]).astype(np.float64) for part in (hidden, output))
    x = image * float(network.input_scale) - network.input_mean.ravel()
    wanted = derivation.forward_and_back(x, np.eye(10)[label], V, W, activation)
    close = {"rtol": 1e-5, "atol": 1e-5}
    np.testing.assert_allclose(step.x[0], wanted.x[:-1], **close)
    np.testing.assert_allclose(step.passes[0].y[0], wanted.z1, **close)
    np.testing.assert_allclose(step.passes[1].y[0], wanted.a1[:-1], **close)
    np.testing.assert_allclose(step.passes[2].y[0], wanted.z2, **close)
    np.testing.assert_allclose(step.probabilities[0], wanted.a2, **close)
    assert step.cost == pytest.approx(wanted.J, abs=1e-5)
    np.testing.assert_allclose(step.backs[2].d_y[0], wanted.delta2, **close)
    np.testing.assert_allclose(step.backs[0].d_y[0], wanted.delta1, **close)
    lines = {line.equation: line for line in quantities(step, network) if not line.parameter}
    np.testing.assert_allclose(lines["1.5"].values.ravel(), wanted.dz2_dW[:-1], **close)
    of_label = -lines["1.6"].values[label] / wanted.a2[label]
    np.testing.assert_allclose(of_label, wanted.dJ_dz2, **close)
    assert {"1.1", "1.2", "1.3", "1.5", "1.6", "1.9", "1.11", "1.17", "1.18"} == lines.keys() - {""}
    for number, gradient in ((2, wanted.dJ_dW), (0, wanted.dJ_dV)):
        np.testing.assert_allclose(step.backs[number].d_parameters["bias"], gradient[:, -1], **close)
    np.testing.assert_allclose(step.backs[2].d_parameters["weight"], wanted.dJ_dW[:, :-1], **close)
    np.testing.assert_allclose(step.backs[0].d_parameters["weight"], wanted.dJ_dV[:, :-1], **close)
    stepper.apply(step)
    V, W = derivation.updated(V, W, wanted, 0.05)
    np.testing.assert_allclose(stepper.network.layers[0].parameters["weight"], V[:, :-1], **close)
    np.testing.assert_allclose(stepper.network.layers[0].parameters["bias"], V[:, -1], **close)
    np.testing.assert_allclose(stepper.network.layers[2].parameters["weight"], W[:, :-1], **close)
    np.testing.assert_allclose(stepper.network.layers[2].parameters["bias"], W[:, -1], **close)


def test_of_a_batch_the_gradients_are_called_the_mean_that_they_are(few_digits: Digits) -> None:
    stepper = Stepper(network_of("9", few_digits))
    images, labels = few_digits.test.images[:4], few_digits.test.labels[:4].astype(np.intp)
    step = stepper.compute(images, labels, 0.1)
    alone = [stepper.compute(images[i : i + 1], labels[i : i + 1], 0.1) for i in range(4)]
    for line in quantities(step, stepper.network, 2):
        if line.parameter:
            mean = np.mean([one.backs[line.layer].d_parameters[line.parameter] for one in alone], axis=0)
            np.testing.assert_allclose(line.values.ravel(), mean.ravel(), atol=1e-9)
            assert "= mean of δ" in line.symbol
            assert "the mean over all 4 digits" in line.meaning
    assert not any("mean of" in line.symbol for line in quantities(alone[0], stepper.network))


@pytest.mark.parametrize(("weight", "told"), [(0.0, "J = −ln 0.1 = "), (1e3, "J = −ln (1 − "), (-1e3, "J = −ln e^−")])
def test_the_cost_is_told_next_to_certainty_too(weight: float, told: str, few_digits: Digits) -> None:
    network = network_of("", few_digits)
    network.parameters[0][:] = 0
    network.parameters[1][:] = 0
    network.parameters[1][3] = weight if weight < 0 else min(weight, 20)
    stepper = Stepper(network)
    step = stepper.compute(few_digits.test.images[:1], np.array([3]), 0.1)
    (line,) = (line for line in quantities(step, stepper.network) if line.equation == "1.3")
    assert line.words.startswith(told)


@pytest.mark.parametrize("spec", SPECS)
def test_a_step_that_is_undone_never_was(spec: str, few_digits: Digits) -> None:
    network = network_of(spec, few_digits)
    stepper = Stepper(network)
    before = [parameter.copy() for parameter in stepper.network.parameters]
    for _ in range(3):
        stepper.apply(stepper.compute(few_digits.test.images[:2], few_digits.test.labels[:2], 0.1))
    assert stepper.steps == 3
    changed = [not np.array_equal(p, old) for p, old in zip(stepper.network.parameters, before, strict=True)]
    assert all(changed)
    while stepper.can_undo:
        stepper.undo()
    assert stepper.steps == 0
    for parameter, old in zip(stepper.network.parameters, before, strict=True):
        np.testing.assert_array_equal(parameter, old)


def test_digits_of_steps_that_can_be_undone_are_remembered_and_no_others(few_digits: Digits) -> None:
    batches = Batches(lambda: few_digits.training)
    first = [batches.at(step, 4)[0] for step in range(161)]
    for step in (110, 111, 160):
        np.testing.assert_array_equal(batches.at(step, 4)[0], first[step])
    assert (batches.at(109, 4)[0] != first[109]).any()


def test_batches_are_training_digits_with_their_labels_and_an_epoch_has_all_that_many(few_digits: Digits) -> None:
    batches = Batches(lambda: few_digits.training)
    known = {
        image.tobytes(): label
        for image, label in zip(few_digits.training.images, few_digits.training.labels, strict=True)
    }
    for step in range(70):
        images, labels = batches.at(step, 3)
        assert [known[image.tobytes()] for image in images] == labels.tolist()
    assert (batches.steps_an_epoch(3), batches.steps_an_epoch(2_000)) == (667, 1)


@pytest.mark.parametrize("spec", SPECS)
def test_each_gradient_that_is_checked_agrees_with_central_differences(spec: str, few_digits: Digits) -> None:
    stepper = Stepper(network_of(spec, few_digits))
    step = stepper.compute(few_digits.test.images[:1], few_digits.test.labels[:1], 0.1)
    rng = np.random.default_rng(0)
    for number, layer in enumerate(stepper.network.layers):
        for name, parameter in layer.parameters.items():
            steepest = np.unravel_index(np.abs(step.backs[number].d_parameters[name]).argmax(), parameter.shape)
            anywhere = tuple(int(rng.integers(size)) for size in parameter.shape)
            for index in (tuple(map(int, steepest)), anywhere):
                found = check_gradient(step, stepper.network, number, name, index)
                assert found.analytic == pytest.approx(found.numeric, rel=1e-5, abs=1e-8)


def test_looking_takes_no_step_and_taking_leaves_the_original_alone(few_digits: Digits) -> None:
    network = network_of("9", few_digits)
    before = network.copy()
    stepper = Stepper(network)
    step = stepper.compute(few_digits.test.images[:1], few_digits.test.labels[:1], 0.5)
    again = stepper.compute(few_digits.test.images[:1], few_digits.test.labels[:1], 0.5)
    assert step.cost == again.cost
    stepper.apply(step)
    after = stepper.compute(few_digits.test.images[:1], few_digits.test.labels[:1], 0.5)
    assert after.cost < step.cost
    # What was looked at before keeps the parameters of then.
    np.testing.assert_array_equal(step.passes[0].layer.parameters["weight"], before.layers[0].parameters["weight"])
    for parameter, old in zip(network.parameters, before.parameters, strict=True):
        np.testing.assert_array_equal(parameter, old)
    assert stepper.network.astype(np.float32).parameters[0].dtype == np.float32
