"""Training in the window: start, pause, stop, go on, and what goes wrong."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from digitpad.app.session.pace import Pace
from digitpad.app.session.training_state import TrainingState
from digitpad.app.window.main_window import MainWindow
from digitpad.engine.runs.store import RunStore
from digitpad.engine.training.events import Changed, TrainingEnd
from tests.app.driving import click, measured_in, until
from tests.resting import until_at_rest
from tests.screenshot import draw

pytestmark = pytest.mark.slow

Open = Callable[[], MainWindow]


def test_start_trains_and_the_drawing_is_read_by_each_newer_network(qtbot: QtBot, small: MainWindow) -> None:
    draw(small)
    seen: list[np.ndarray] = []
    small.controller.selection.digit_changed.connect(lambda read: seen.append(read.probabilities))
    measured = measured_in(small)
    click(small, "Start")
    until(qtbot, small, TrainingState.RUNNING)
    assert not small.panel.form.fields["hidden"].isEnabled()
    until(qtbot, small, TrainingState.IDLE)
    assert isinstance(measured[-1], TrainingEnd)
    assert [event.step for event in measured] == sorted(event.step for event in measured)
    assert len({prediction.tobytes() for prediction in seen}) > 3
    assert small.controller.selection.newest.network is measured[-1].network
    image = np.round(small.prediction.seen.prediction.image * 255).reshape(1, -1)
    expected = small.controller.selection.newest.network.predict(image)[0]
    np.testing.assert_array_equal(small.prediction.bars.prediction.probabilities, expected)
    drawn = small.curves.plots.foremost
    assert drawn is not None
    assert drawn.history.epoch == 40
    # The last event repeats what the last epoch measured.
    assert len(drawn.history) == len(measured) - 1
    assert small.panel.status.text().startswith("Done: training ")
    assert small.panel.progress.value() == 0
    assert not small.isWindowModified()
    assert "784\N{EN DASH}16\N{EN DASH}10" in small.network_label.text()


def test_pause_resume_and_stop(qtbot: QtBot, small: MainWindow) -> None:
    small.panel.form.fields["epochs"].setValue(10_000)
    measured = measured_in(small)
    click(small, "Start")
    qtbot.waitUntil(lambda: len(measured) > 3)
    click(small, "Pause")
    until_at_rest(qtbot, lambda: len(measured))
    count = len(measured)
    click(small, "Resume")
    qtbot.waitUntil(lambda: len(measured) > count)
    click(small, "Pause")
    click(small, "Stop")
    until(qtbot, small, TrainingState.IDLE)
    last = measured[-1]
    assert isinstance(last, TrainingEnd)
    assert last.stopped
    assert small.controller.selection.newest.record.step == last.step
    assert small.panel.status.text().startswith("Stopped after ")


def test_stop_while_the_digits_are_still_loading(qtbot: QtBot, window: MainWindow) -> None:
    click(window, "Start")
    click(window, "Stop")
    until(qtbot, window, TrainingState.IDLE)
    assert window.message_bar.isHidden()


def test_continue_goes_on_in_the_same_run_with_as_many_epochs(qtbot: QtBot, small: MainWindow) -> None:
    small.panel.form.fields["epochs"].setValue(3)
    click(small, "Start")
    until(qtbot, small, TrainingState.IDLE)
    first = small.controller.selection.newest.record.train_accuracy
    measured = measured_in(small)
    paces: list[Pace] = []
    small.controller.progressed.connect(paces.append)
    click(small, "Continue")
    until(qtbot, small, TrainingState.IDLE)
    assert measured[0].epoch > 3
    assert first is not None
    assert measured[-1].epoch == 6
    assert measured[-1].train_accuracy >= first
    assert {pace.epochs for pace in paces} <= {6}
    (run,) = RunStore().runs()
    assert run.figures.epochs == 6
    assert run.metadata.continued == (3.0,)


def test_continue_with_other_settings_makes_a_run_that_knows_its_parent(qtbot: QtBot, small: MainWindow) -> None:
    small.panel.form.fields["epochs"].setValue(2)
    click(small, "Start")
    until(qtbot, small, TrainingState.IDLE)
    small.panel.form.fields["learning_rate"].setValue(0.01)
    click(small, "Continue")
    until(qtbot, small, TrainingState.IDLE)
    child, parent = sorted(RunStore().runs(), key=lambda run: run.metadata.parent is None)
    assert child.metadata.parent is not None
    assert child.metadata.parent.name == parent.name
    assert small.controller.selection.newest.record.epoch == 4


def test_the_same_form_gives_the_same_network_as_the_command_line(
    qtbot: QtBot, small: MainWindow, few_digits_folder: Path
) -> None:
    from digitpad.engine.training.generator import train

    small.panel.form.fields["epochs"].setValue(2)
    config = small.panel.form.config()
    click(small, "Start")
    until(qtbot, small, TrainingState.IDLE)
    *_, last = (event for event in train(config) if event is not None)
    assert isinstance(last, TrainingEnd)
    for a, b in zip(last.network.parameters, small.controller.selection.newest.network.parameters, strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_training_that_diverges_says_so_and_falls_back_on_its_own_last_good_network(
    qtbot: QtBot, small: MainWindow
) -> None:
    draw(small)
    small.panel.form.fields["learning_rate"].setValue(1e5)
    click(small, "Start")
    until(qtbot, small, TrainingState.RUNNING)
    until(qtbot, small, TrainingState.IDLE)
    assert "lower the learning rate (now 100000)" in small.message_bar.label.text()
    assert small.message_bar.isVisible()
    # Nothing that it learned was better than what it began with.
    assert small.controller.selection.newest.record.step == 0
    assert small.controller.selection.newest.network.spec == "16"
    assert small.panel.status.text().startswith("The training ended early and learned nothing")
    assert [run.status for run in RunStore().runs()] == ["failed"]
    assert not small.isWindowModified()
    QTest.mouseClick(small.message_bar.close_button, Qt.MouseButton.LeftButton)
    assert small.message_bar.isHidden()


def test_digits_that_cannot_be_read_lose_nothing(qtbot: QtBot, small: MainWindow, tmp_path: Path) -> None:
    before = small.controller.selection.newest
    small.panel.form.show_data(str(tmp_path / "none"))
    click(small, "Start")
    until(qtbot, small, TrainingState.IDLE)
    assert "is not a folder" in small.message_bar.label.text()
    assert small.panel.status.text() == "Nothing was trained; the network in use has not changed."
    assert small.controller.selection.newest is before


def test_nonsense_in_the_form_is_one_sentence(small: MainWindow) -> None:
    small.panel.form.fields["hidden"].setText("3, x")
    click(small, "Start")
    assert "cannot contain 'x'" in small.message_bar.label.text()
    assert small.controller.is_idle
    small.panel.form.fields["hidden"].setFocus()
    QTest.keyClick(small.panel.form.fields["hidden"], Qt.Key.Key_Backspace)
    assert small.message_bar.isVisible()
    for _ in range(2):
        QTest.keyClick(small.panel.form.fields["hidden"], Qt.Key.Key_Backspace)
    # What was said of it is not true any more.
    assert small.panel.form.fields["hidden"].text() == "3"
    assert small.message_bar.isHidden()


def test_new_network_is_untrained(qtbot: QtBot, small: MainWindow) -> None:
    small.training_actions.new_network.trigger()
    qtbot.waitUntil(lambda: "untrained" in small.network_label.text())
    assert small.controller.selection.newest.record.step == 0
    assert small.controller.selection.newest.network.spec == "16"
    assert not small.isWindowModified()


def test_start_asks_nothing_and_keeps_both_runs(qtbot: QtBot, small: MainWindow) -> None:
    small.panel.form.fields["epochs"].setValue(1)
    for _ in range(2):
        click(small, "Start")
        until(qtbot, small, TrainingState.IDLE)
    assert [run.status for run in RunStore().runs()] == ["ended", "ended"]


def test_two_windows_do_not_disturb_each_other(qtbot: QtBot, small: MainWindow, open_window: Open) -> None:
    other = open_window()
    before = other.controller.selection.newest
    small.panel.form.fields["epochs"].setValue(2)
    click(small, "Start")
    draw(other)
    until(qtbot, small, TrainingState.IDLE)
    assert other.controller.selection.newest is before
    assert other.prediction.label.text == "3"
    assert small.prediction.label.text == "Draw a digit"


def test_continuing_records_the_networks_own_layers_and_all_its_steps(qtbot: QtBot, small: MainWindow) -> None:
    small.file_actions.open_bundled_mlp.trigger()
    before = small.controller.selection.newest.record
    small.panel.form.show_data(None)
    click(small, "Continue")
    assert "its validation accuracy will be too high" in small.message_bar.label.text()
    measured = measured_in(small)
    qtbot.waitUntil(lambda: len(measured) > 1)
    assert "untrained" not in small.network_label.text()
    click(small, "Stop")
    until(qtbot, small, TrainingState.IDLE)
    # It is true of what the curves show now, unless the doctor has said so in its own words.
    told = small.message_bar.label.text()
    assert "its validation accuracy will be too high" in told or "was trained on those digits before" in told
    assert small.message_bar.isVisible()
    record = small.controller.selection.newest.record
    assert record.config is not None
    assert record.config.hidden == "512"
    assert record.step > before.step


@pytest.mark.parametrize("is_lowered", [True, False])
def test_what_was_said_of_the_rate_is_taken_back_when_that_is_lowered_or_all_is_over(
    qtbot: QtBot, small: MainWindow, few_digits_folder: Path, is_lowered: bool
) -> None:
    small.file_actions.open_bundled_mlp.trigger()
    fields = small.panel.form.fields
    click(small, "Continue")
    assert "the form's 0.05 may undo" in small.message_bar.label.text()
    fields["l2"].setValue(0.001)
    assert small.message_bar.isVisible()
    if is_lowered:
        fields["learning_rate"].setValue(0.001)
        assert small.message_bar.isHidden()
    click(small, "Stop")
    until(qtbot, small, TrainingState.IDLE)
    assert "may undo" not in small.message_bar.label.text() or small.message_bar.isHidden()


def test_the_form_says_what_a_run_that_goes_on_was_left_with(qtbot: QtBot, small: MainWindow) -> None:
    fields = small.panel.form.fields
    measured = measured_in(small)
    click(small, "Start")
    qtbot.waitUntil(lambda: len(measured) > 1)
    fields["learning_rate"].setValue(0.03)
    with qtbot.waitSignal(small.controller.changed):
        pass
    count = len(measured)
    qtbot.waitUntil(lambda: len(measured) > count + 2)
    click(small, "Stop")
    until(qtbot, small, TrainingState.IDLE)
    fields["learning_rate"].setValue(0.2)
    qtbot.waitUntil(small.run_actions.extend.isEnabled)
    with qtbot.waitSignal(small.controller.training_started):
        small.run_actions.extend.trigger()
    assert fields["learning_rate"].value() == pytest.approx(0.03)
    click(small, "Stop")
    until(qtbot, small, TrainingState.IDLE)
    qtbot.waitUntil(lambda: small.panel.form.note.text().endswith(" an epoch"))


def test_settings_changed_on_the_way_reach_the_running_training(qtbot: QtBot, small: MainWindow) -> None:
    small.panel.form.fields["epochs"].setValue(10_000)
    heard: list[Changed] = []
    small.controller.changed.connect(lambda event, _: heard.append(event))
    measured = measured_in(small)
    click(small, "Start")
    qtbot.waitUntil(lambda: len(measured) > 3)
    field = small.panel.form.fields["batch_size"]
    field.selectAll()
    QTest.keyClicks(field, "99999")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(heard) == 1)
    # No batch is larger than the digits there are, and the form says what was taken.
    assert heard[0].batch_size == 1_500
    assert field.value() == 1_500
    click(small, "Stop")
    until(qtbot, small, TrainingState.IDLE)


def test_one_epoch_more_goes_on_in_the_run_for_one_epoch(qtbot: QtBot, small: MainWindow) -> None:
    small.panel.form.fields["epochs"].setValue(2)
    small.panel.form.fields["schedule"].show_value("constant")
    click(small, "Start")
    until(qtbot, small, TrainingState.IDLE)
    for epochs in (3, 4):
        small.training_actions.one_epoch.trigger()
        until(qtbot, small, TrainingState.IDLE)
        (run,) = RunStore().runs()
        assert run.figures.epochs == epochs
