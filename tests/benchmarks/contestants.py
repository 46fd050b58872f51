"""The same network trained by different hands: each contestant takes steps on the same batches of digits.

A contestant is a function of a number of steps; what it must prepare it has prepared. All count gathering the batch.
PyTorch, scikit-learn and the homework's loop get digits that are float32 or float64 already, as they would have them.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cache
from itertools import pairwise

import numpy as np
from threadpoolctl import ThreadpoolController

from digitpad.data.dataset import Digits
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.generator import INPUT_SCALE, new_network
from digitpad.engine.training.training_loop import TrainingLoop
from digitpad.engine.training.validation_split import split
from digitpad.nn.layers import Conv2D, Dense, Dropout, MaxPool2D
from digitpad.nn.layers.flatten import Flatten
from digitpad.nn.network import Network

Steps = Callable[[int], None]
RATE = 0.001


def blas_threads(count: int) -> AbstractContextManager[object]:
    """Let BLAS use so many threads."""
    return _controller().limit(limits=count, user_api="blas")


@cache
def _controller() -> ThreadpoolController:
    """Look through all libraries once: that takes milliseconds, which would count."""
    return ThreadpoolController()


def config_of(hidden: str, batch: int) -> TrainingConfig:
    return TrainingConfig(
        hidden=hidden, batch_size=batch, learning_rate=RATE, momentum=0, schedule="constant", validation=0, epochs=1_000
    )


def scaled(digits: Digits, dtype: type) -> tuple[np.ndarray, np.ndarray]:
    images = digits.training.images * INPUT_SCALE
    return (images - images.mean(axis=0)).astype(dtype), digits.training.labels.astype(np.int64)


def digitpad(hidden: str, batch: int, threads: int, digits: Digits) -> Steps:
    config = config_of(hidden, batch)
    training, _ = split(config, digits)
    descent = TrainingLoop(config, new_network(config, digits), training, threads)

    def steps(count: int) -> None:
        end = descent.step + count
        with blas_threads(1):
            while descent.step < end:
                for _ in descent.advance(min(end - descent.step, 10_000)):
                    pass
                if descent.offset > len(training) - 10_000:
                    descent.end_epoch()

    return steps


def pytorch(hidden: str, batch: int, threads: int, digits: Digits) -> Steps:
    import torch

    images, labels = scaled(digits, np.float32)
    inputs, targets = torch.from_numpy(images), torch.from_numpy(labels)
    network = new_network(config_of(hidden, batch), digits)
    model = torch_model(network)
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE)
    order = torch.randperm(len(targets))

    def steps(count: int) -> None:
        torch.set_num_threads(threads)
        for step in range(count):
            start = step * batch % (len(targets) - batch)
            indices = order[start : start + batch]
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(model(inputs[indices]), targets[indices]).backward()
            optimizer.step()

    return steps


def torch_model(network: Network):
    """Return the same layers in PyTorch."""
    from torch import nn

    modules: list[nn.Module] = [nn.Unflatten(1, network.input_mean.shape)] if network.takes_pictures else []
    for layer in network.layers:
        if isinstance(layer, Dense):
            modules.append(nn.Linear(layer.weight.shape[1], layer.weight.shape[0]))
        elif isinstance(layer, Conv2D):
            filters, channels, kernel, _ = layer.weight.shape
            modules.append(nn.Conv2d(channels, filters, kernel, layer.stride, layer.padding))
        elif isinstance(layer, MaxPool2D):
            modules.append(nn.MaxPool2d(layer.window))
        elif isinstance(layer, Flatten):
            modules.append(nn.Flatten())
        else:
            assert not isinstance(layer, Dropout)
            modules.append(nn.ReLU())
    return nn.Sequential(*modules)


def scikit_learn(hidden: str, batch: int, threads: int, digits: Digits) -> Steps:
    from sklearn.neural_network import MLPClassifier

    images, labels = scaled(digits, np.float32)
    widths = tuple(map(int, hidden.split(", ")))
    model = MLPClassifier(widths, solver="sgd", momentum=0, alpha=0, batch_size=batch, learning_rate_init=RATE)
    model.partial_fit(images[:batch], labels[:batch], classes=np.arange(10))
    order = np.random.default_rng(0).permutation(len(labels))

    def steps(count: int) -> None:
        with blas_threads(threads):
            for step in range(count):
                start = step * batch % (len(labels) - batch)
                indices = order[start : start + batch]
                model.partial_fit(images[indices], labels[indices])

    return steps


def homework(hidden: str, batch: int, threads: int, digits: Digits) -> Steps:
    """The derivation as its notebook runs it: one digit at a time, in float64, with a fresh array for each result."""
    images, labels = scaled(digits, np.float64)
    targets = np.eye(10)[labels]
    widths = (784, *map(int, hidden.split(", ")), 10)
    rng = np.random.default_rng(0)
    weights = [rng.normal(0, np.sqrt(2 / b), (b, a)) for a, b in pairwise(widths)]
    biases = [rng.normal(0, np.sqrt(2 / b), b) for b in widths[1:]]

    def gradient(x: np.ndarray, y: np.ndarray) -> tuple[list[np.ndarray], list[np.ndarray]]:
        activations, zs = [x], []
        for weight, bias in zip(weights, biases, strict=True):
            zs.append(weight @ activations[-1] + bias)
            activations.append(np.maximum(zs[-1], 0))
        exponentials = np.exp(zs[-1] - zs[-1].max())
        delta = exponentials / exponentials.sum() - y
        d_weights, d_biases = [], []
        for k in reversed(range(len(weights))):
            d_weights.insert(0, np.outer(delta, activations[k]))
            d_biases.insert(0, delta)
            if k:
                delta = (zs[k - 1] > 0) * (weights[k].T @ delta)
        return d_weights, d_biases

    def steps(count: int) -> None:
        with blas_threads(threads):
            for _ in range(count):
                chosen = rng.integers(0, len(labels), batch)
                sums = [np.zeros_like(w) for w in weights], [np.zeros_like(b) for b in biases]
                for i in chosen:
                    for sum_, found in zip(sums, gradient(images[i], targets[i]), strict=True):
                        for total, part in zip(sum_, found, strict=True):
                            np.add(total, part, out=total)
                for weight, d_weight in zip(weights, sums[0], strict=True):
                    np.subtract(weight, RATE / batch * d_weight, out=weight)
                for bias, d_bias in zip(biases, sums[1], strict=True):
                    np.subtract(bias, RATE / batch * d_bias, out=bias)

    return steps


def homework_single(hidden: str, batch: int, threads: int, digits: Digits) -> Steps:
    """The notebook's own loop for a batch of one: each gradient is subtracted at once."""
    images, labels = scaled(digits, np.float64)
    targets = np.eye(10)[labels]
    rng = np.random.default_rng(0)
    w0, b0 = rng.normal(0, 0.1, (200, 784)), rng.normal(0, 0.1, 200)
    w1, b1 = rng.normal(0, 0.4, (10, 200)), rng.normal(0, 0.4, 10)

    def steps(count: int) -> None:
        nonlocal w0, b0, w1, b1
        with blas_threads(threads):
            for _ in range(count):
                i = rng.integers(0, len(labels))
                x, y = images[i], targets[i]
                z0 = w0 @ x + b0
                a0 = np.maximum(z0, 0)
                z1 = w1 @ a0 + b1
                exponentials = np.exp(z1 - z1.max())
                delta1 = exponentials / exponentials.sum() - y
                delta0 = (z0 > 0) * (w1.T @ delta1)
                w0 -= RATE * np.outer(delta0, x)
                b0 -= RATE * delta0
                w1 -= RATE * np.outer(delta1, a0)
                b1 -= RATE * delta1

    return steps


def sgemm(hidden: str, batch: int, threads: int, digits: Digits) -> Steps:
    """Nothing but the products of matrices that a step needs, in BLAS's own arrangement: the bound."""
    network = new_network(config_of(hidden, batch), digits)
    rng = np.random.default_rng(0)
    products = []
    shape = network.input_mean.shape if network.takes_pictures else (784,)
    for i, layer in enumerate(network.layers):
        if isinstance(layer, Dense | Conv2D):
            weight = layer.weight.reshape(len(layer.weight), -1)
            rows = batch * int(np.prod(layer.output_shape(shape)[1:]))
            x, d = (rng.standard_normal((rows, n)).astype(np.float32) for n in weight.shape[::-1])
            outs = [np.empty(s, np.float32) for s in ((rows, len(weight)), weight.shape, x.shape)]
            products.append((x, d, weight, outs, i > 0))
        shape = layer.output_shape(shape)

    def steps(count: int) -> None:
        with blas_threads(threads):
            for _ in range(count):
                for x, d, weight, outs, needs_d_x in products:
                    np.dot(x, weight.T, out=outs[0])
                    np.dot(d.T, x, out=outs[1])
                    if needs_d_x:
                        np.dot(d, weight, out=outs[2])

    return steps
