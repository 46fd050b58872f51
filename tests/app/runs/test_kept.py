"""What becomes of networks and of trainings that were cut off: nothing is lost, and each is offered once."""

import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from digitpad.app.files.settings import Settings
from digitpad.app.session import network_loading
from digitpad.app.session.network_handle import NetworkHandle
from digitpad.app.session.training_state import TrainingState
from digitpad.app.widgets.theme import Theme
from digitpad.app.window.main_window import MainWindow
from digitpad.cancellation import NEVER
from digitpad.engine.files import weights
from digitpad.engine.runs import history, layout, plans, recording
from digitpad.engine.runs.plans import resume_run
from digitpad.engine.runs.recording import Plan
from digitpad.engine.runs.references import resolve
from digitpad.engine.runs.store import RunStore
from digitpad.engine.training import generator
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.events import EpochEnd, Evaluation
from digitpad.engine.training.generator import Training
from tests.app.driving import answer, click, until
from tests.app.runs.test_runs import choose, shown, tick
from tests.engine.runs.test_run import SMALL, record_until, recorded
from tests.engine.runs.test_run import recording as recording_of

pytestmark = pytest.mark.slow

Open = Callable[[], MainWindow]


@pytest.fixture
def config(few_digits_folder: Path) -> TrainingConfig:
    return dataclasses.replace(SMALL, epochs=2, data=str(few_digits_folder))


def test_a_network_whose_run_is_gone_is_asked_about(qtbot: QtBot, config: TrainingConfig, open_window: Open) -> None:
    recorded(Plan(config, name="other"))
    window = open_window()
    window.panel.form.show_config(config)
    click(window, "Start")
    until(qtbot, window, TrainingState.IDLE)
    run = window.controller.selection.newest.run
    assert run is not None
    shutil.rmtree(run)
    window.run_watcher.refresh()
    qtbot.waitUntil(lambda: not window.controller.selection.newest.is_kept)
    assert "is no longer plotted" in window.message_bar.label.text()
    assert window.isWindowModified()
    # Whatever would take its place asks first.
    newest = window.controller.selection.newest
    for action in (window.run_actions.repeat, window.run_actions.repeat_with_seed, window.run_actions.extend):
        choose(qtbot, window, "other")
        qtbot.waitUntil(action.isEnabled)
        asked = answer(QMessageBox.StandardButton.Cancel)
        action.trigger()
        assert len(asked) == 1
        assert window.controller.is_idle
        assert window.controller.selection.newest is newest
    # So does going on from another network than that; itself it is gone on from.
    choose(qtbot, window, "other")
    qtbot.waitUntil(lambda: window.timeline.slider.maximum() > 1)
    QTest.keyClick(window.timeline.slider, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: window.controller.selection.network.name == "other")
    asked = answer(QMessageBox.StandardButton.Cancel)
    click(window, "Continue")
    assert len(asked) == 1
    assert window.controller.selection.newest is newest
    asked = answer(QMessageBox.StandardButton.Discard)
    window.close()
    assert len(asked) == 1


def test_the_training_that_was_cut_off_last_is_offered_once(
    qtbot: QtBot, config: TrainingConfig, open_window: Open, settings_path: Path
) -> None:
    longer = dataclasses.replace(config, epochs=4)
    recorded(Plan(config, name="continued"))
    record_until(Plan(longer, name="earlier"), epochs=1)
    record_until(resume_run(RunStore().find("continued").folder, epochs=5), epochs=1)
    # What was begun later, and ended, hides it no more.
    recorded(Plan(dataclasses.replace(config, epochs=1), name="later"))
    window = open_window()
    qtbot.waitUntil(window.message_bar.isVisible)
    said = window.message_bar.label.text()
    assert said.startswith("The training of continued was interrupted after 3 of 5 epochs")
    assert said.endswith("One more was interrupted too.")
    window.close()
    # A note is no training.
    RunStore().annotate(RunStore().find("continued"), "for the lesson")
    again = open_window()
    qtbot.waitUntil(lambda: len(again.runs.table.runs) == 3)
    assert not again.message_bar.isVisible()


def test_a_run_of_another_process_is_drawn_as_it_goes_within_an_epoch_too(
    qtbot: QtBot, config: TrainingConfig, open_window: Open
) -> None:
    training = recording_of(Plan(dataclasses.replace(config, epochs=9), name="a")).events()
    while not isinstance(next(training), EpochEnd):
        pass
    window = open_window()
    choose(qtbot, window, "a")
    qtbot.waitUntil(lambda: shown(window) == {"a"})
    (run,) = window.curves.runs
    measured = len(run.history)
    while not isinstance(next(training), Evaluation):
        pass
    window.run_watcher.refresh()
    qtbot.waitUntil(lambda: len(window.curves.runs[0].history) > measured)
    training.close()


def test_a_run_that_failed_is_shown_where_the_network_is_that_reads(
    qtbot: QtBot, config: TrainingConfig, open_window: Open
) -> None:
    with pytest.raises(generator.TrainingError):
        recorded(Plan(dataclasses.replace(config, learning_rate=1000.0), name="a"))
    recorded(Plan(config, name="b"))
    window = open_window()
    choose(qtbot, window, "a")
    qtbot.waitUntil(lambda: window.controller.selection.network.name == "a")
    looked = window.controller.selection.network
    assert looked.snapshot is not None
    assert looked.snapshot.step == looked.record.step
    qtbot.waitUntil(lambda: len(window.timeline.snapshots) > 0)
    qtbot.waitUntil(lambda: window.timeline.snapshots[window.timeline.slider.value()].step == looked.record.step)


def test_where_a_failed_run_ended_is_told_of_its_own_steps(config: TrainingConfig) -> None:
    recorded(Plan(dataclasses.replace(config, epochs=1), name="parent"))
    parent = RunStore().find("parent").folder
    (step,) = (snapshot.step for snapshot in history.read(parent).measured if snapshot.is_epoch)
    network, record = weights.load(layout.weights_after(parent, step))
    origin = plans.Origin(network, record, "parent", parent, step)
    with pytest.raises(generator.TrainingError):
        recorded(plans.continue_network(origin, dataclasses.replace(config, learning_rate=1000.0), 1))
    child = next(run for run in RunStore().runs() if run.metadata.parent is not None)
    shown = network_loading.at_end(child, RunStore())(NEVER)
    assert shown.snapshot is not None
    there, _ = weights.load(layout.weights_after(child.folder, shown.snapshot.step))
    for mine, kept in zip(shown.network.parameters, there.parameters, strict=True):
        np.testing.assert_array_equal(mine, kept)


def test_a_run_that_was_stopped_fills_its_plots_and_keeps_its_color(
    qtbot: QtBot, config: TrainingConfig, open_window: Open
) -> None:
    record_until(Plan(dataclasses.replace(config, epochs=60), name="a"), epochs=2)
    recorded(Plan(config, name="b"))
    window = open_window()
    choose(qtbot, window, "a")
    qtbot.waitUntil(lambda: shown(window) == {"a"})
    assert window.curves.plots.rate.viewRange()[0][1] < 3
    tick(window, "a")
    choose(qtbot, window, "b")
    qtbot.waitUntil(lambda: shown(window) == {"a", "b"})
    before = {run.name: run.color_index for run in window.curves.runs}
    tick(window, "a")
    choose(qtbot, window, "b")
    qtbot.waitUntil(lambda: shown(window) == {"b"})
    assert {run.name: run.color_index for run in window.curves.runs} == {"b": before["b"]}


def test_every_training_has_the_threads_of_the_form(
    qtbot: QtBot, config: TrainingConfig, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded(Plan(config, name="a"))
    window = open_window()
    threads: list[int] = []

    def train(*args: object, **more: Any) -> Training:
        threads.append(more["threads"])
        return generator.train(*args, **more)

    monkeypatch.setattr(recording, "train", train)
    window.panel.form.threads.setValue(2)
    choose(qtbot, window, "a")
    qtbot.waitUntil(window.run_actions.repeat.isEnabled)
    window.run_actions.repeat.trigger()
    until(qtbot, window, TrainingState.IDLE)
    assert threads == [2]


def test_a_place_of_a_run_that_is_asked_for_at_the_start_is_in_all_views(
    qtbot: QtBot, config: TrainingConfig, settings_path: Path, qapp: object, tmp_path: Path
) -> None:
    recorded(Plan(config, name="a"))
    folder = tmp_path / "elsewhere"
    recorded(Plan(dataclasses.replace(config, hidden="6"), folder=folder))
    store, theme = RunStore(), Theme(qapp)
    window = MainWindow(NetworkHandle.at(resolve("a@1", store)), Settings(settings_path), theme, store)
    qtbot.addWidget(window)
    window.show()
    window.start_background_work()
    qtbot.waitUntil(lambda: shown(window) == {"a"})
    qtbot.waitUntil(lambda: window.timeline.slider.maximum() > 1)
    snapshot = window.timeline.snapshots[window.timeline.slider.value()]
    assert (snapshot.epoch, snapshot.is_epoch) == (1.0, True)
    assert window.runs.run.name == "a"
    # It is the newest network, but not that of its run.
    assert not window.timeline.live.isChecked()
    QTest.mouseClick(window.timeline.live, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.timeline.slider.value() == window.timeline.slider.maximum())
    qtbot.waitUntil(lambda: window.controller.selection.network.record.epoch == 2)
    # And the folder of one that lies elsewhere.
    window.open([folder])
    qtbot.waitUntil(lambda: shown(window) == {"elsewhere"})
    qtbot.waitUntil(lambda: window.controller.selection.network.network.spec == "6")
    assert window.runs.run.name == "elsewhere"
    for busy in (
        window.runs_presenter,
        window.insight,
        window.diagnosis_presenter,
        window.panel.estimator,
        window.controller,
    ):
        busy.close()
