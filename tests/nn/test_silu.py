"""The sigmoid linear unit: its formula, its gradient, and what its falling before it rises means for pooling."""

import numpy as np
import pytest

from digitpad.nn import initializers, spec
from digitpad.nn.derivation_conv import convolved, pooled
from digitpad.nn.layers import ACTIVATIONS, MaxPool2D, ReLU, SiLU
from digitpad.nn.network import Network
from digitpad.nn.workspace import Workspace


def silu(z: np.ndarray) -> np.ndarray:
    return z / (1 + np.exp(-z))


def test_it_is_its_formula_far_out_too() -> None:
    z = np.array([[-1e6, -50.0, -1.278, 0.0, 0.5, 3.0, 50.0, 1e6]])
    a, _ = SiLU().forward(z, Workspace())
    with np.errstate(over="ignore"):
        np.testing.assert_allclose(a, silu(z), atol=1e-12)
    assert a.min() == pytest.approx(-0.278, abs=1e-3)


def test_only_what_never_falls_moves_behind_a_pooling() -> None:
    z = np.linspace(-5, 5, 1_001)
    for name, kind in ACTIVATIONS.items():
        a, _ = kind().forward(z[np.newaxis], Workspace())
        assert bool((np.diff(a) >= 0).all()) == kind.IS_MONOTONIC, name
        layers = [type(layer) for layer in spec.build_layers(f"4c3 {name}, p2", (1, 9, 9), 3, initializers.zeros())]
        assert (layers.index(MaxPool2D) < layers.index(kind)) == kind.IS_MONOTONIC, name


def test_pooled_it_is_the_maximum_of_what_it_gives() -> None:
    rng = np.random.default_rng(0)
    network = Network.new(
        "4c3 silu, p2", np.zeros((1, 9, 9)), 1.0, initializers.drawn("he", rng, np.float64), outputs=3
    )
    x = rng.standard_normal((5, 1, 9, 9))
    conv, out = network.layers[0].parameters, network.layers[-1].parameters
    a = np.array([pooled(silu(convolved(one, conv["weight"], conv["bias"])), 2) for one in x])
    logits, _ = network.forward(x.reshape(5, -1), Workspace())
    np.testing.assert_allclose(logits, a.reshape(5, -1) @ out["weight"].T + out["bias"], atol=1e-12)
    # Behind the pooling it would be something else.
    behind = Network(network.spec, [network.layers[0], network.layers[2], network.layers[1], *network.layers[3:]],
                     network.input_mean, 1.0)  # fmt: skip
    assert np.abs(behind.forward(x.reshape(5, -1), Workspace())[0] - logits).max() > 1e-3


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_piecewise_linear_is_what_says_so(name: str) -> None:
    kind, z = ACTIVATIONS[name], np.array([[0.3, 0.7, 1.1, 2.3]])
    # One factor above 0, and one below.
    factors = [kind().forward(side, Workspace())[0] / side for side in (z, -z)]
    assert all(np.allclose(factor, factor[0, 0]) for factor in factors) == kind.IS_PIECEWISE_LINEAR
    dead, _ = kind().forward(-10 * z, Workspace())
    assert (not dead.any()) == kind.CAN_DIE
    assert (kind is ReLU) == kind.CAN_DIE
