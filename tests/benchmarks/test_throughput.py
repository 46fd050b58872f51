"""Training throughput against the same network in PyTorch, one thread each, in turns.

Needs PyTorch beside digitpad: `uv run --with torch python -m pytest tests/benchmarks/test_throughput.py -s`.
"""

import time
from collections.abc import Callable

import numpy as np
import pytest

from digitpad.data.dataset import Digits, batches
from digitpad.engine.blas import one_blas_thread
from digitpad.engine.config import TrainingConfig
from digitpad.engine.events import TrainingEnd
from digitpad.engine.training import _Training, train

torch = pytest.importorskip("torch")

STEPS = 300
ROUNDS = 7
BATCH = 128


def digitpad_steps(digits: Digits) -> Callable[[], None]:
    state = _Training(TrainingConfig(hidden="200", batch_size=BATCH, epochs=1_000, validation=0), None, digits)
    rng = np.random.default_rng(0)
    order = [indices for indices in batches(60_000, BATCH, rng) if len(indices) == BATCH][:STEPS]

    def run() -> None:
        for indices in order:
            for _ in state._take_step(indices):
                pass

    return run


def torch_steps(digits: Digits) -> Callable[[], None]:
    images = torch.from_numpy((digits.training.images / np.float32(255) - digits.training.mean() / 255).astype("f4"))
    labels = torch.from_numpy(digits.training.labels.astype(np.int64))
    model = torch.nn.Sequential(torch.nn.Linear(784, 200), torch.nn.ReLU(), torch.nn.Linear(200, 10))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.2, momentum=0.9)
    order = torch.randperm(60_000)

    def run() -> None:
        for step in range(STEPS):
            indices = order[step * BATCH : (step + 1) * BATCH]
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(model(images[indices]), labels[indices]).backward()
            optimizer.step()

    return run


def test_a_step_takes_no_longer_than_pytorchs(mnist_digits: Digits) -> None:
    torch.set_num_threads(1)
    runs = {"digitpad": digitpad_steps(mnist_digits), "PyTorch": torch_steps(mnist_digits)}
    times: dict[str, list[float]] = {name: [] for name in runs}
    with one_blas_thread():
        for _ in range(ROUNDS):
            for name, run in runs.items():
                start = time.perf_counter()
                run()
                times[name].append((time.perf_counter() - start) / STEPS * 1e6)
    medians = {name: float(np.median(values[1:])) for name, values in times.items()}
    ratios = np.array(times["digitpad"][1:]) / np.array(times["PyTorch"][1:])
    for name, values in times.items():
        print(f"\n{name}: median {medians[name]:.0f} us a step, {min(values):.0f} to {max(values):.0f}", end="")
    print(f"; digitpad / PyTorch, round by round: median {np.median(ratios):.2f}")
    assert np.median(ratios) <= 1


@pytest.mark.parametrize("schedule", ["constant", "cosine"])
def test_five_epochs_reach_the_accuracy_of_the_readme(mnist_digits: Digits, schedule: str) -> None:
    rate = 0.1 if schedule == "constant" else 0.2
    accuracies: list[float] = []
    for seed in range(3):
        config = TrainingConfig("200", rate, schedule, 0.9, 128, 5, seed)
        *_, end = (event for event in train(config, None, mnist_digits) if event is not None)
        assert isinstance(end, TrainingEnd)
        assert end.test_accuracy is not None
        accuracies.append(end.test_accuracy)
    mean = np.mean(accuracies)
    print(f"\n784-200-10, batch 128, 5 epochs, {schedule} {rate}: test {accuracies}, mean {mean:.4f}")
    assert mean >= (0.98 if schedule == "cosine" else 0.975)
