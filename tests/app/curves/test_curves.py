"""The curves: what was measured is what is drawn, read out and exported."""

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from digitpad.app.curves import readout
from digitpad.app.curves.curve_actions import CurveActions
from digitpad.app.curves.curves_panel import CurvesPanel
from digitpad.app.curves.numbers_table import NumbersTable
from digitpad.app.curves.plotted_run import PlottedRun
from digitpad.app.curves.points import smoothed, thinned
from digitpad.app.curves.value_axis import label, log_ticks
from digitpad.app.widgets import file_dialogs, image_conversion
from digitpad.app.widgets.theme_colors import DARK, LIGHT, Colors, colors
from digitpad.engine.runs.history import History
from digitpad.engine.runs.metadata import RunMetadata
from digitpad.engine.training.checkpoint import Checkpoint
from digitpad.engine.training.checkpoint_numbers import CheckpointNumbers
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.events import Changed, EpochEnd, Progress
from tests.events import evaluation


def run_of(*costs: float, color_index: int = 0, name: str = "a") -> PlottedRun:
    """A run with so many epochs of ten steps; each costs, and costs a half more on validation digits."""
    history = History()
    for epoch, cost in enumerate(costs):
        event = evaluation(10 * epoch, float(epoch), (cost, 0.9), (1.5 * cost, 0.8))
        is_epoch = epoch > 0
        history.add(event, 2.0 * epoch)
        if is_epoch:
            history.is_epoch[-1] = True
            history._compare(len(history) - 1)
        history.add(Progress(10 * epoch, float(epoch), 1.2 * cost), 2.0 * epoch)
    return PlottedRun(Path(name), name, history, TrainingConfig(epochs=len(costs)), color_index=color_index)


@pytest.fixture
def panel(qtbot: QtBot) -> CurvesPanel:
    panel = CurvesPanel()
    qtbot.addWidget(panel)
    panel.resize(900, 420)
    panel.show()
    return panel


def drawn(panel: CurvesPanel) -> dict[str, tuple[list[float], list[float]]]:
    """The points of each line of the foremost run."""
    lines = panel.plots.cost.lines + panel.plots.accuracy.lines
    return {line.figure: (line.line.xs.tolist(), line.line.ys.tolist()) for line in lines}


def test_each_figure_has_a_line_in_the_unit_of_its_axis(panel: CurvesPanel) -> None:
    run = run_of(2.0, 1.0, 0.5)
    panel.show_runs([run], run)
    lines = drawn(panel)
    assert lines["train_cost"] == ([0, 1, 2], [2.0, 1.0, 0.5])
    assert lines["validation_cost"][1] == [3.0, 1.5, 0.75]
    assert lines["running_cost"][1] == pytest.approx([2.4, 1.2, 0.6])
    assert lines["validation_accuracy"][1] == [80, 80, 80]


def test_a_growing_run_is_drawn_as_it_grows(panel: CurvesPanel) -> None:
    run = run_of(2.0)
    panel.show_runs([run], run)
    run.history.add(evaluation(10, 1.0, (1.0, 0.95)), 3.0)
    panel.plots.refresh()
    lines = drawn(panel)
    assert lines["train_cost"] == ([0, 1], [2.0, 1.0])
    # What is not measured is no point.
    assert lines["validation_cost"] == ([0], [3.0])


@pytest.mark.parametrize(("axis", "x"), [("Steps", [0, 10, 20]), ("Seconds", [0, 2, 4]), ("Epochs", [0, 1, 2])])
def test_curves_lie_over_epochs_steps_or_seconds(panel: CurvesPanel, axis: str, x: list[float]) -> None:
    run = run_of(2.0, 1.0, 0.5)
    panel.show_runs([run], run)
    panel.axis.setCurrentText(axis)
    assert drawn(panel)["train_cost"][0] == x


def test_nothing_is_read_where_nothing_was_measured_yet(panel: CurvesPanel) -> None:
    begun = PlottedRun(Path("a"), "a", History(), TrainingConfig())
    panel.show_runs([begun], begun)
    panel.refresh()
    assert panel.empty.isVisible()
    assert not panel.legend.isVisible()
    begun.history.add(evaluation(0, 0.0, (2.3, 0.1)), 0.0)
    panel.refresh()
    assert panel.plots.isVisible()
    assert panel.legend.isVisible()


@pytest.mark.parametrize("shades", [LIGHT, DARK])
def test_twenty_runs_have_twenty_colors(shades: Colors) -> None:
    drawn = [QColor(shades.run(number)) for number in range(20)]
    for number, color in enumerate(drawn):
        for other in drawn[:number]:
            assert sum(abs(a - b) for a, b in zip(color.getRgb(), other.getRgb(), strict=True)) > 30


def test_smoothing_leaves_the_measured_points_visible(panel: CurvesPanel) -> None:
    run = run_of(4.0, 1.0, 4.0, 1.0, 4.0)
    panel.show_runs([run], run)
    panel.smoothing.setValue(1)
    (line,) = (line for line in panel.plots.cost.lines if line.figure == "train_cost")
    assert line.line.ys.tolist() == [4.0, 3.0, 2.0, 3.0, 4.0]
    assert line.raw.ys.tolist() == [4.0, 1.0, 4.0, 1.0, 4.0]


def test_alone_training_and_validation_differ_in_color_and_in_dash(panel: CurvesPanel) -> None:
    run, other = run_of(2.0, 1.0), run_of(3.0, 2.0, color_index=1, name="b")
    panel.show_runs([run], run)
    pens = [line.line.pen for line in panel.plots.cost.lines if line.figure != "running_cost"]
    assert pens[0].color() != pens[1].color()
    assert pens[0].style() != pens[1].style()
    panel.show_runs([run, other], run)
    pens = [line.line.pen for line in panel.plots.cost.lines if line.figure != "running_cost"]
    assert pens[0].color() == pens[1].color() == QColor(colors(panel.palette()).runs[0])


def test_other_runs_are_drawn_behind_the_foremost(panel: CurvesPanel) -> None:
    run, other = run_of(2.0, 1.0, 0.5), run_of(3.0, 2.0, 1.5, color_index=1, name="b")
    panel.show_runs([run], run)
    alone = panel.grab().toImage()
    panel.show_runs([run, other], run)
    both = panel.grab().toImage()
    color = QColor(colors(panel.palette()).runs[1])

    def pixels(image: QImage) -> int:
        return sum(
            _near(QColor(image.pixel(x, y)), color)
            for x in range(0, image.width(), 2)
            for y in range(40, image.height())
        )

    assert pixels(both) > pixels(alone) + 50


@pytest.mark.parametrize("logarithmic", [False, True])
def test_where_a_run_behind_was_gone_on_with_is_marked_in_its_color(panel: CurvesPanel, logarithmic: bool) -> None:
    run, other = run_of(2.0, 1.0, 0.5), run_of(2.0, 1.0, 0.6, color_index=1, name="b")
    panel.set_logarithmic(logarithmic)
    color = QColor(colors(panel.palette()).runs[1])

    def marked() -> int:
        """Pixels of the other run's color at its first epoch, below all curves."""
        panel.show_runs([run, other], run)
        view = panel.plots.cost.item.getViewBox()
        cost = np.log10(0.9) if logarithmic else 0.9
        high, low = (view.mapViewToScene(QPointF(1, y)) for y in (cost, view.viewRange()[1][0]))
        image = panel.plots.view.grab().toImage()
        places = [(round(low.x()) + dx, y) for y in range(int(high.y()), int(low.y())) for dx in (-1, 0, 1)]
        return sum(_near(QColor(image.pixel(*place)), color) for place in places)

    assert marked() == 0
    other.metadata = RunMetadata("", "", continued=(1.0,))
    assert marked() > 3


def _near(a: QColor, b: QColor) -> bool:
    return max(abs(a.red() - b.red()), abs(a.green() - b.green()), abs(a.blue() - b.blue())) < 40


def test_a_divergence_flattens_nothing_and_is_marked(panel: CurvesPanel) -> None:
    run = run_of(2.0, 1.0, 1e30)
    run.metadata = RunMetadata("", "", failed_at=2.0)
    panel.show_runs([run], run)
    assert panel.plots.cost.item.viewRange()[1][1] < 25
    assert [mark.text for mark in run.marks] == ["diverged"]
    panel.set_logarithmic(True)
    assert panel.plots.cost.item.viewRange()[1][1] < 14


def test_a_run_behind_that_has_exploded_flattens_nothing(panel: CurvesPanel) -> None:
    calm, wild = run_of(2.3, 0.3, 0.2, 0.1, name="calm"), run_of(2.3, 9.0, 4.0, 4.0, name="wild")
    wild.config = TrainingConfig(learning_rate=5)
    panel.show_runs([calm, wild], calm)
    assert panel.plots.cost.item.viewRange()[1][1] < 4
    assert panel.plots.rate.viewRange()[1][1] < 1
    # In front it is looked at itself.
    panel.show_runs([calm, wild], wild)
    assert panel.plots.cost.item.viewRange()[1][1] > 9
    assert panel.plots.rate.viewRange()[1][1] > 4


def test_runs_that_all_exploded_are_in_the_view(panel: CurvesPanel) -> None:
    wild = [run_of(2.3, 9.0, 6.0, 6.0, name="a"), run_of(2.3, 8.0, 5.0, 5.0, name="b")]
    panel.show_runs(wild, None)
    assert panel.plots.cost.item.viewRange()[1][1] > 5


def test_what_a_run_that_exploded_came_to_in_the_end_is_in_the_view(panel: CurvesPanel) -> None:
    calm, wild = run_of(2.3, 1.0, 0.6, 0.5, name="calm"), run_of(2.3, 9.0, 0.1, 0.01, name="wild")
    panel.show_runs([calm, wild], calm)
    panel.set_logarithmic(True)
    low, high = panel.plots.cost.item.viewRange()[1]
    assert low < -1.9
    assert high < 0.5


def test_a_cost_beyond_the_view_is_marked_with_how_far_it_goes(panel: CurvesPanel) -> None:
    run = run_of(2.0, 269.0, 80.0, 2.3)
    panel.show_runs([run], run)
    assert [(mark.epoch, mark.text, mark.is_bad) for mark in run.marks] == [(1.0, "cost up to 404", True)]
    assert run_of(2.0, 13.0, 0.5).marks == []


def test_a_short_run_beside_a_long_one_is_in_the_view(panel: CurvesPanel) -> None:
    long, short = run_of(2.0, *[0.01] * 60), run_of(2.0, 0.5, color_index=1, name="b")
    for foremost in (long, short):
        panel.show_runs([long, short], foremost)
        assert panel.plots.cost.item.viewRange()[1][1] >= 0.75
        assert panel.plots.accuracy.item.viewRange()[1][0] <= 80


def test_the_best_epoch_is_that_of_the_lowest_validation_cost(panel: CurvesPanel) -> None:
    run = run_of(2.0, 0.5, 0.7)
    panel.show_runs([run], run)
    (star,) = panel.plots.cost.best.stars
    assert (star.x, star.y) == (1, 0.75)


def test_the_view_stays_where_the_user_has_put_it_until_it_is_fitted(panel: CurvesPanel) -> None:
    run = run_of(2.0, 1.0)
    panel.show_runs([run], run)
    view = panel.plots.cost.item.getViewBox()
    view.setYRange(0.4, 0.6, padding=0)
    view.sigRangeChangedManually.emit([True, True])
    run.history.add(evaluation(20, 2.0, (9.0, 0.95)), 3.0)
    panel.plots.settle()
    assert view.viewRange()[1] == pytest.approx([0.4, 0.6])
    panel.fit()
    assert view.viewRange()[1][1] > 1


def test_smoothing_and_another_axis_leave_the_view_where_the_user_has_put_it(panel: CurvesPanel) -> None:
    run = run_of(2.0, 1.0, 0.5, 0.4)
    panel.show_runs([run], run)
    view = panel.plots.cost.item.getViewBox()
    view.setRange(xRange=(1, 2), yRange=(0.4, 0.6), padding=0)
    view.sigRangeChangedManually.emit([True, True])
    panel.smoothing.setValue(3)
    assert np.allclose(view.viewRange(), [[1, 2], [0.4, 0.6]])
    panel.set_logarithmic(True)
    assert np.allclose(view.viewRange()[0], [1, 2])
    low, high = view.viewRange()[1]
    assert 10**low <= 0.4
    assert 10**high >= 1.0
    panel.set_error(True)
    assert np.allclose(panel.plots.accuracy.item.viewRange()[0], [1, 2])


def test_the_horizontal_range_is_the_same_in_all_plots(panel: CurvesPanel) -> None:
    run = run_of(2.0, 1.0, 0.5)
    panel.show_runs([run], run)
    panel.plots.accuracy.item.getViewBox().setXRange(0.5, 1.5, padding=0)
    for item in (panel.plots.cost.item, panel.plots.rate):
        assert item.viewRange()[0] == pytest.approx([0.5, 1.5])


def test_the_hundred_of_the_accuracy_has_its_label(panel: CurvesPanel) -> None:
    run = run_of(2.0, 1.0, 0.5)
    panel.show_runs([run], run)
    low, high = panel.plots.accuracy.item.viewRange()[1]
    height = panel.plots.accuracy.item.vb.height()
    assert (high - 100) / (high - low) * height > 6


def test_the_error_has_a_logarithmic_axis_on_which_small_differences_are_seen(panel: CurvesPanel) -> None:
    run = run_of(2.0, 1.0, 0.5)
    panel.show_runs([run], run)
    panel.set_error(True)
    assert drawn(panel)["validation_accuracy"][1] == pytest.approx([np.log10(20)] * 3)
    assert panel.plots.accuracy.item.getAxis("left").labelText == "Error (%)"


@pytest.mark.parametrize(
    ("low", "high"), [(-2, 0), (-1.2, -0.9), (-0.31, -0.29), (0, 12), (-5, 1), (-1.05, -1.0), (-3.5, -2.2)]
)
def test_a_logarithmic_axis_has_a_few_labels_wherever_it_is(low: float, high: float) -> None:
    ticks = log_ticks(low, high)
    assert 2 <= len(ticks) <= 8
    assert all(low - 1e-9 <= tick <= high + 1e-9 for tick in ticks)
    texts = [label(10**tick) for tick in ticks]
    assert len(set(texts)) == len(texts)
    assert max(map(len, texts)) <= 8


def test_the_pointer_reads_out_all_runs(qtbot: QtBot, panel: CurvesPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    run, other = run_of(2.0, 1.0, 0.5), run_of(3.0, 2.0, 1.5, color_index=1, name="b")
    panel.show_runs([run, other], run)
    told: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _, text, *more: told.append(text))
    middle = panel.plots.cost.item.vb.mapViewToScene(QPointF(1.0, 1.0))
    place = panel.plots.view.mapFromScene(middle)
    QTest.mouseMove(panel.plots.view.viewport(), QPoint(place.x() - 3, place.y()))
    QTest.mouseMove(panel.plots.view.viewport(), place)
    qtbot.waitUntil(lambda: bool(told))
    assert all(text in told[-1] for text in ("1.0000", "2.0000", "3.0000", "80.00 %"))
    # The costs are those measured nearest, and say where; the rate is that of the very place.
    epoch = panel.plots.cost.cursor.value()
    rates = [f"{run.history.rate(run.config, epoch):.3g}" for run in (run, other)]
    assert all(f">{rate}<" in told[-1] for rate in rates)
    assert told[-1].count(">1</td>") == 2
    # They stay while the pointer rests, which is when tips are asked for.
    shown = len(told)
    QApplication.sendEvent(panel.plots.view.viewport(), QHelpEvent(QEvent.Type.ToolTip, place, place))
    assert len(told) == shown
    cursors = panel.plots.pointer.cursors
    assert all(cursor.isVisible() for cursor in cursors)
    QApplication.sendEvent(panel.plots.view.viewport(), QEvent(QEvent.Type.Leave))
    assert not any(cursor.isVisible() for cursor in cursors)


def test_a_click_in_the_curves_is_a_wish_to_look_there(qtbot: QtBot, panel: CurvesPanel) -> None:
    run = run_of(2.0, 1.0, 0.5)
    panel.show_runs([run], run)
    place = panel.plots.view.mapFromScene(panel.plots.cost.item.vb.mapViewToScene(QPointF(1.0, 1.0)))
    with qtbot.waitSignal(panel.plots.pointed) as caught:
        QTest.mouseClick(panel.plots.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert caught.args[0] == pytest.approx(1.0, abs=0.05)


def test_the_csv_is_the_measurements(
    panel: CurvesPanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    run, other = run_of(2.0, 1.0, 0.5), run_of(0.1 + 0.2, color_index=1, name='b "two"')
    other.history.add(evaluation(10, 1.0, (0.3, 0.5)), 2.0)
    other.history.add(Progress(5, 0.5, 0.7), 1.0)
    other.history.add(Changed(0.05, 64, 0.00001, step=8, epoch=0.8), 1.5)
    panel.show_runs([run, other], run)
    actions = CurveActions(panel, panel)
    monkeypatch.setattr(file_dialogs, "ask_save", lambda *_: tmp_path / "a.csv")
    actions.export.trigger()
    rows = list(csv.DictReader(io.StringIO((tmp_path / "a.csv").read_text())))
    measured, running = ([row for row in rows if row[name]] for name in ("train_cost", "running_cost"))
    assert [float(row["train_cost"]) for row in measured] == [2.0, 1.0, 0.5, 0.1 + 0.2, 0.3]
    assert [row["run"] for row in measured] == ["a"] * 3 + ['b "two"'] * 2
    assert [(float(row["step"]), float(row["running_cost"])) for row in running[-2:]] == [
        (0, 1.2 * (0.1 + 0.2)),
        (5, 0.7),
    ]
    assert len(measured) + len(running) == len(rows)
    # Of one epoch the cosine's half, then what it was changed to at its end.
    assert [float(row["learning_rate"]) for row in rows[-2:]] == pytest.approx([0.2 / 2, 0.0], abs=1e-12)
    assert rows[-1]["validation_cost"] == ""


def test_what_is_copied_and_exported_is_what_is_seen(
    qtbot: QtBot, panel: CurvesPanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qapp: QApplication
) -> None:
    run, other = run_of(2.0, 1.0, 0.5), run_of(0.9, 0.8, 0.7, color_index=1, name="other")
    panel.show_runs([run, other], run)
    panel.plots.settle()
    actions = CurveActions(panel, panel)
    view = panel.plots.view
    width, smooth = view.width() // 3, Qt.TransformationMode.SmoothTransformation
    seen = image_conversion.pixels_of(view.grab().toImage().scaledToWidth(width, smooth)).astype(int)
    # The line under the pointer is none of the curves.
    middle = view.mapFromScene(panel.plots.cost.item.vb.mapViewToScene(QPointF(1.5, 1.0)))
    for place in (middle - QPoint(3, 0), middle):
        QTest.mouseMove(view.viewport(), place)
    qtbot.waitUntil(panel.plots.cost.cursor.isVisible)
    actions.copy.trigger()
    for name in ("a.png", "a.svg"):
        monkeypatch.setattr(file_dialogs, "ask_save", lambda *_, name=name: tmp_path / name)
        actions.export.trigger()
    assert panel.plots.cost.cursor.isVisible()
    renderer = QSvgRenderer(str(tmp_path / "a.svg"))
    drawn = QImage(renderer.defaultSize(), QImage.Format.Format_RGB32)
    painter = QPainter(drawn)
    renderer.render(painter)
    painter.end()
    for image in (QImage(str(tmp_path / "a.png")), qapp.clipboard().image(), drawn):
        pixels = image_conversion.pixels_of(image.scaledToWidth(view.width(), smooth))
        assert pixels.shape[0] > 20 + view.height()
        plots = image_conversion.of_pixels(pixels[20 : 20 + view.height()]).scaledToWidth(width, smooth)
        # In so few pixels it does not matter how letters are drawn.
        assert np.abs(image_conversion.pixels_of(plots) - seen).max(axis=2).mean() < 1.1
        # Below them the runs, each in its color.
        chips = {tuple(pixel) for pixel in pixels[20 + view.height() :].reshape(-1, 3).tolist()}
        for number in (run.color_index, other.color_index):
            shade = QColor(colors(panel.palette()).runs[number])
            assert any(max(abs(a - b) for a, b in zip(chip, shade.getRgb()[:3], strict=True)) < 3 for chip in chips)
    text = (tmp_path / "a.svg").read_text()
    assert "<image" not in text
    assert "other" in text


def test_the_table_tells_the_latest_figures(qtbot: QtBot) -> None:
    table = NumbersTable()
    qtbot.addWidget(table)
    table.show_runs([run_of(2.0, 1.0, 0.5)])
    row = [table.item(0, column).text() for column in range(table.columnCount())]
    assert row == ["a", "2", "0.5000", "0.7500", "90.00 %", "80.00 %", "80.00 %", "\N{EN DASH}"]


def test_thinning_keeps_the_ends_and_the_extremes() -> None:
    x = np.arange(100_000.0)
    y = np.sin(x / 500) * x
    few_x, few_y = thinned(x, y, 1_000)
    assert len(few_x) <= 1_100
    assert (few_x[0], few_x[-1]) == (0, 99_999)
    assert (few_y.min(), few_y.max()) == (y.min(), y.max())
    assert (np.diff(few_x) > 0).all()


def test_smoothing_is_the_mean_of_what_is_around() -> None:
    y = np.random.default_rng(0).normal(size=40)
    for window in (1, 3, 9, 41):
        expected = []
        for i in range(len(y)):
            reach = min(window // 2, i, len(y) - 1 - i)
            expected.append(y[i - reach : i + reach + 1].mean())
        np.testing.assert_allclose(smoothed(y, window), expected, atol=1e-12)


def test_what_was_not_measured_there_is_not_read_out() -> None:
    run = run_of(2.0, 1.0)
    assert readout.at(run, "epoch", 7.0) is None
    found = readout.at(run, "epoch", 0.9)
    assert found is not None
    assert found["train_cost"] == 1.0


def test_an_epochs_end_is_told_from_a_sample() -> None:
    history = History()
    sample = evaluation(5, 0.5, (1.0, 0.9), (0.1, 0.9))
    history.add(sample, 0.0)
    assert history.best is None
    fields = {name: getattr(sample, name) for name in sample.__dataclass_fields__}
    history.add(
        EpochEnd(**fields, checkpoint=Checkpoint({}, CheckpointNumbers(0.1, 1, 0.0, epoch=1, offset=0, step=5))), 1.0
    )
    assert history.best == 1


def test_each_plot_has_its_question_mark_where_nothing_is_drawn(qtbot: QtBot, panel: CurvesPanel) -> None:
    run = run_of(2.0, 1.0, 0.5)
    panel.show_runs([run], run)
    panel.resize(1000, 460)
    items = (panel.plots.cost.item, panel.plots.accuracy.item, panel.plots.rate)
    for button, item, page in zip(panel.help_buttons, items, ("cost", "validation", "learning-rate"), strict=True):
        assert button.page == page
        view = panel.plots.view

        def corner(item: object = item, view: object = view) -> QPoint:
            return view.mapTo(panel, view.mapFromScene(item.vb.sceneBoundingRect().bottomLeft()))

        qtbot.waitUntil(lambda button=button, corner=corner: button.geometry().top() == corner().y() + 2)
        assert button.geometry().right() < corner().x()
        assert button.isVisible()
