"""Winding back in the real window: the slider, the strip, and what all views show then."""

import dataclasses
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from digitpad.app.session.training_state import TrainingState
from digitpad.app.timeline.timeline import Timeline
from digitpad.app.window.main_window import MainWindow
from digitpad.data import ink_files
from digitpad.data.ink import Ink
from digitpad.data.ink_files import LabeledInk
from digitpad.engine.files import weights
from digitpad.engine.runs.recording import Plan
from digitpad.engine.runs.store import RunStore
from tests.app.driving import choose_file, click, measured_in, until
from tests.app.runs.test_runs import choose
from tests.engine.runs.test_run import SMALL, recorded
from tests.screenshot import draw

pytestmark = pytest.mark.slow

Open = Callable[[], MainWindow]


@pytest.fixture
def wound(qtbot: QtBot, open_window: Open, few_digits_folder: Path) -> MainWindow:
    """A window with a three on its canvas, and a run of three epochs chosen."""
    recorded(Plan(dataclasses.replace(SMALL, epochs=3, data=str(few_digits_folder)), name="night"))
    window = open_window()
    draw(window)
    choose(qtbot, window, "night")
    qtbot.waitUntil(lambda: window.timeline.slider.maximum() > 5)
    qtbot.waitUntil(lambda: window.controller.selection.network.run is not None)
    return window


def select_snapshot(qtbot: QtBot, window: MainWindow, epoch: float) -> None:
    """Move the slider to an epoch with the keyboard."""
    QTest.keyClick(window.timeline.slider, Qt.Key.Key_Home)
    while window.timeline.snapshots[window.timeline.slider.value()].epoch < epoch:
        QTest.keyClick(window.timeline.slider, Qt.Key.Key_Right)
    step = window.timeline.snapshots[window.timeline.slider.value()].step
    qtbot.waitUntil(lambda: window.controller.selection.network.record.step == step)


@pytest.mark.parametrize("epoch", [0, 1, 3])
def test_the_prediction_at_an_epoch_is_that_of_the_command_line(
    qtbot: QtBot, wound: MainWindow, tmp_path: Path, epoch: int
) -> None:
    select_snapshot(qtbot, wound, epoch)
    drawing = wound.canvas.drawing
    assert isinstance(drawing, Ink)
    ink_files.write(tmp_path / "a.jsonl", LabeledInk(drawing))
    command = [sys.executable, "-m", "digitpad", "classify", "--json", "--weights", f"night@{epoch}"]
    result = subprocess.run([*command, str(tmp_path / "a.jsonl")], capture_output=True, text=True, check=True)
    read = json.loads(result.stdout)
    (prediction,) = wound.controller.selection.predictions
    assert read["probability"] == pytest.approx(prediction.probability, abs=1e-3)
    assert read["digits"] == [prediction.digit if prediction.is_digit else None]
    title = "night" if epoch == 3 else f"night@{epoch}"
    assert wound.network_label.text().startswith(title)
    assert wound.windowTitle().startswith(title)


def test_every_view_follows_and_live_returns_to_the_newest(qtbot: QtBot, wound: MainWindow) -> None:
    newest = wound.controller.selection.newest
    select_snapshot(qtbot, wound, 0)
    assert not wound.timeline.live.isChecked()
    assert "untrained" in wound.network_label.text()
    np.testing.assert_array_equal(
        wound.prediction.bars.prediction.probabilities, wound.controller.selection.predictions[0].probabilities
    )
    assert wound.prediction.label.text != "3"
    QTest.mouseClick(wound.timeline.live, Qt.MouseButton.LeftButton)
    assert wound.controller.selection.network is newest
    assert wound.timeline.live.isChecked()
    assert wound.prediction.label.text == "3"


def test_saving_while_wound_back_saves_that_network_and_says_so(
    qtbot: QtBot, wound: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    select_snapshot(qtbot, wound, 1)
    choose_file(monkeypatch, tmp_path / "early.npz")
    wound.file_actions.save.trigger()
    assert wound.statusBar().currentMessage() == "night@1 was saved to early.npz"
    _, record = weights.load(tmp_path / "early.npz")
    assert record.epoch == 1


def test_the_strip_shows_what_each_network_makes_of_the_drawing(qtbot: QtBot, wound: MainWindow) -> None:
    strip = wound.timeline.timeline
    qtbot.waitUntil(lambda: len(strip.probabilities) > 5 and not np.isnan(strip.probabilities).any())
    image = wound.prediction.seen.prediction.image
    folder = RunStore().find("night").folder
    for snapshot, probabilities in zip(wound.timeline.snapshots, strip.probabilities, strict=True):
        network, _ = weights.load(folder / f"weights-{snapshot.step}.safetensors")
        expected = network.predict(np.round(image * 255).reshape(1, -1))[0]
        np.testing.assert_allclose(probabilities, expected, atol=1e-5)
    assert "predicted in turn as" in strip.accessibleDescription()
    before = strip.probabilities
    wound.canvas.clear()
    qtbot.waitUntil(lambda: len(strip.probabilities) == 0)
    draw(wound)
    qtbot.waitUntil(lambda: len(strip.probabilities) == len(before))
    qtbot.waitUntil(lambda: not np.isnan(strip.probabilities).any())
    np.testing.assert_allclose(strip.probabilities, before, atol=1e-5)


def test_a_click_on_the_strip_winds_there(qtbot: QtBot, wound: MainWindow) -> None:
    qtbot.waitUntil(lambda: len(wound.timeline.timeline.probabilities) > 5)
    QTest.mouseClick(wound.timeline.timeline, Qt.MouseButton.LeftButton, pos=QPoint(2, 10))
    qtbot.waitUntil(lambda: wound.controller.selection.network.record.step == 0)
    assert wound.timeline.slider.value() == 0


def test_continue_from_an_earlier_epoch_is_a_new_run(qtbot: QtBot, wound: MainWindow, few_digits_folder: Path) -> None:
    select_snapshot(qtbot, wound, 1)
    wound.panel.form.show_config(dataclasses.replace(SMALL, epochs=1, data=str(few_digits_folder)))
    click(wound, "Continue")
    until(qtbot, wound, TrainingState.IDLE)
    runs = {run.name: run for run in RunStore().runs()}
    child = next(run for name, run in runs.items() if name != "night")
    assert child.metadata.parent is not None
    assert (child.metadata.parent.step, runs["night"].figures.epochs) == (30, 3)


def test_during_a_training_earlier_networks_can_be_looked_at(qtbot: QtBot, small: MainWindow) -> None:
    draw(small)
    small.panel.form.fields["epochs"].setValue(10_000)
    measured = measured_in(small)
    click(small, "Start")
    qtbot.waitUntil(lambda: len(measured) > 12 and small.timeline.slider.maximum() > 6)
    shown = list[int]()
    small.controller.selection.network_changed.connect(lambda network: shown.append(network.record.step))
    QTest.keyClick(small.timeline.slider, Qt.Key.Key_Home)
    # A network that is measured while the wished one is read would be shown.
    assert not small.controller.selection.follows_newest
    qtbot.waitUntil(lambda: small.controller.selection.network.record.step == 0)
    assert shown == [0]
    count = len(measured)
    qtbot.waitUntil(lambda: len(measured) > count + 5)
    assert small.controller.selection.network.record.step == 0
    assert small.controller.selection.newest.record.step > 0
    assert small.timeline.slider.value() == 0
    QTest.mouseClick(small.timeline.live, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: small.controller.selection.network is small.controller.selection.newest)
    click(small, "Stop")
    until(qtbot, small, TrainingState.IDLE)


def test_the_bands_of_the_strip_are_as_high_as_the_probabilities(qtbot: QtBot) -> None:
    strip = Timeline()
    qtbot.addWidget(strip)
    strip.resize(202, 102)
    probabilities = np.zeros((3, 10))
    probabilities[:, 2], probabilities[:, 7] = 0.25, 0.75
    strip.show_probabilities(probabilities, "")
    image = strip.grab().toImage()
    column = [image.pixelColor(30, y).name() for y in range(5, 97)]
    low, high = column[-1], column[0]
    assert low != high
    assert column.count(high) / len(column) == pytest.approx(0.75, abs=0.05)
    assert column.count(low) / len(column) == pytest.approx(0.25, abs=0.05)


def test_between_two_networks_the_strip_goes_straight_from_one_to_the_other(qtbot: QtBot) -> None:
    strip = Timeline()
    qtbot.addWidget(strip)
    strip.resize(302, 202)
    # The moment in the middle is not known yet.
    probabilities = np.full((3, 10), np.nan)
    probabilities[[0, 2]] = np.eye(10)[[1, 8]]
    strip.show_probabilities(probabilities, "")
    image = strip.grab().toImage()
    one, eight = image.pixelColor(3, 100).name(), image.pixelColor(298, 100).name()
    assert one != eight
    # From below, away from the labels: the share of the 1 falls from all to none.
    for x in range(10, 300, 20):
        column = [image.pixelColor(x, y).name() for y in range(2, 200)]
        share = column.count(one) / (column.count(one) + column.count(eight))
        assert share == pytest.approx(1 - x / 300, abs=0.02)


def test_the_slider_goes_where_another_part_of_the_window_winds_to(qtbot: QtBot, wound: MainWindow) -> None:
    select_snapshot(qtbot, wound, 1)
    run, snapshot = wound.controller.selection.network.run, wound.timeline.snapshots[0]
    assert run is not None
    wound.controller.select_snapshot(run, "night", snapshot)
    assert wound.timeline.slider.value() == 0
    qtbot.waitUntil(lambda: wound.controller.selection.network.record.step == 0)
    # A new list of moments leaves it there.
    draw(wound)
    qtbot.waitUntil(lambda: wound.timeline.timeline.probabilities.shape[0] > 5)
    assert wound.timeline.slider.value() == 0
