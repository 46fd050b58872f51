"""The controller without a window: acts in, signals out."""

import dataclasses
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from digitpad.app.session.controller import Controller
from digitpad.app.session.network_handle import NetworkHandle
from digitpad.app.session.pace import Pace, PaceMeter
from digitpad.app.session.training_state import TrainingState
from digitpad.data.drawing import Picture
from digitpad.engine.files import weights
from digitpad.engine.runs import history
from digitpad.engine.runs.store import RunStore
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.events import Change, Evaluation, Progress, Started, TrainingEnd
from digitpad.errors import DigitpadError
from tests.resting import until_at_rest

DRAWING = Picture(np.pad(np.ones((16, 4), np.float32), ((6, 6), (12, 12))))


@pytest.fixture
def controller(qtbot: QtBot, bundled_network: NetworkHandle) -> Iterator[Controller]:
    controller = Controller(bundled_network, RunStore())
    yield controller
    qtbot.waitUntil(controller.close)
    controller.deleteLater()


@pytest.fixture
def config(few_digits_folder: Path) -> TrainingConfig:
    return TrainingConfig(hidden="16", learning_rate=0.05, epochs=5, validation=500, data=str(few_digits_folder))


def until_idle(qtbot: QtBot, controller: Controller) -> None:
    qtbot.waitUntil(lambda: controller.is_idle)


def test_each_measurement_is_told_once_and_its_network_reads(
    qtbot: QtBot, controller: Controller, config: TrainingConfig
) -> None:
    measured: list[Evaluation] = []
    controller.measured.connect(lambda event, _: measured.append(event))
    controller.read(DRAWING)
    before = controller.selection.predictions[0].probabilities
    with qtbot.waitSignal(controller.training_started):
        controller.start(config)
    until_idle(qtbot, controller)
    (run,) = controller.store.runs()
    assert isinstance(measured[-1], TrainingEnd)
    assert [event.step for event in measured[:-1]] == [place.step for place in history.read(run.folder).measured]
    newest = controller.selection.newest
    assert (newest.network, newest.run, newest.name) == (measured[-1].network, run.folder, run.name)
    assert controller.selection.network is newest
    read = newest.network.predict(np.rint(255 * DRAWING.image).astype(np.uint8).reshape(1, -1))[0]
    np.testing.assert_allclose(controller.selection.predictions[0].probabilities, read, atol=1e-6)
    assert not np.allclose(read, before)


def test_a_pause_holds_a_change_is_answered_and_a_stop_keeps_the_last_network(
    qtbot: QtBot, controller: Controller, config: TrainingConfig
) -> None:
    ran: list[int] = []
    controller.ran.connect(lambda event, _: ran.append(event.step))
    controller.start(dataclasses.replace(config, epochs=5_000))
    qtbot.waitUntil(lambda: len(ran) > 3)
    controller.pause_or_resume()
    assert controller.state is TrainingState.PAUSED
    until_at_rest(qtbot, lambda: len(ran))
    assert controller.state is TrainingState.PAUSED
    controller.pause_or_resume()
    with qtbot.waitSignal(controller.changed) as answer:
        controller.change(Change(learning_rate=0.01))
    assert answer.args is not None
    assert answer.args[0].learning_rate == 0.01
    controller.stop()
    assert controller.state is TrainingState.STOPPING
    until_idle(qtbot, controller)
    (run,) = controller.store.runs()
    assert run.status == "stopped"
    assert controller.selection.newest.record.step >= ran[-1]


def test_what_is_looked_at_stays_while_a_newer_network_comes(
    qtbot: QtBot, controller: Controller, config: TrainingConfig
) -> None:
    controller.start(config)
    until_idle(qtbot, controller)
    (run,) = controller.store.runs()
    first = history.read(run.folder).measured[0]
    selection = controller.selection
    controller.select_snapshot(run.folder, run.name, first)
    assert (selection.follows_newest, selection.snapshot) == (False, first)
    qtbot.waitUntil(lambda: selection.network.snapshot == first)
    assert selection.network.record.step == 0
    # Who goes on from there wants to see it, and then winds back while it trains.
    controller.continue_network(dataclasses.replace(config, epochs=5_000), controller.selection.network)
    assert controller.selection.follows_newest
    qtbot.waitUntil(lambda: selection.newest.run not in (None, run.folder) and selection.newest.record.step > 0)
    controller.select_snapshot(run.folder, run.name, first)
    qtbot.waitUntil(lambda: selection.network.snapshot == first)
    wound_back, newest = controller.selection.network, controller.selection.newest
    qtbot.waitUntil(lambda: controller.selection.newest is not newest)
    assert controller.selection.network is wound_back
    controller.stop()
    until_idle(qtbot, controller)
    controller.select_newest()
    assert controller.selection.network is controller.selection.newest


def test_a_training_that_diverges_leaves_its_last_good_network(
    qtbot: QtBot, controller: Controller, config: TrainingConfig
) -> None:
    with qtbot.waitSignal(controller.failed) as told:
        controller.start(dataclasses.replace(config, learning_rate=1000))
    until_idle(qtbot, controller)
    assert told.args is not None
    assert "cost is" in told.args[0]
    assert controller.selection.newest.record.step == 0
    assert np.isfinite(controller.selection.newest.network.parameters[0]).all()


def test_networks_are_saved_and_opened_and_a_file_that_is_none_changes_nothing(
    controller: Controller, tmp_path: Path
) -> None:
    controller.open(weights.BUNDLED_MLP)
    opened = controller.selection.network
    controller.save(tmp_path / "mine.safetensors")
    assert controller.selection.network.path == tmp_path / "mine.safetensors"
    (tmp_path / "bad.safetensors").write_bytes(b"no weights")
    with pytest.raises(DigitpadError, match=r"bad\.safetensors"):
        controller.open(tmp_path / "bad.safetensors")
    assert controller.selection.network.network is opened.network


@pytest.mark.parametrize("epochs_a_second", [0.05, 2.0, 50.0])
def test_the_time_left_is_right_within_a_third_once_it_is_told(epochs_a_second: float) -> None:
    """Even though a training's first moments, loading and measuring often, are slower."""
    meter = PaceMeter(Started(training=1_000, validation=500, epochs=100, steps=1_000, parameters=10))
    told: list[tuple[float, Pace]] = []
    seconds, epoch, slow = 0.0, 0.0, min(2.0, 0.5 / epochs_a_second)
    while epoch < 100:
        seconds += 0.1
        epoch = epochs_a_second * max(0.0, seconds - slow) + 0.2 * min(1.0, seconds / slow)
        pace = meter.pace(Progress(round(10 * epoch), epoch, 1.0), seconds)
        if pace is not None:
            told.append((seconds, pace))
    ended = seconds
    assert all(later - sooner > 0.19 for (sooner, _), (later, _) in pairwise(told))
    assert len(told) > 3 * seconds
    assert told[0][1].seconds_left is None
    late = [(at, pace.seconds_left) for at, pace in told if pace.progress.epoch > 3 and 0.5 < at < ended - 1]
    assert late
    assert all(left is not None and 2 / 3 < left / (ended - at) < 4 / 3 for at, left in late)
    digits_per_second = told[-1][1].digits_per_second
    assert digits_per_second == pytest.approx(1_000 * epochs_a_second, rel=0.1)
