"""Fifty windows are closed while they train, by signals: run `python -m pytest tests/benchmarks/test_closing.py -s`."""

import signal
import statistics
from pathlib import Path

import numpy as np
import pytest

from tests.app.start.test_process import TRAINING, close_by_signal

TIMES = 50


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_fifty_closes_while_training_are_quick_and_silent(number: signal.Signals, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    times = []
    for turn in range(TIMES):
        seconds, status, errors = close_by_signal(tmp_path / str(turn), number, TRAINING, int(rng.integers(1, 40)))
        assert (status, errors) == (0, [])
        assert seconds < 2
        times.append(seconds)
    print(f"\n{number.name}: {TIMES} closes, median {statistics.median(times):.2f} s, longest {max(times):.2f} s")
