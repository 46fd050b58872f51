"""Each rule against its formula written out, and against PyTorch where that is installed."""

import numpy as np
import pytest

from digitpad.nn.optimizers import OPTIMIZERS, SGD, Adam, AdamW, Nesterov, RMSprop
from digitpad.nn.weight_average import MovingAverage

RATES = (0.1, 0.1, 0.05, 0.2)


def gradients(seed: int = 2) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((len(RATES), 3, 2))


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_sgd_follows_its_rule(momentum: float) -> None:
    parameter = np.ones((3, 2))
    expected, velocity, sgd = parameter.copy(), np.zeros((3, 2)), SGD([parameter], momentum)
    for rate, gradient in zip(RATES, gradients(), strict=True):
        velocity = momentum * velocity + gradient
        expected = expected - rate * velocity
        sgd.step([gradient.copy()], rate)
        np.testing.assert_allclose(parameter, expected, rtol=1e-12)


def test_nesterov_looks_one_step_ahead() -> None:
    """W is where the classical form has its look-ahead point W + mu v, with v = -rate V at a constant rate."""
    rate, mu = 0.1, 0.9
    parameter = np.ones((3, 2))
    nesterov = Nesterov([parameter], mu)
    base, v = np.ones((3, 2)), np.zeros((3, 2))
    for gradient in gradients():
        v = mu * v - rate * gradient
        base = base + v
        nesterov.step([gradient.copy()], rate)
        np.testing.assert_allclose(parameter, base + mu * v, rtol=1e-12)


def test_adam_follows_its_algorithm() -> None:
    parameter = np.ones((3, 2))
    adam = Adam([parameter], 0.8)
    expected, mean, square = parameter.copy(), 0.0, 0.0
    for t, (rate, gradient) in enumerate(zip(RATES, gradients(), strict=True), 1):
        mean = 0.8 * mean + 0.2 * gradient
        square = 0.999 * square + 0.001 * gradient**2
        expected = expected - rate * (mean / (1 - 0.8**t)) / (np.sqrt(square / (1 - 0.999**t)) + 1e-8)
        adam.step([gradient.copy()], rate)
        np.testing.assert_allclose(parameter, expected, rtol=1e-9)


@pytest.mark.parametrize("momentum", [0.0, 0.7])
def test_rmsprop_follows_its_rule(momentum: float) -> None:
    parameter = np.ones((3, 2))
    rmsprop = RMSprop([parameter], momentum)
    expected, square, velocity = parameter.copy(), 0.0, 0.0
    for rate, gradient in zip(RATES, gradients(), strict=True):
        square = 0.99 * square + 0.01 * gradient**2
        velocity = momentum * velocity + gradient / (np.sqrt(square) + 1e-8)
        expected = expected - rate * velocity
        rmsprop.step([gradient.copy()], rate)
        np.testing.assert_allclose(parameter, expected, rtol=1e-9, atol=1e-12)


def test_adamw_decays_beside_adam_and_spares_biases() -> None:
    weight, bias = np.full((3, 2), 2.0), np.full(3, 2.0)
    adamw, plain = AdamW([weight, bias], 0.8), [weight.copy(), bias.copy()]
    adam = Adam(plain, 0.8)
    for rate, gradient in zip(RATES, gradients(), strict=True):
        plain[0] *= 1 - rate * 0.1
        adam.step([gradient.copy(), gradient[:, 0].copy()], rate)
        adamw.step([gradient.copy(), gradient[:, 0].copy()], rate, 0.1)
        np.testing.assert_allclose(weight, plain[0], rtol=1e-12)
        np.testing.assert_array_equal(bias, plain[1])


@pytest.mark.parametrize("l2", [0.0, 0.05])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizers_agree_with_pytorch(name: str, l2: float) -> None:
    torch = pytest.importorskip("torch")
    parameter = np.ones((3, 2))
    rule = OPTIMIZERS[name]([parameter], 0.9)
    tensor = torch.ones(3, 2, dtype=torch.float64, requires_grad=True)
    theirs = {
        "sgd": lambda: torch.optim.SGD([tensor], 0.1, momentum=0.9, weight_decay=l2),
        "nesterov": lambda: torch.optim.SGD([tensor], 0.1, momentum=0.9, nesterov=True, weight_decay=l2),
        "rmsprop": lambda: torch.optim.RMSprop([tensor], 0.1, momentum=0.9, weight_decay=l2),
        "adam": lambda: torch.optim.Adam([tensor], 0.1, weight_decay=l2),
        "adamw": lambda: torch.optim.AdamW([tensor], 0.1, weight_decay=l2),
    }[name]()
    for gradient in gradients():
        rule.step([gradient.copy()], 0.1, l2)
        tensor.grad = torch.from_numpy(gradient.copy())
        theirs.step()
        np.testing.assert_allclose(parameter, tensor.detach().numpy(), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_goes_on_from_its_saved_state(name: str) -> None:
    straight, resumed = np.ones((3, 2)), np.ones((3, 2))
    one, first, second = (OPTIMIZERS[name](it, 0.9) for it in ([straight], [resumed], [resumed]))
    for gradient in gradients():
        one.step([gradient.copy()], 0.1)
    for gradient in gradients()[:2]:
        first.step([gradient.copy()], 0.1)
    second.restore(first.state)
    for gradient in gradients()[2:]:
        second.step([gradient.copy()], 0.1)
    np.testing.assert_array_equal(straight, resumed)


def test_l2_pulls_weights_and_leaves_biases() -> None:
    weight, bias = np.full((2, 2), 3.0), np.full(2, 3.0)
    SGD([weight, bias]).step([np.zeros((2, 2)), np.zeros(2)], 0.5, 0.1)
    np.testing.assert_allclose(weight, 3 - 0.5 * 0.1 * 3)
    assert (bias == 3).all()


def test_the_moving_average_forgets_its_start_and_then_follows_slowly() -> None:
    parameter = np.zeros(1)
    average = MovingAverage([parameter.copy()], 0.99)
    expected = 0.0
    for step in range(1, 2_000):
        parameter[0] = np.sin(step / 100) + 5
        decay = min(0.99, (1 + step) / (10 + step))
        expected = decay * expected + (1 - decay) * parameter[0]
        average.follow([parameter])
    assert average.values[0][0] == pytest.approx(expected, rel=1e-9)
    assert 4 < average.values[0][0] < 6
