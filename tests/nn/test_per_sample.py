"""Blocks of single-sample steps against the plain loop, in float64."""

import numpy as np
import pytest

from digitpad.nn import initializers
from digitpad.nn.losses import softmax_cross_entropy
from digitpad.nn.network import Network
from digitpad.nn.optimizers import SGD, Adam, Nesterov
from digitpad.nn.per_sample import PerSampleSGD
from digitpad.nn.workspace import Workspace

STEPS = 2_000


def new_network(spec: str = "20") -> Network:
    rng = np.random.default_rng(0)
    return Network.new(spec, rng.random(49), 1 / 255, initializers.drawn("homework", rng, np.float64))


def plain_loop(
    network: Network, sgd: SGD, pixels: np.ndarray, labels: np.ndarray, rates: np.ndarray, l2: float, smoothing: float
) -> list[float]:
    workspace, costs = Workspace(), []
    for x, label, rate in zip(pixels, labels, rates, strict=True):
        logits, backward = network.forward(x[np.newaxis], workspace)
        cost, d_logits = softmax_cross_entropy(logits, np.array([label]), workspace, smoothing)
        gradients = backward(d_logits)
        sgd.step(gradients, rate, l2)
        costs.append(cost)
    return costs


@pytest.mark.slow
@pytest.mark.parametrize(
    ("momentum", "l2", "smoothing", "changing"),
    [(0, 0, 0, False), (0, 0, 0, True), (0.9, 0, 0, False), (0, 1e-3, 0, False), (0.8, 1e-3, 0.1, True)],
)
@pytest.mark.parametrize("block", [1, 7, 64])
def test_blocks_equal_the_plain_loop(momentum: float, l2: float, smoothing: float, changing: bool, block: int) -> None:
    rng = np.random.default_rng(1)
    pixels, labels = rng.integers(0, 256, (STEPS, 49)).astype(np.uint8), rng.integers(0, 10, STEPS)
    rates = 1e-3 * np.linspace(1, 0.1, STEPS) if changing else np.full(STEPS, 1e-3)
    plain, blocked = new_network(), new_network()
    plain_sgd, blocked_sgd = SGD(plain.parameters, momentum), SGD(blocked.parameters, momentum)
    costs = plain_loop(plain, plain_sgd, pixels, labels, rates, l2, smoothing)
    walker = PerSampleSGD(blocked, blocked_sgd)
    blocked_costs = []
    for start in range(0, STEPS, block):
        part = slice(start, start + block)
        blocked_costs += list(walker.steps(pixels[part], labels[part], list(rates[part]), l2, smoothing))
    np.testing.assert_allclose(blocked_costs, costs, rtol=0, atol=1e-9)
    for ours, theirs in zip(blocked.parameters, plain.parameters, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-9)
    for name, velocity in plain_sgd.state.items():
        np.testing.assert_allclose(blocked_sgd.state[name], velocity, rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    ("hidden", "rule", "momentum", "fits"),
    [
        ("20", SGD, 0.9, True),
        ("20", Adam, 0.9, False),
        ("20", Nesterov, 0.9, False),
        ("20 tanh", SGD, 0.0, False),
        ("20, 20", SGD, 0.0, False),
        ("", SGD, 0.0, False),
    ],
)
def test_only_what_can_be_put_off_is(hidden: str, rule: type, momentum: float, fits: bool) -> None:
    network = new_network(hidden)
    assert (PerSampleSGD.fitting(network, rule(network.parameters, momentum)) is not None) == fits
