"""Whether an epoch takes as long as was said before it, within a third: `python -m pytest tests/benchmarks -s`."""

import numpy as np
import pytest

from digitpad.data.dataset import Digits
from digitpad.engine.training.config import TrainingConfig
from tests.engine.training.test_estimate import CONFIGS, said_to_taken

TRIES = 5


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_estimates_are_right_within_a_third(config: TrainingConfig, threads: int, mnist_digits: Digits) -> None:
    ratios = [said_to_taken(config, threads, mnist_digits) for _ in range(TRIES)]
    print(f"\nsaid / taken: median {np.median(ratios):.2f}, {min(ratios):.2f} to {max(ratios):.2f}", end="")
    assert 2 / 3 <= np.median(ratios) <= 4 / 3
