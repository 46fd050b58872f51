"""The derivation against central differences, and the fast code against the derivation."""

import numpy as np
import pytest

from digitpad.nn import derivation, initializers
from digitpad.nn.derivation import RELU, SIGMOID, TANH, Activation
from digitpad.nn.gradcheck import numeric_gradient, relative_error
from digitpad.nn.losses import softmax_cross_entropy
from digitpad.nn.network import Network
from digitpad.nn.optimizers import SGD
from digitpad.nn.per_sample import BLOCK, PerSampleSGD
from digitpad.nn.workspace import Workspace

WORDS = {"6": RELU, "6 tanh": TANH, "6 sigmoid": SIGMOID}


def example(seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    V, W = rng.standard_normal((6, 10)), rng.standard_normal((3, 7))
    return rng.standard_normal(9), np.eye(3)[rng.integers(3)], V, W


@pytest.mark.parametrize("activation", [RELU, TANH, SIGMOID])
def test_its_gradients_are_the_numeric_ones(activation: Activation) -> None:
    x, y, V, W = example()
    step = derivation.forward_and_back(x, y, V, W, activation)

    def cost() -> float:
        return derivation.forward_and_back(x, y, V, W, activation).J

    assert relative_error(step.dJ_dV, numeric_gradient(cost, V)) < 1e-7
    assert relative_error(step.dJ_dW, numeric_gradient(cost, W)) < 1e-7


def test_equation_1_6_comes_to_1_9() -> None:
    step = derivation.forward_and_back(*example(3))
    np.testing.assert_allclose(step.dJ_dz2, step.delta2, atol=1e-14)


def test_a_label_that_was_thought_impossible_costs_much_and_changes_no_number_to_nan() -> None:
    x, y, V, W = example()
    W[:, -1] = -100 * y
    step = derivation.forward_and_back(x, y, V, W)
    assert 50 < step.J < 200
    assert np.isfinite(step.dJ_dz2).all()


def network_of(spec: str, V: np.ndarray, W: np.ndarray) -> Network:
    new = initializers.zeros(np.float64)
    network = Network.new(spec, np.zeros((1, 3, 3)), 1.0, new, outputs=3)
    for parameter, values in zip(network.parameters, (V[:, :-1], V[:, -1], W[:, :-1], W[:, -1]), strict=True):
        parameter[:] = values
    return network


@pytest.mark.parametrize("spec", list(WORDS))
def test_the_fast_network_does_what_the_derivation_says(spec: str) -> None:
    _, _, V, W = example()
    rng = np.random.default_rng(1)
    xs, labels = rng.standard_normal((11, 9)), rng.integers(0, 3, 11)
    network, workspace = network_of(spec, V, W), Workspace()
    logits, backward = network.forward(xs, workspace)
    logits = logits.copy()
    cost, d_logits = softmax_cross_entropy(logits, labels, workspace)
    gradients = backward(d_logits)
    steps = [
        derivation.forward_and_back(x, np.eye(3)[label], V, W, WORDS[spec]) for x, label in zip(xs, labels, strict=True)
    ]
    dV, dW = (np.mean([getattr(step, name) for step in steps], axis=0) for name in ("dJ_dV", "dJ_dW"))
    np.testing.assert_allclose(logits, [step.z2 for step in steps], rtol=1e-12)
    assert cost == pytest.approx(np.mean([step.J for step in steps]), rel=1e-12)
    for gradient, wanted in zip(gradients, (dV[:, :-1], dV[:, -1], dW[:, :-1], dW[:, -1]), strict=True):
        np.testing.assert_allclose(gradient, wanted, rtol=1e-10, atol=1e-14)


def test_steps_of_plain_descent_are_the_derivations() -> None:
    x, y, V, W = example()
    network = network_of("6", V, W)
    descent = SGD(network.parameters, momentum=0.0)
    workspace = Workspace()
    for _ in range(5):
        logits, backward = network.forward(x[np.newaxis], workspace)
        _, d_logits = softmax_cross_entropy(logits, np.array([y.argmax()]), workspace)
        descent.step(backward(d_logits), 0.1)
        V, W = derivation.updated(V, W, derivation.forward_and_back(x, y, V, W), 0.1)
    np.testing.assert_allclose(network.parameters[0], V[:, :-1], rtol=1e-12)
    np.testing.assert_allclose(network.parameters[2], W[:, :-1], rtol=1e-12)


def test_blocks_of_single_steps_are_the_derivations() -> None:
    _, _, V, W = example()
    rng = np.random.default_rng(4)
    xs, labels, rates = rng.standard_normal((150, 9)), rng.integers(0, 3, 150), list(np.linspace(0.1, 0.02, 150))
    network = network_of("6", V, W)
    blocks = PerSampleSGD(network, SGD(network.parameters))
    costs = [cost for start in range(0, 150, BLOCK) for cost in blocks.steps(*(
        values[start : start + BLOCK] for values in (xs, labels, rates)))]  # fmt: skip
    for x, label, rate, cost in zip(xs, labels, rates, costs, strict=True):
        step = derivation.forward_and_back(x, np.eye(3)[label], V, W)
        assert cost == pytest.approx(step.J, abs=1e-10)
        V, W = derivation.updated(V, W, step, rate)
    for ours, wanted in zip(network.parameters, (V[:, :-1], V[:, -1], W[:, :-1], W[:, -1]), strict=True):
        np.testing.assert_allclose(ours, wanted, rtol=0, atol=1e-10)


def test_its_answers_are_the_most_probable_classes() -> None:
    _, _, V, W = example()
    xs = np.random.default_rng(2).standard_normal((20, 9))
    each = [derivation.forward_and_back(x, np.eye(3)[0], V, W).a2.argmax() for x in xs]
    np.testing.assert_array_equal(derivation.answers(xs, V, W), each)
