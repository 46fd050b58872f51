"""How a layer's numbers are spread, against counting them."""

import numpy as np
import pytest

from digitpad.cancellation import Cancelled
from digitpad.data.dataset import Digits
from digitpad.engine.insight import histograms
from digitpad.engine.insight.histograms import BINS
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.generator import new_network
from digitpad.nn.losses import softmax_cross_entropy
from digitpad.nn.workspace import Workspace
from tests.cancelling import CancelledAt


@pytest.mark.parametrize(("spec", "stage"), [("12", 0), ("12, 6 tanh", 1), ("3c5, p2, 8", 0), ("", 0)])
def test_the_numbers_are_those_of_the_pass(spec: str, stage: int, few_digits: Digits) -> None:
    network = new_network(TrainingConfig(hidden=spec, validation=500), few_digits)
    digits = few_digits.test.take(slice(20))
    weights, _, gradients = histograms.numbers_of(network, stage, digits)
    workspace = Workspace()
    logits, backward = network.forward(digits.images, workspace)
    _, d_logits = softmax_cross_entropy(logits, digits.labels, workspace)
    own = backward(d_logits)[2 * stage]
    np.testing.assert_allclose(np.sort(gradients), np.sort(own.ravel()), atol=1e-7)
    np.testing.assert_array_equal(np.sort(weights), np.sort(network.parameters[2 * stage].ravel()))


def test_each_row_is_a_histogram_on_one_scale(few_digits: Digits) -> None:
    networks = [new_network(TrainingConfig(hidden="12", validation=500, seed=seed), few_digits) for seed in range(3)]
    networks[1].parameters[0][:] *= 2
    found = histograms.histograms([lambda n=n: n for n in networks], 0, few_digits.test.take(slice(20)))
    assert found is not None
    spread = found["weights"]
    assert spread.shares.shape == (3, BINS)
    np.testing.assert_allclose(spread.shares.sum(axis=1), 1)
    for network, row in zip(networks, spread.shares, strict=True):
        weights = network.parameters[0].ravel()
        width = 2 * spread.most / BINS
        in_the_middle = np.mean(np.abs(weights) < width / 2)
        assert row[BINS // 2] == pytest.approx(in_the_middle, abs=0.002)
    assert spread.shares[1][BINS // 2] < spread.shares[0][BINS // 2]


def test_a_layer_of_equal_numbers_has_a_spread(few_digits: Digits) -> None:
    network = new_network(TrainingConfig(hidden="12", validation=500), few_digits)
    for parameter in network.parameters:
        parameter[:] = 0
    found = histograms.histograms([lambda: network], 0, few_digits.test.take(slice(20)))
    assert found is not None
    assert found["weights"].shares[0][BINS // 2] == 1
    with pytest.raises(Cancelled):
        histograms.histograms([lambda: network], 0, few_digits.test, CancelledAt())
