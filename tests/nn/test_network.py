"""The network: its passes, what they leave alone, and its costs."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitpad.nn import initializers
from digitpad.nn.layers import ACTIVATIONS, Backward, Dropout
from digitpad.nn.losses import cross_entropy, softmax, softmax_cross_entropy, targets
from digitpad.nn.network import Network
from digitpad.nn.optimizers import SGD
from digitpad.nn.workspace import Workspace


def new_network(spec: str = "6, 4", dtype: type = np.float64, seed: int = 0) -> Network:
    rng = np.random.default_rng(seed)
    network = Network.new(spec, rng.random(9).astype(dtype), 1 / 255, initializers.drawn("he", rng, dtype), outputs=3)
    for bias in network.parameters[1::2]:
        bias[:] = rng.standard_normal(bias.shape)
    return network


def test_predicting_never_disturbs_a_training_step() -> None:
    network = new_network()
    rng = np.random.default_rng(4)
    pixels, labels = rng.integers(0, 256, (8, 9)), rng.integers(0, 3, 8)
    workspace = Workspace()

    def gradients(*, predict_between: bool) -> list[np.ndarray]:
        logits, backward = network.forward(pixels, workspace)
        if predict_between:
            network.predict(rng.integers(0, 256, (20, 9)))
        _, d_logits = softmax_cross_entropy(logits, labels, workspace)
        if predict_between:
            network.predict(rng.integers(0, 256, (3, 9)))
        return [gradient.copy() for gradient in backward(d_logits)]

    for undisturbed, disturbed in zip(gradients(predict_between=False), gradients(predict_between=True), strict=True):
        np.testing.assert_array_equal(undisturbed, disturbed)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("hidden", ["300", "8c5, p2, 30", "d0.5, 300"])
def test_a_step_allocates_nothing_large_after_the_first(hidden: str, activation: str) -> None:
    """Whole steps: forward, cost, backward, the optimizer. What they allocate, and let go again, is some kilobytes."""
    hidden = ", ".join(f"{word} {activation}" if word[0].isdigit() else word for word in hidden.split(", "))
    mean, drawn = np.zeros((1, 28, 28), np.float32), initializers.drawn("he", np.random.default_rng(0))
    network, workspace = Network.new(hidden, mean, 1 / 255, drawn), Workspace()
    workspace.rng = np.random.default_rng(0)
    pixels, labels = np.zeros((64, 784), np.uint8), np.zeros(64, np.uint8)
    optimizer = SGD(network.parameters, 0.9)

    def step(count: int) -> None:
        logits, backward = network.forward(pixels[:count], workspace)
        _, d_logits = softmax_cross_entropy(logits, labels[:count], workspace)
        optimizer.step(backward(d_logits), 0.1)

    for count in (64, 5):
        step(count)
    tracemalloc.start()
    try:
        step(64)
        step(5)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # Of a dropout's random numbers NumPy makes an array; where kinds of numbers mix, it converts some at a time.
    assert most < 150_000 + ("d0.5" in hidden) * 64 * 784 * 4


def test_only_layers_that_need_places_make_a_network_of_pictures() -> None:
    mean = np.zeros((1, 28, 28))
    kinds = {text: Network.new(text, mean, 1.0, initializers.virtual).takes_pictures for text in ("d0.2, 8", "p2, 8")}
    assert kinds == {"d0.2, 8": False, "p2, 8": True}


def test_nothing_is_passed_back_below_the_first_parameters() -> None:
    class Blind(Dropout):
        def forward(self, x: np.ndarray, workspace: Workspace) -> tuple[np.ndarray, Backward]:
            def backward(d_y: np.ndarray) -> tuple[np.ndarray | None, list[np.ndarray]]:
                raise AssertionError("nobody needs this")

            return x, backward

    whole = new_network()
    below = Network("", [Blind(0.5), *whole.layers], whole.input_mean, float(whole.input_scale))
    pixels = np.random.default_rng(4).integers(0, 256, (8, 9))
    results = []
    for network in (whole, below):
        logits, backward = network.forward(pixels, Workspace())
        results.append(backward(np.ones_like(logits)))
    for expected, found in zip(*results, strict=True):
        np.testing.assert_array_equal(expected, found)


def test_a_copy_is_independent() -> None:
    network = new_network()
    twin = network.copy()
    network.parameters[0][:] = 0
    assert twin.parameters[0].any()
    assert twin.spec == network.spec


def test_tensors_have_pytorchs_names_and_shapes() -> None:
    shapes = {name: array.shape for name, array in new_network("6, 4").named_parameters.items()}
    assert shapes == {
        "layers.0.weight": (6, 9), "layers.0.bias": (6,), "layers.2.weight": (4, 6), "layers.2.bias": (4,),
        "layers.4.weight": (3, 4), "layers.4.bias": (3,),
    }  # fmt: skip


def test_he_initialization_keeps_the_signals_size() -> None:
    rng = np.random.default_rng(5)
    network = Network.new("500, 500, 500", np.zeros(500), 1.0, initializers.drawn("he", rng, np.float64))
    x = rng.standard_normal((200, 500))
    for layer in network.layers[:-1]:
        x, _ = layer.forward(x, Workspace())
    # After a ReLU half of the energy is left, and the next layer's weights double it again.
    assert (x**2).mean() == pytest.approx(1.0, rel=0.25)


@given(st.lists(st.floats(-1e30, 1e30), min_size=2, max_size=6), st.integers(0, 1))
def test_the_cost_is_finite_for_any_finite_logits(values: list[float], label: int) -> None:
    logits = np.array([values])
    labels = np.array([label])
    cost, d_logits = softmax_cross_entropy(logits, labels, Workspace())
    assert np.isfinite(cost)
    assert cost >= 0
    assert np.isfinite(d_logits).all()
    assert d_logits.sum() == pytest.approx(0, abs=1e-9)
    np.testing.assert_allclose(cross_entropy(logits, targets(labels, len(values), 0.0, float)), cost)
    assert softmax(logits).sum() == pytest.approx(1)
