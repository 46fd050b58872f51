"""Each widget: it is told, it shows; the user acts, it asks."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from digitpad.app.curves.live_plot import LivePlot
from digitpad.app.look.action_button import ActionButton
from digitpad.app.look.banner import Banner
from digitpad.app.session.training_state import Pace, TrainingState, duration
from digitpad.app.training.form import TrainingForm
from digitpad.app.training.panel import TrainingPanel
from digitpad.app.verdict.verdict import percent
from digitpad.engine.files import presets
from digitpad.engine.training.checkpoint import Checkpoint
from digitpad.engine.training.config import ConfigError, TrainingConfig
from digitpad.engine.training.events import Changed, Evaluation, Progress, Started, TrainingEnd
from digitpad.errors import DigitpadError
from digitpad.nn import initializers
from digitpad.nn.network import Network

HERE = Checkpoint({}, {})
NETWORK = Network.new("", np.zeros(784, np.float32), 1 / 255, initializers.zeros())


def evaluation(epoch: float, cost: float, accuracy: float, validation: bool = True) -> Evaluation:
    second = (2 * cost, accuracy / 2) if validation else (None, None)
    return Evaluation(int(100 * epoch), epoch, cost, accuracy, *second, NETWORK)


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "< 1 %"),
        (0.004, "< 1 %"),
        (0.006, "1 %"),
        (0.5, "50 %"),
        (0.994, "99 %"),
        (0.9969, "99.7 %"),
        (1, "> 99.9 %"),
    ],
)
def test_probabilities_are_never_rounded_to_certainty(share: float, text: str) -> None:
    assert percent(share) == text


def test_the_plot_has_a_curve_for_each_figure(qtbot: QtBot) -> None:
    plot = LivePlot()
    qtbot.addWidget(plot)
    plot.begin(2, goes_on=False)
    plot.add_progress(Progress(10, 0.1, 2.0))
    plot.add_evaluation(evaluation(0.2, 1.0, 0.5))
    plot.add_evaluation(evaluation(0.4, 0.5, 0.8))
    plot.refresh()
    assert plot.running_cost.item.getData()[1].tolist() == [2.0]
    assert plot.train_cost.item.getData()[1].tolist() == [1.0, 0.5]
    assert plot.validation_cost.item.getData()[1].tolist() == [2.0, 1.0]
    assert plot.train_accuracy.item.getData()[1].tolist() == [50, 80]
    assert plot.validation_accuracy.item.getData()[0].tolist() == [0.2, 0.4]
    assert plot.cost_plot.getViewBox().linkedView(0) is plot.accuracy_plot.getViewBox()


def test_training_and_validation_differ_in_colour_and_in_dash(qtbot: QtBot) -> None:
    plot = LivePlot()
    qtbot.addWidget(plot)
    pens = [curve.item.opts["pen"] for curve in (plot.train_cost, plot.validation_cost)]
    assert pens[0].color() != pens[1].color()
    assert pens[0].style() != pens[1].style()
    assert [label.text for _, label in plot.cost_plot.legend.items] == ["running", "training", "validation"]


def test_a_training_that_goes_on_continues_the_curves_and_a_new_one_clears_them(qtbot: QtBot) -> None:
    plot = LivePlot()
    qtbot.addWidget(plot)
    plot.begin(1, goes_on=False)
    plot.add_evaluation(evaluation(1.0, 1.0, 0.5))
    plot.begin(1, goes_on=True)
    plot.add_evaluation(evaluation(0.5, 0.5, 0.6, validation=False))
    assert plot.train_cost.x == [1.0, 1.5]
    assert plot.validation_cost.x == [1.0]
    plot.begin(1, goes_on=False)
    assert plot.train_cost.x == []


def test_a_long_training_keeps_a_bounded_number_of_points(qtbot: QtBot) -> None:
    plot = LivePlot()
    qtbot.addWidget(plot)
    plot.begin(100, goes_on=False)
    for step in range(25_000):
        plot.add_progress(Progress(step, step / 250 + 0.001, 1.0))
    xs = plot.running_cost.x
    assert len(xs) <= 10_000
    assert xs[0] == pytest.approx(0.001)
    assert xs[-1] == pytest.approx(99.997, abs=0.01)
    assert xs == sorted(xs)


def test_the_view_follows_until_the_user_looks_elsewhere(qtbot: QtBot) -> None:
    plot = LivePlot()
    qtbot.addWidget(plot)
    plot.begin(10, goes_on=False)
    plot.add_evaluation(evaluation(1, 3.0, 0.5))
    plot.settle()
    assert plot.cost_plot.viewRange()[1][1] > 5.9
    plot.cost_plot.getViewBox().sigRangeChangedManually.emit([True, True])
    plot.add_evaluation(evaluation(2, 9.0, 0.5))
    plot.settle()
    assert plot.cost_plot.viewRange()[1][1] < 10
    plot.follow()
    assert plot.cost_plot.viewRange()[1][1] > 17
    plot.add_evaluation(evaluation(3, 1e30, 0.5))
    plot.settle()
    assert plot.cost_plot.viewRange()[1][1] > 1e30
    # A divergence that is over does not flatten everything else.
    plot.add_evaluation(evaluation(4, 9.0, 0.5))
    plot.settle()
    assert plot.cost_plot.viewRange()[1][1] < 25


def test_the_cost_can_be_logarithmic(qtbot: QtBot) -> None:
    plot = LivePlot()
    qtbot.addWidget(plot)
    plot.begin(1, goes_on=False)
    plot.add_evaluation(evaluation(0.5, 0.01, 0.5))
    plot.set_logarithmic(True)
    plot.settle()
    low, high = plot.cost_plot.viewRange()[1]
    assert low < -2 < np.log10(0.02) < high < 0


def test_the_form_says_what_it_shows(qtbot: QtBot) -> None:
    form = TrainingForm()
    qtbot.addWidget(form)
    config = TrainingConfig(
        "16c5, p2, 20 tanh", "glorot", "nesterov", 0.003, "step", 7, 0.3, 0.5, 17, "with-replacement", 9, 1e-4, 0.1,
        0.99, 3, 1.5, 10.0, 0.1, 0.2, 0.3, 0.7, 4, 5_000, 300, 200, 2_000, "/some/folder",
    )  # fmt: skip
    form.show_config(config)
    assert form.config() == config
    assert form.fields["data"].currentText() == "folder"
    assert form.fields["learning_rate"].text() == "0.003"


def test_typing_layers_says_how_large_the_network_is_or_what_is_wrong(qtbot: QtBot) -> None:
    form = TrainingForm()
    qtbot.addWidget(form)
    form.fields["hidden"].clear()
    QTest.keyClicks(form.fields["hidden"], "30,20")
    assert form.config().hidden == "30, 20"
    assert form.note.text().startswith(f"{785 * 30 + 31 * 20 + 21 * 10:,} parameters  ·  about ")
    assert form.note.text().endswith(" an epoch")
    QTest.keyClicks(form.fields["hidden"], "x")
    assert "cannot contain '20x'" in form.note.text()
    with pytest.raises(DigitpadError, match="20x"):
        form.config()


def test_the_learning_rates_arrows_double_and_halve(qtbot: QtBot) -> None:
    form = TrainingForm()
    qtbot.addWidget(form)
    form.fields["learning_rate"].setValue(0.1)
    QTest.keyClick(form.fields["learning_rate"], Qt.Key.Key_Up)
    assert form.fields["learning_rate"].value() == pytest.approx(0.2)
    QTest.keyClick(form.fields["learning_rate"], Qt.Key.Key_Down)
    QTest.keyClick(form.fields["learning_rate"], Qt.Key.Key_Down)
    assert form.fields["learning_rate"].value() == pytest.approx(0.05)


def test_the_panel_shows_epoch_speed_time_left_and_the_result(qtbot: QtBot) -> None:
    panel = TrainingPanel([QAction("Start")])
    qtbot.addWidget(panel)
    panel.show_started(Started(1000, 100, 5, 500, 10), False)
    panel.show_pace(Pace(Progress(250, 2.5, 0.3), 5, 12_345.6, 83))
    assert panel.status.text() == "Epoch 3 of 5  ·  12,346 digits/s  ·  1 min 23 s left"
    assert panel.progress.value() == panel.progress.maximum() / 2
    panel.show_state(TrainingState.PAUSED)
    panel.show_pace(Pace(Progress(251, 2.51, 0.3), 5, 12_345.6, 83))
    assert panel.status.text().startswith("Paused  ·  Epoch 3 of 5")
    panel.show_state(TrainingState.RUNNING)
    assert panel.status.text().startswith("Epoch 3 of 5")
    end = TrainingEnd(500, 5.0, 0.1, 0.99, 0.2, 0.98, NETWORK, test_accuracy=0.9765, stopped=False, checkpoint=HERE)
    panel.show_measured(end)
    assert panel.status.text() == "Done: training 99.0 %, validation 98.0 %, test 97.65 % read rightly."
    panel.show_measured(
        TrainingEnd(500, 2.5, 0.1, 0.99, None, None, NETWORK, test_accuracy=None, stopped=True, checkpoint=HERE)
    )
    assert panel.status.text() == "Stopped after 2.5 epochs; on a sample: training 99.0 %."


def test_a_running_training_takes_only_what_it_can(qtbot: QtBot) -> None:
    panel = TrainingPanel([QAction("Start")])
    qtbot.addWidget(panel)
    fields = panel.form.fields
    panel.show_state(TrainingState.RUNNING)
    open_ = {name for name, field in fields.items() if field.isEnabled()}
    assert open_ == {"learning_rate", "batch_size", "l2"}
    assert not panel.form.presets.isEnabled()
    changes: list[tuple[str, float]] = []
    panel.form.live_changed.connect(lambda name, value: changes.append((name, value)))
    fields["batch_size"].selectAll()
    QTest.keyClicks(fields["batch_size"], "64")
    # Half a number must not reach the training.
    assert changes == []
    QTest.keyClick(fields["batch_size"], Qt.Key.Key_Return)
    QTest.keyClick(fields["l2"], Qt.Key.Key_Up)
    assert changes == [("batch_size", 64), ("l2", pytest.approx(1e-5))]
    panel.form.show_changed(Changed(3, 0.5, 32, 0.0))
    assert (fields["learning_rate"].value(), fields["batch_size"].value()) == (0.5, 32)
    assert len(changes) == 2
    panel.show_state(TrainingState.IDLE)
    assert all(field.isEnabled() for field in fields.values())


def test_all_settings_take_the_place_of_the_curves_until_a_training_starts(qtbot: QtBot) -> None:
    panel = TrainingPanel([QAction("Start")])
    qtbot.addWidget(panel)
    panel.show()
    QTest.mouseClick(panel.form.show_more, Qt.MouseButton.LeftButton)
    assert panel.form.more.isVisible()
    assert not panel.plot.isVisible()
    panel.show_state(TrainingState.RUNNING)
    assert panel.plot.isVisible()
    assert not panel.form.more.isVisible()


def test_every_setting_has_a_field_that_explains_it(qtbot: QtBot) -> None:
    form = TrainingForm()
    qtbot.addWidget(form)
    assert form.fields.keys() == TrainingConfig().as_dict().keys()
    shown = [field for field in form.fields.values() if form.isAncestorOf(field) or form.more.isAncestorOf(field)]
    assert len(shown) == len(form.fields)
    assert all(len(field.toolTip()) > 20 and field.accessibleName() for field in form.fields.values())


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("momentum", "1.5", "the momentum is '1.5': use a number from 0 to below 1"),
        ("epochs", "many", "the epochs is 'many': use a number from 1 to 10,000"),
        ("learning_rate", "-1", "the learning rate is '-1': use a number above 0"),
    ],
)
def test_nonsense_is_refused_in_words_as_it_is_typed(qtbot: QtBot, name: str, typed: str, sentence: str) -> None:
    form = TrainingForm()
    qtbot.addWidget(form)
    field, before = form.fields[name], form.config()
    field.selectAll()
    QTest.keyClicks(field, typed)
    assert sentence in form.note.text()
    assert form.note.property("role") == "error"
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert form.config() == before


def test_choosing_a_preset_fills_the_form_and_a_change_makes_it_your_own(qtbot: QtBot, tmp_path: Path) -> None:
    form = TrainingForm()
    qtbot.addWidget(form)
    names = [form.presets.itemText(index) for index in range(form.presets.count())]
    assert names[1:-1] == presets.names()
    index = names.index("cs189-hw4")
    form.presets.setCurrentIndex(index)
    form.presets.activated.emit(index)
    assert form.config() == presets.load("cs189-hw4").config
    assert form.presets.currentText() == "cs189-hw4"
    form.fields["epochs"].setValue(3)
    assert form.presets.currentText() == "your own settings"
    mine = tmp_path / "mine.toml"
    mine.write_text('description = "x"\n[training]\nhidden = "7"\n')
    form.presets.open(mine)
    assert form.config() == TrainingConfig(hidden="7")
    assert form.presets.currentText() == "mine"
    mine.write_text("[training]\nhiden = '7'\n")
    with qtbot.waitSignal(form.failed) as caught:
        form.presets.open(mine)
    assert "there is no setting 'hiden'" in caught.args[0]
    assert form.config() == TrainingConfig(hidden="7")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "under 0.1 s"), (0.4, "0.4 s"), (3.4, "3 s"), (59, "59 s"), (61, "1 min 1 s"), (7_300, "2 h 1 min")],
)
def test_durations_are_said_as_people_do(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_a_button_is_its_action(qtbot: QtBot) -> None:
    action = QAction("&Pause")
    action.setIconText("Pause")
    button = ActionButton(action)
    qtbot.addWidget(button)
    with qtbot.waitSignal(action.triggered):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    action.setIconText("Resume")
    action.setEnabled(False)
    assert (button.text(), button.isEnabled()) == ("Resume", False)


def test_a_banner_shows_its_sentence_until_it_is_dismissed(qtbot: QtBot) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    assert banner.isHidden()
    banner.show_sentence("cost is nan & <b>worse</b>")
    assert not banner.isHidden()
    assert banner.label.text() == "Cost is nan & <b>worse</b>"
    QTest.mouseClick(banner.close_button, Qt.MouseButton.LeftButton)
    assert banner.isHidden()


def test_rates_are_typed_with_exponents_and_nonsense_is_not_taken(qtbot: QtBot) -> None:
    form = TrainingForm()
    qtbot.addWidget(form)
    typings = (("1e-3", 0.001), ("0.25", 0.25), ("2x5", 0.25), (".5", 0.5), ("0,05", 0.05), ("1,000,5", 0.05))
    for typed, value in typings:
        form.fields["learning_rate"].selectAll()
        QTest.keyClicks(form.fields["learning_rate"], typed)
        QTest.keyClick(form.fields["learning_rate"], Qt.Key.Key_Return)
        assert form.fields["learning_rate"].value() == pytest.approx(value)
    form.fields["learning_rate"].selectAll()
    QTest.keyClicks(form.fields["learning_rate"], "5e")
    with pytest.raises(ConfigError, match="the learning rate is '5e'"):
        form.config()
    QTest.keyClick(form.fields["learning_rate"], Qt.Key.Key_Return)
    assert form.config().learning_rate == pytest.approx(0.05)
    assert form.note.text().endswith("an epoch")
    form.fields["epochs"].selectAll()
    QTest.keyClicks(form.fields["epochs"], "1,5")
    QTest.keyClick(form.fields["epochs"], Qt.Key.Key_Return)
    assert form.config().epochs == 5


def test_giving_up_the_choice_of_a_folder_keeps_the_digits(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    form = TrainingForm()
    qtbot.addWidget(form)
    for reply, expected in (("", None), ("/a/folder", "/a/folder"), ("", "/a/folder")):
        monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_, reply=reply: reply)
        form.fields["data"].setCurrentIndex(form.fields["data"].count() - 1)
        form.fields["data"].activated.emit(form.fields["data"].count() - 1)
        assert form.config().data == expected
