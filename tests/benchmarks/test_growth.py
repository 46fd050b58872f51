"""How time and memory grow with digits and with weights: run `python -m pytest tests/benchmarks/test_growth.py -s`."""

import time
import tracemalloc
from dataclasses import dataclass

import numpy as np

from digitpad.data.dataset import Dataset, Digits
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.events import EpochEnd, Started
from digitpad.engine.training.generator import train

#: How much more than in proportion the time may grow: caches are smaller than data.
SLACK = 1.25
#: Copies of the weights in a training at its most: five for a step (network, moving average, velocity, gradient and the
#: penalty's), four networks in events (an epoch's last, the last good one, the best, the one being made), and four in
#: the epoch's checkpoint (network, moving average, velocity, best).
COPIES = 13
#: Bytes beside the data and the copies: a batch's activations, the evaluation's, the order of the digits.
REST = 20e6


@dataclass(frozen=True)
class Cost:
    seconds: float
    peak_bytes: int
    weights: int


def cost_of_an_epoch(digits: Digits, units: int) -> Cost:
    """Train for one epoch with everything switched on that copies weights."""
    config = TrainingConfig(hidden=str(units), epochs=2, ema_decay=0.99, patience=2, l2=1e-5, validation=1_000)
    tracemalloc.start()
    training = train(config, None, digits)
    weights, start = 0, 0.0
    for event in training:
        if isinstance(event, Started):
            weights, start = event.parameters, time.perf_counter()
        if isinstance(event, EpochEnd):
            break
    seconds = time.perf_counter() - start
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    training.close()
    return Cost(seconds, peak, weights)


def repeated(digits: Digits, count: int) -> Digits:
    index = np.resize(np.arange(len(digits.training)), count)
    return Digits(Dataset(digits.training.images[index], digits.training.labels[index]), digits.test)


def test_time_grows_with_digits_and_memory_with_their_bytes(mnist_digits: Digits) -> None:
    counts = [10_000, 60_000, 240_000]
    costs = [cost_of_an_epoch(repeated(mnist_digits, count), 200) for count in counts]
    for count, cost in zip(counts, costs, strict=True):
        each = 1e6 * cost.seconds / count
        print(
            f"\n{count:>9,} digits: {cost.seconds:6.2f} s, {each:5.1f} us a digit, {cost.peak_bytes / 1e6:6.1f} MB",
            end="",
        )
        # What is held out is copied once, the rest another time: twice the data at most.
        assert cost.peak_bytes <= 784 * count * 1.05 + 4 * COPIES * cost.weights + REST
    for i, j in ((0, 1), (1, 2)):
        assert costs[j].seconds <= SLACK * costs[i].seconds * counts[j] / counts[i]


def test_time_and_memory_grow_with_weights(mnist_digits: Digits) -> None:
    digits = repeated(mnist_digits, 10_000)
    costs = {units: cost_of_an_epoch(digits, units) for units in (100, 1_000, 4_000)}
    for units, cost in costs.items():
        each = 1e9 * cost.seconds / cost.weights / len(digits.training)
        copies = (cost.peak_bytes - costs[100].peak_bytes) / 4 / max(1, cost.weights - costs[100].weights)
        print(
            f"\n{units:>6,} units: {cost.seconds:6.2f} s, {each:.3f} ns a digit and weight, {copies:.1f} copies", end=""
        )
        assert cost.peak_bytes <= 784 * len(digits.training) * 1.05 + 4 * COPIES * cost.weights + REST
    assert costs[4_000].seconds <= SLACK * 4 * costs[1_000].seconds
    assert costs[1_000].seconds <= SLACK * 10 * costs[100].seconds
