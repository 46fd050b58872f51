"""Steps of training against the same network in other hands, in turns: the table, and the bounds that must hold.

Needs PyTorch and scikit-learn beside digitpad:
`uv run --with torch --with scikit-learn python -m pytest tests/benchmarks/test_speed.py -s`.
"""

import os
import time

import numpy as np
import pytest

from digitpad.data.dataset import Digits
from tests.benchmarks import contestants

pytest.importorskip("torch")

ROUNDS = 9
#: Seconds that each contestant works in a round, about.
SLICE = 0.15
#: Seconds of rest between two contestants: the threads of PyTorch and OpenBLAS go on spinning for a while.
REST = 0.1
MLP, DEEP, LENET = "200", "512, 256", "16c5, p2, 32c5, p2, 128"
CASES = [(MLP, 1), (MLP, 16), (MLP, 128), (MLP, 512), (DEEP, 128), (LENET, 32), (LENET, 128)]
#: The largest ratio of digitpad's time to PyTorch's, with one thread and with all cores.
BOUNDS = {
    (MLP, 1): (1 / 8, 1 / 8),
    (MLP, 16): (0.60, 1.0),
    (MLP, 128): (0.75, 1.0),
    (MLP, 512): (0.80, 1.0),
    (LENET, 32): (1.0, 1.0),
    (LENET, 128): (1.0, 1.0),
}


def microseconds(steps: contestants.Steps, count: int) -> float:
    start = time.perf_counter()
    steps(count)
    return (time.perf_counter() - start) / count * 1e6


@pytest.mark.parametrize("threads", [1, os.cpu_count() or 1])
@pytest.mark.parametrize(("hidden", "batch"), CASES)
def test_a_step_against_other_hands(mnist_digits: Digits, hidden: str, batch: int, threads: int) -> None:
    makers = {"digitpad": contestants.digitpad, "PyTorch": contestants.pytorch, "sgemm": contestants.sgemm}
    if hidden != LENET:
        makers["scikit-learn"] = contestants.scikit_learn
        makers["homework"] = contestants.homework if batch > 1 else contestants.homework_single
    runs = {name: make(hidden, batch, threads, mnist_digits) for name, make in makers.items()}
    counts = {}
    for name, run in runs.items():
        run(3)
        # The first guess counts what only the first steps cost.
        counts[name] = 5
        for _ in range(3):
            counts[name] = max(2, min(5_000, int(SLICE / (microseconds(run, counts[name]) / 1e6))))
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            time.sleep(REST)
            times[name].append(microseconds(run, counts[name]))
    medians = {name: float(np.median(values)) for name, values in times.items()}
    ratios = {name: float(np.median(np.divide(times["digitpad"], times[name]))) for name in times}
    print(f"\n784-{hidden}-10, batch {batch}, {threads} thread(s), microseconds a step (digitpad / it):", end="")
    print("".join(f"  {name} {medians[name]:,.1f} ({ratios[name]:.2f})" for name in runs), end="")
    bounds = BOUNDS.get((hidden, batch))
    if bounds is not None:
        assert ratios["PyTorch"] <= bounds[threads > 1]
    if (hidden, batch) == (MLP, 1):
        assert ratios["homework"] <= 1 / 10
