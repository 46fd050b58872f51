"""Seeds as one curve, of runs that have come to different places or nowhere yet."""

import dataclasses
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitpad.engine.runs import seeds
from digitpad.engine.runs.history import FIGURES, History
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.events import Progress
from digitpad.nn.schedules import SCHEDULES
from tests.events import evaluation

#: How many measurements a run has, and how many reports of its running cost came after the last of them.
RUNS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), min_size=1, max_size=5)


def history_of(measurements: int, reports: int, height: float) -> History:
    history = History()
    for epoch in range(measurements):
        history.add(evaluation(10 * epoch, float(epoch), (1.0 + height, 0.5), (2.0 + height, 0.5)), float(epoch))
    for report in range(reports):
        epoch = max(0, measurements - 1) + report / 4
        history.add(Progress(int(10 * epoch), epoch, 1.0), epoch)
    return history


@given(runs=RUNS)
@settings(deadline=None)
def test_the_mean_ends_where_the_first_run_was_measured_last(runs: list[tuple[int, int]]) -> None:
    histories = [history_of(*run, height=float(number)) for number, run in enumerate(runs)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        mean = seeds.mean_of(histories)
        x, low, high = seeds.spread_of(histories, "validation_cost", "epoch")
        for schedule in SCHEDULES:
            rates = mean.rates(dataclasses.replace(TrainingConfig(), schedule=schedule))
            assert all(np.isfinite(values).all() for values in rates)
    measured = [number for number, (measurements, _) in enumerate(runs) if measurements]
    assert len(mean) == (min(runs[number][0] for number in measured) if measured else 0)
    assert len(x) == len(low) == len(high) == len(mean)
    for name in FIGURES:
        assert np.isfinite(mean.columns[name]).all()
    if measured:
        assert mean.columns["train_cost"][0] == pytest.approx(1 + np.mean(measured))
        assert (low[0], high[0]) == (2 + measured[0], 2 + measured[-1])
