"""Every analytic gradient against central differences, in float64; over shapes that include 1."""

import numpy as np
import pytest

from digitpad.nn.gradcheck import check_network, numeric_gradient, relative_error
from digitpad.nn.layers import Dense, Layer, ReLU
from digitpad.nn.losses import softmax_cross_entropy
from digitpad.nn.network import Network
from digitpad.nn.workspace import Workspace

BOUND = 1e-6
SHAPES = [(1, 1, 1), (1, 4, 3), (5, 1, 3), (5, 4, 1), (7, 6, 5)]


def dense(rng: np.random.Generator, inputs: int, outputs: int) -> Dense:
    return Dense(rng.standard_normal((outputs, inputs)), rng.standard_normal(outputs))


def assert_gradients_agree(layer: Layer, x: np.ndarray, rng: np.random.Generator) -> None:
    workspace = Workspace()
    y, backward = layer.forward(x, workspace)
    # A cost whose gradient by the output is arbitrary: the output, weighted.
    d_y = rng.standard_normal(y.shape)
    d_x, gradients = backward(d_y.copy())

    def cost() -> float:
        return float((layer.forward(x, Workspace())[0] * d_y).sum())

    assert d_x is not None
    assert relative_error(d_x, numeric_gradient(cost, x)) < BOUND
    for gradient, parameter in zip(gradients, layer.parameters.values(), strict=True):
        assert relative_error(gradient, numeric_gradient(cost, parameter)) < BOUND


@pytest.mark.parametrize(("n", "inputs", "outputs"), SHAPES)
def test_a_dense_layers_gradients_agree_with_differences(n: int, inputs: int, outputs: int) -> None:
    rng = np.random.default_rng(1)
    assert_gradients_agree(dense(rng, inputs, outputs), rng.standard_normal((n, inputs)), rng)


@pytest.mark.parametrize("shape", [(1, 1), (3, 1), (4, 5)])
def test_relus_gradient_agrees_with_differences(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(2)
    assert_gradients_agree(ReLU(), rng.standard_normal(shape), rng)


@pytest.mark.parametrize(("n", "classes"), [(1, 1), (1, 10), (6, 1), (6, 10)])
def test_the_losss_gradient_agrees_with_differences(n: int, classes: int) -> None:
    rng = np.random.default_rng(3)
    logits, labels = rng.standard_normal((n, classes)), rng.integers(0, classes, n)
    _, d_logits = softmax_cross_entropy(logits, labels, Workspace())
    numeric = numeric_gradient(lambda: softmax_cross_entropy(logits, labels, Workspace())[0], logits)
    # One class leaves nothing to learn: both gradients are rounding.
    assert np.allclose(d_logits, numeric, atol=1e-12) or relative_error(d_logits, numeric) < BOUND


@pytest.mark.parametrize("spec", ["", "1", "6", "5, 4", "3, 1, 4"])
@pytest.mark.parametrize("n", [1, 8])
def test_a_networks_gradients_agree_with_differences(spec: str, n: int) -> None:
    rng = np.random.default_rng(4)
    network = Network.new(spec, rng.random(7), 1 / 255, outputs=5, rng=rng)
    for bias in network.parameters[1::2]:
        # Away from zero, where ReLU has its corner and a dead unit would show none of a mistake.
        bias[:] = rng.uniform(0.1, 1, bias.shape)
    errors = check_network(network, rng.integers(0, 256, (n, 7)), rng.integers(0, 5, n))
    assert len(errors) == 2 * (len(spec.split(",")) + 1 if spec else 1)
    assert max(errors.values()) < BOUND


def test_a_wrong_gradient_is_found() -> None:
    class WrongRelu(ReLU):
        def forward(self, x, workspace):
            y, backward = super().forward(x, workspace)
            return y, lambda d_y, needs_d_x=True: (1.001 * backward(d_y)[0], [])

    rng = np.random.default_rng(5)
    with pytest.raises(AssertionError):
        assert_gradients_agree(WrongRelu(), rng.standard_normal((4, 5)), rng)
