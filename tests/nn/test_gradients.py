"""Every analytic gradient against central differences, in float64; over shapes that include 1.

What there is to check is taken from the tables of layers: a new row is checked without a new line here.
"""

import itertools

import numpy as np
import pytest

from digitpad.nn import initializers, spec
from digitpad.nn.gradcheck import check_network, numeric_gradient, relative_error
from digitpad.nn.layers import ACTIVATIONS, Dense, Dropout, Layer, ReLU
from digitpad.nn.losses import softmax_cross_entropy
from digitpad.nn.network import Network
from digitpad.nn.workspace import Workspace

BOUND = 1e-6
DROPOUT_SEED = 7
#: One word and more of each kind of layer, with shapes that contain 1.
WORDS = {
    "Dense": ["1", "3"],
    "Conv2D": ["1c1", "2c3", "1c5", "2c2s2", "1c3p2", "2c3s2p1"],
    "MaxPool2D": ["p1", "p2", "p3"],
    "Dropout": ["d0.4"],
}
SHAPES = [(1, 5, 5), (2, 6, 7), (1, 5, 6)]


def workspace() -> Workspace:
    """A workspace of a training pass, which always draws the same."""
    result = Workspace()
    result.rng = np.random.default_rng(DROPOUT_SEED)
    return result


def layers_of(text: str, shape: tuple[int, ...], rng: np.random.Generator) -> list[Layer]:
    return spec.build_layers(text, shape, 3, initializers.drawn("homework", rng, np.float64))


def values(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Numbers of which no two are so close that a maximum or a corner could change sides within a difference."""
    return rng.permutation(np.linspace(-1, 1, int(np.prod(shape)) + 1)[1:] + 1e-3).reshape(shape)


def assert_gradients_agree(layer: Layer, x: np.ndarray, rng: np.random.Generator) -> None:
    y, backward = layer.forward(x, workspace())
    # A cost whose gradient by the output is arbitrary: the output, weighted.
    d_y = rng.standard_normal(y.shape)
    d_x, gradients = backward(d_y.copy())

    def cost() -> float:
        return float((layer.forward(x, workspace())[0] * d_y).sum())

    assert d_x is not None
    assert d_x.shape == x.shape
    assert relative_error(d_x, numeric_gradient(cost, x)) < BOUND
    for gradient, parameter in zip(gradients, layer.parameters.values(), strict=True):
        assert relative_error(gradient, numeric_gradient(cost, parameter)) < BOUND


def test_every_kind_of_layer_has_words_here() -> None:
    assert set(WORDS) == {word.layer.__name__ for word in spec.WORDS}


@pytest.mark.parametrize("n", [1, 4])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("word", list(itertools.chain(*WORDS.values())))
def test_each_layers_gradients_agree_with_differences(word: str, shape: tuple[int, ...], n: int) -> None:
    rng = np.random.default_rng(1)
    layer = layers_of(word, shape, rng)[0]
    sample = (int(np.prod(shape)),) if isinstance(layer, Dense) else shape
    assert_gradients_agree(layer, values((n, *sample), rng), rng)


@pytest.mark.parametrize("shape", [(1, 1), (3, 1), (4, 5), (2, 1, 3, 4)])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_each_activations_gradient_agrees_with_differences(name: str, shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(2)
    assert_gradients_agree(ACTIVATIONS[name](), values(shape, rng), rng)


def test_layers_do_not_depend_on_the_order_in_memory() -> None:
    rng = np.random.default_rng(3)
    for word in itertools.chain(*WORDS.values()):
        layer = layers_of(word, (2, 6, 6), rng)[0]
        x = rng.standard_normal((3, 72) if isinstance(layer, Dense) else (3, 2, 6, 6))
        other = np.moveaxis(np.ascontiguousarray(np.moveaxis(x, 0, -1)), -1, 0)
        results = []
        for input_ in (x, other):
            y, backward = layer.forward(input_, workspace())
            d_x, gradients = backward(np.ones_like(y))
            results.append([y.copy(), d_x.copy(), *(gradient.copy() for gradient in gradients)])
        for one, two in zip(*results, strict=True):
            np.testing.assert_allclose(one, two, atol=1e-12)


PAIRS = [
    f"{first}, {second}"
    for first, second in itertools.product(*[[words[-1] for words in WORDS.values()]] * 2)
    if not (first == "3" and ("c" in second or "p" in second))
]


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("text", ["", "1", "1, 1", "2c3, p2, 2c2, p2, 3, 2", *PAIRS])
def test_a_networks_gradients_agree_with_differences(text: str, activation: str) -> None:
    words = [f"{word} {activation}" if word[0].isdigit() else word for word in text.split(", ") if word]
    rng = np.random.default_rng(4)
    network = Network.new(
        ", ".join(words), rng.random((1, 14, 13)), 1 / 255, initializers.drawn("glorot", rng, np.float64), outputs=3
    )
    for parameter in network.parameters[1::2]:
        # Away from zero, where ReLU has its corner and a dead unit would show none of a mistake.
        parameter[:] = rng.uniform(0.1, 1, parameter.shape)
    few = [parameter for parameter in network.parameters if parameter.size < 150]
    errors = check_network(network, rng.integers(0, 256, (3, 182)), rng.integers(0, 3, 3), only=few)
    assert errors
    assert max(errors.values()) < BOUND


def test_dropout_keeps_the_mean_and_leaves_predicting_alone() -> None:
    x = np.ones((200, 100))
    y, _ = Dropout(0.3).forward(x, workspace())
    assert (y == 0).mean() == pytest.approx(0.3, abs=0.02)
    assert y.mean() == pytest.approx(1, abs=0.03)
    assert Dropout(0.3).forward(x, Workspace())[0] is x


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize(("n", "classes"), [(1, 1), (1, 10), (6, 1), (6, 10)])
def test_the_losss_gradient_agrees_with_differences(n: int, classes: int, smoothing: float) -> None:
    rng = np.random.default_rng(3)
    logits, labels = rng.standard_normal((n, classes)), rng.integers(0, classes + 1, n)
    _, d_logits = softmax_cross_entropy(logits, labels, Workspace(), smoothing)
    numeric = numeric_gradient(lambda: softmax_cross_entropy(logits, labels, Workspace(), smoothing)[0], logits)
    # One class leaves nothing to learn: both gradients are rounding.
    assert np.allclose(d_logits, numeric, atol=1e-12) or relative_error(d_logits, numeric) < BOUND


def test_a_wrong_gradient_is_found() -> None:
    class WrongRelu(ReLU):
        def forward(self, x, workspace):
            y, backward = super().forward(x, workspace)
            return y, lambda d_y, needs_d_x=True: (1.001 * backward(d_y)[0], [])

    rng = np.random.default_rng(5)
    with pytest.raises(AssertionError):
        assert_gradients_agree(WrongRelu(), rng.standard_normal((4, 5)), rng)
