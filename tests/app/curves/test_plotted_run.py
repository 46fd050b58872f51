"""What is drawn of a run: which of its measurements, and the marks where something happened."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from digitpad.app.curves.curves_panel import CurvesPanel
from digitpad.app.curves.plotted_run import PlottedRun
from digitpad.engine.runs import seeds
from digitpad.engine.runs.history import History
from digitpad.engine.runs.metadata import RunMetadata
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.events import Changed
from tests.app.curves.test_curves import drawn, run_of
from tests.events import epoch_end, evaluation


@pytest.fixture
def panel(qtbot: QtBot) -> CurvesPanel:
    panel = CurvesPanel()
    qtbot.addWidget(panel)
    panel.show()
    return panel


def test_marks_name_what_was_changed_and_where_it_went_on() -> None:
    run = run_of(2.0, 1.0)
    run.metadata = RunMetadata("", "", continued=(1.0,))
    run.history.add(Changed(0.05, 128, 0.0, step=5, epoch=0.5), 1.0)
    run.history.add(Changed(0.05, 64, 0.00001, step=8, epoch=0.8), 1.0)
    assert [(m.epoch, m.text) for m in run.marks] == [
        (1.0, "continued"), (0.5, "Learning rate 0.05"), (0.8, "Batch size 64, L2 0.00001")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("costs", "gap"),
    [
        ([(2.0, 2.0), (0.5, 0.6), (0.2, 0.5), (0.1, 0.53)], [(2.0, "overfitting starts")]),
        ([(2.0, 2.0), (0.5, 0.6), (0.2, 0.5), (0.1, 0.52)], []),  # risen by less than a twentieth
        ([(2.0, 2.0), (0.5, 0.6), (0.2, 0.5), (0.3, 0.7)], []),  # both rise: it does not learn by heart, it diverges
        ([(2.0, 2.0), (0.5, None)], []),
    ],
)
def test_the_gap_is_marked_where_validation_parts_from_training(
    costs: list[tuple[float, float | None]], gap: list[tuple[float, str]]
) -> None:
    history = History()
    for epoch, (training, validation) in enumerate(costs):
        held_out = None if validation is None else (validation, 0.8)
        made = evaluation if epoch == 0 else epoch_end
        history.add(made(10 * epoch, float(epoch), (training, 0.9), held_out), 0.0)
    run = PlottedRun(Path("a"), "a", history, TrainingConfig())
    assert [(mark.epoch, mark.text) for mark in run.marks] == gap


def test_of_many_epochs_only_the_first_and_the_newest_are_drawn_with_what_lies_in_between(panel: CurvesPanel) -> None:
    run = PlottedRun(Path("a"), "a", History(), TrainingConfig(epochs=12), is_live=True)
    panel.show_runs([run], run)
    half = [0.5 + epoch for epoch in range(12)]
    for epoch in range(1, 13):
        run.history.add(evaluation(10 * epoch - 5, epoch - 0.5, (0.1, 0.9), (0.2, 0.8)), 0.0)
        run.history.add(epoch_end(10 * epoch, float(epoch), (0.1, 0.9), (0.3, 0.7)), 0.0)
        panel.refresh()
        if epoch == 9:
            assert drawn(panel)["validation_cost"][0] == sorted(half[:9] + [float(e) for e in range(1, 10)])
    run.history.add(evaluation(125, 12.5, (0.1, 0.9), (0.2, 0.8)), 0.0)
    panel.refresh()
    whole = [0.5, *(float(e) for e in range(1, 13)), 12.5]
    assert drawn(panel)["validation_cost"] == (whole, [0.2] + 12 * [0.3] + [0.2])
    # So it is for a run that does not grow, and all that was measured is still told.
    other = PlottedRun(Path("b"), "b", History(), TrainingConfig(epochs=1))
    panel.show_runs([run, other], other)
    (line,) = panel.plots.cost.still(run, "validation_cost", "#000000")
    assert line.x.tolist() == whole
    assert len(run.history.series("validation_cost")[1]) == 25
    # The band of several seeds lies around their mean.
    x, low, high = seeds.spread_of([run.history, run.history], "validation_cost", "epoch")
    assert (x.tolist(), low.tolist()) == (whole, high.tolist())
