"""The convolution and its neighbors against their derivation, and against PyTorch where that is installed."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from digitpad.nn import initializers
from digitpad.nn.derivation_conv import convolved, convolved_back, pooled, pooled_back
from digitpad.nn.layers import Conv2D, MaxPool2D, conv2d
from digitpad.nn.losses import softmax_cross_entropy
from digitpad.nn.network import Network
from digitpad.nn.optimizers import SGD
from digitpad.nn.workspace import Job, Workspace

#: (filters, channels, kernel, stride, padding, height, width)
CASES = [
    (1, 1, 1, 1, 0, 1, 1),
    (2, 3, 3, 1, 1, 5, 4),
    (3, 2, 2, 2, 0, 7, 5),
    (2, 1, 5, 3, 2, 6, 9),
    (4, 2, 3, 2, 2, 8, 8),
    (2, 2, 5, 1, 0, 7, 6),
]


def example(case: tuple[int, ...]) -> tuple[Conv2D, np.ndarray]:
    filters, channels, kernel, stride, padding, height, width = case
    rng = np.random.default_rng(0)
    weight = rng.standard_normal((filters, channels, kernel, kernel))
    return Conv2D(weight, rng.standard_normal(filters), stride, padding), rng.standard_normal(
        (3, channels, height, width)
    )


def derived(samples: np.ndarray, conv: Conv2D) -> np.ndarray:
    """What the derivation says of each sample, one after the other."""
    shape = (0, *conv.output_shape(samples.shape[1:]))
    return np.array([convolved(x, conv.weight, conv.bias, conv.stride, conv.padding) for x in samples]).reshape(
        (len(samples), *shape[1:])
    )


def derived_back(samples: np.ndarray, conv: Conv2D, d_y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Its gradients: those by the samples, and the sums of those by the filters and the biases."""
    d_x, d_weight, d_bias = np.zeros(samples.shape), np.zeros_like(conv.weight), np.zeros_like(conv.bias)
    for number, (x, delta) in enumerate(zip(samples, d_y, strict=True)):
        d_x[number], by_weight, by_bias = convolved_back(x, conv.weight, delta, conv.stride, conv.padding)
        d_weight += by_weight
        d_bias += by_bias
    return d_x, d_weight, d_bias


@pytest.mark.parametrize("at_once", [1, 100, 60_000])
@pytest.mark.parametrize("case", CASES)
def test_a_convolution_is_what_its_derivation_says(
    case: tuple[int, ...], at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # However few rows of places are looked at together, and whatever the workspace was used for before.
    monkeypatch.setattr(conv2d, "VALUES_AT_ONCE", at_once)
    conv, x = example(case)
    workspace = Workspace()
    for samples in (x, x[:1], np.asfortranarray(x), x[:0]):
        y, backward = conv.forward(samples, workspace)
        np.testing.assert_allclose(y, derived(samples, conv), atol=1e-12)
        assert y.shape[1:] == conv.output_shape(x.shape[1:])
        d_y = np.random.default_rng(1).standard_normal(y.shape)
        d_x, gradients = backward(d_y.copy())
        for ours, theirs in zip([d_x, *gradients], derived_back(samples, conv, d_y), strict=True):
            np.testing.assert_allclose(ours, theirs, atol=1e-11)


def test_the_filters_gradient_may_come_when_all_below_is_done() -> None:
    later: list[Job] = []
    workspace = Workspace()
    workspace.meanwhile = later.append
    conv, x = example(CASES[1])
    y, backward = conv.forward(x, workspace["a layer"])
    d_y = np.random.default_rng(1).standard_normal(y.shape)
    d_x, gradients = backward(d_y.copy())
    assert d_x is not None
    passed_back = d_x.copy()
    for job in later:
        job()
    for ours, theirs in zip([passed_back, *gradients], derived_back(x, conv, d_y), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-11)
    assert len(later) == 1


def test_both_halves_of_many_places_can_be_weighed_at_the_same_time() -> None:
    rng, n = np.random.default_rng(0), 32
    conv = Conv2D(rng.standard_normal((32, 16, 5, 5)), rng.standard_normal(32))
    x = rng.standard_normal((n, 16, 12, 12))
    assert conv.multiplications(x.shape[1:]) * n > 10_000_000
    expected = conv.forward(x, Workspace())[0].copy()
    workspace, meeting = Workspace(), threading.Barrier(2, timeout=30)

    def together(job: Job) -> None:
        meeting.wait()
        job()

    with ThreadPoolExecutor(2) as threads:
        workspace.side_by_side = lambda *jobs: list(threads.map(together, jobs))
        for _ in range(20):
            np.testing.assert_array_equal(conv.forward(x, workspace)[0], expected)


@pytest.mark.parametrize("window", [1, 2, 3])
@pytest.mark.parametrize("are_equal", [False, True])
def test_pooling_is_what_its_derivation_says(window: int, are_equal: bool) -> None:
    rng = np.random.default_rng(0)
    # Few whole numbers are often equal; then the first one, column by column, gets the gradient.
    x = rng.integers(0, 3, (2, 3, 7, 6)).astype(float) if are_equal else rng.standard_normal((2, 3, 7, 6))
    y, backward = MaxPool2D(window).forward(x, Workspace())
    assert y.shape[2:] == (7 // window, 6 // window)
    d_y = rng.standard_normal(y.shape)
    d_x, _ = backward(d_y.copy())
    assert d_x is not None
    for sample, ours, d_ours, d_sample in zip(x, y, d_y, d_x, strict=True):
        np.testing.assert_array_equal(ours, pooled(sample, window))
        np.testing.assert_allclose(d_sample, pooled_back(sample, d_ours, window), atol=1e-15)


def test_of_equal_values_the_first_gets_the_whole_gradient() -> None:
    _, backward = MaxPool2D(2).forward(np.zeros((1, 1, 2, 2)), Workspace())
    d_x, _ = backward(np.full((1, 1, 1, 1), 5.0))
    assert d_x is not None
    np.testing.assert_array_equal(d_x[0, 0], [[5, 0], [0, 0]])


@pytest.mark.parametrize("case", CASES)
def test_a_convolution_agrees_with_pytorch_both_ways(case: tuple[int, ...]) -> None:
    torch = pytest.importorskip("torch")
    conv, x = example(case)
    y, backward = conv.forward(x, Workspace())
    d_y = np.random.default_rng(1).standard_normal(y.shape)
    d_x, gradients = backward(d_y)
    inputs, weight, bias = (torch.from_numpy(a.copy()).requires_grad_() for a in (x, conv.weight, conv.bias))
    theirs = torch.nn.functional.conv2d(inputs, weight, bias, conv.stride, conv.padding)
    theirs.backward(torch.from_numpy(d_y))
    np.testing.assert_allclose(y, theirs.detach().numpy(), atol=1e-12)
    for ours, tensor in zip([d_x, *gradients], (inputs, weight, bias), strict=True):
        np.testing.assert_allclose(ours, tensor.grad.numpy(), atol=1e-11)


def test_ten_steps_of_a_convolutional_network_agree_with_pytorch() -> None:
    torch = pytest.importorskip("torch")
    nn = torch.nn
    rng = np.random.default_rng(2)
    mean = np.zeros((1, 28, 28))
    network = Network.new("4c5, p2, 6c5, p2, 20", mean, 1 / 255, initializers.drawn("he", rng, np.float64))
    theirs = nn.Sequential(
        nn.Conv2d(1, 4, 5), nn.MaxPool2d(2), nn.ReLU(), nn.Conv2d(4, 6, 5), nn.MaxPool2d(2), nn.ReLU(),
        nn.Flatten(), nn.Linear(96, 20), nn.ReLU(), nn.Linear(20, 10),
    ).double()  # fmt: skip
    state = {name.removeprefix("layers."): torch.from_numpy(p.copy()) for name, p in network.named_parameters.items()}
    theirs.load_state_dict(state)
    optimizer = torch.optim.SGD(theirs.parameters(), 0.05, momentum=0.9)
    sgd, workspace = SGD(network.parameters, 0.9), Workspace()
    for _ in range(10):
        pixels, labels = rng.integers(0, 256, (8, 784)), rng.integers(0, 10, 8)
        logits, backward = network.forward(pixels, workspace)
        cost, d_logits = softmax_cross_entropy(logits, labels, workspace)
        sgd.step(backward(d_logits), 0.05)
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(
            theirs(torch.from_numpy(pixels / 255).reshape(8, 1, 28, 28)), torch.from_numpy(labels)
        )
        loss.backward()
        optimizer.step()
        assert cost == pytest.approx(loss.item(), rel=1e-9)
    for (name, ours), tensor in zip(network.named_parameters.items(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(ours, tensor.detach().numpy(), rtol=1e-7, atol=1e-10, err_msg=name)
