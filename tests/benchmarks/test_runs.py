"""What keeping every training costs, and how fast it is wound back: run `python -m pytest tests/benchmarks -s`."""

import gc
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEventLoop
from pytestqt.qtbot import QtBot

from digitpad.app.curves.curves_panel import CurvesPanel
from digitpad.app.curves.plotted_run import PlottedRun
from digitpad.app.session.training_state import TrainingState
from digitpad.app.start import malloc_arenas
from digitpad.app.window.main_window import MainWindow
from digitpad.data.dataset import Digits
from digitpad.engine.files import presets, weights
from digitpad.engine.runs import snapshots
from digitpad.engine.runs.history import History
from digitpad.engine.runs.layout import weights_after
from digitpad.engine.runs.recording import Plan
from digitpad.engine.runs.snapshot import Snapshot
from digitpad.engine.runs.snapshots import Shelf
from digitpad.engine.training import workers
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.events import EpochEnd, Progress
from digitpad.engine.training.generator import Training, train
from tests.benchmarks.spinning import spin
from tests.engine.runs.test_run import contents, recorded, recording
from tests.events import evaluation
from tests.screenshot import draw

ROUNDS = 7


def turned(training: Training) -> list[float]:
    """The seconds of each epoch of a training."""
    times, begun = list[float](), time.perf_counter()
    for event in training:
        if isinstance(event, EpochEnd):
            now = time.perf_counter()
            times.append(now - begun)
            begun = now
    return times


@pytest.mark.parametrize("threads", [1, 2])
def test_recording_an_epoch_costs_little(tmp_path: Path, threads: int) -> None:
    config = replace(presets.load("mlp").config, epochs=6)
    plain, kept = list[float](), list[float]()
    for number in range(ROUNDS):
        plain.append(float(np.median(turned(train(config, threads=threads))[1:])))
        plan = Plan(config, folder=tmp_path / str(number), threads=threads)
        kept.append(float(np.median(turned(recording(plan).events())[1:])))
    ratio = float(np.median(np.array(kept) / np.array(plain)))
    print(
        f"\nan epoch of mlp, {threads} threads: {np.median(plain):.3f} s, recorded {np.median(kept):.3f} s, {ratio:.3f}"
    )
    assert ratio < 1.05


def anonymous_bytes() -> int:
    """Memory of this process that no file stands behind."""
    found = re.search(r"Anonymous:\s+(\d+) kB", Path("/proc/self/smaps_rollup").read_text())
    assert found is not None
    return int(found[1]) * 1024


@pytest.mark.parametrize(("preset", "bound_ms"), [("mlp", 100), ("convnet", 1_000)])
def test_a_digit_is_read_by_two_hundred_networks_at_once(
    mnist_digits: Digits, tmp_path: Path, preset: str, bound_ms: float
) -> None:
    network, record = weights.load(weights.BUNDLED_MLP if preset == "mlp" else weights.BUNDLED)
    places = [Snapshot(step, float(step), True) for step in range(200)]
    for place in places:
        weights.save(weights_after(tmp_path, place.step), network, record)
    before, shelf = anonymous_bytes(), Shelf()
    times = []
    for image in mnist_digits.test.images[:12]:
        begun = time.perf_counter()
        read = [shelf.take(tmp_path, place.step).predict(image[np.newaxis])[0] for place in places]
        times.append(1_000 * (time.perf_counter() - begun))
        assert len(read) == 200
    grown = (anonymous_bytes() - before) / 1e6
    print(f"\n200 networks of {preset}: first {times[0]:.0f} ms, then {np.median(times[1:]):.0f} ms, {grown:.0f} MB")
    assert np.median(times[1:]) < bound_ms
    assert grown < 200


def test_twenty_runs_are_drawn_without_a_stutter(qtbot: QtBot) -> None:
    panel = CurvesPanel()
    qtbot.addWidget(panel)
    panel.resize(900, 500)
    panel.show()
    rng = np.random.default_rng(0)
    runs = []
    for number in range(20):
        run = History()
        for k in range(2_000):
            cost = 2 * np.exp(-k / 400) + 0.05 * rng.random()
            run.add(evaluation(k, k / 100, (cost, 0.9), (1.2 * cost, 0.85)), 0.0)
        runs.append(PlottedRun(Path(str(number)), str(number), run, TrainingConfig(epochs=30), color_index=number))
    growing = runs[0]
    panel.show_runs(runs, growing)
    times = []
    for k in range(200):
        growing.history.add(Progress(2_000 + k, 20 + k / 100, 0.1), 0.0)
        growing.history.add(evaluation(2_000 + k, 20 + k / 100, (0.1, 0.9), (0.12, 0.85)), 0.0)
        begun = time.perf_counter()
        panel.plots.refresh()
        panel.plots.view.viewport().repaint()
        times.append(1_000 * (time.perf_counter() - begun))
        spin(40)
    median, p90 = np.percentile(times[10:], [50, 90])
    print(f"\na frame of 20 runs of 2,000 points: median {median:.1f} ms, p90 {p90:.1f} ms")
    assert median < 4


def test_twenty_kills_at_random_moments_change_nothing(few_digits_folder: Path, tmp_path: Path) -> None:
    arguments = [
        "--hidden",
        "64",
        "--epochs",
        # Long enough for twenty kills on a fast machine.
        "500",
        "--batch-size",
        "16",
        "--validation",
        "500",
        "--optimizer",
        "adam",
    ]
    arguments += ["--learning-rate", "0.001", "--data", str(few_digits_folder)]
    command = [sys.executable, "-m", "digitpad", "train"]
    subprocess.run([*command, *arguments, "--run", str(tmp_path / "straight")], check=True, capture_output=True)
    random.seed(1)
    kills = 0
    where = ["--run", str(tmp_path / "killed")]
    while kills < 20:
        with subprocess.Popen([*command, *(arguments if where[0] == "--run" else []), *where],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:  # fmt: skip
            time.sleep(random.uniform(1.0, 2.5))
            if process.poll() is None:
                os.kill(process.pid, signal.SIGKILL)
                kills += 1
            else:
                break
        if (tmp_path / "killed" / "config.json").exists():
            where = ["--resume", str(tmp_path / "killed")]
    subprocess.run([*command, *where], check=True, capture_output=True)
    print(f"\n{kills} kills")
    assert kills == 20
    assert contents(tmp_path / "killed") == contents(tmp_path / "straight")


def until_idle(window: MainWindow) -> None:
    """Let the window live until its training has ended, and take no time from it: 200 looks a second would be 4 %."""
    loop = QEventLoop()
    window.controller.state_changed.connect(lambda state: loop.quit() if state is TrainingState.IDLE else None)
    loop.exec()


@pytest.mark.parametrize("hidden", ["512", "24c5, p2, 48c3, 64c3, p2, 256"])
def test_the_window_trains_nearly_as_fast_as_the_command_line(window: MainWindow, tmp_path: Path, hidden: str) -> None:
    config = TrainingConfig(hidden=hidden, epochs=4 if hidden == "512" else 2, training=0 if hidden == "512" else 8_000)
    ratios = []
    for number in range(7 if hidden == "512" else 3):
        plan = Plan(config, folder=tmp_path / str(number), threads=workers.helpful(spare=1))
        begun = time.perf_counter()
        recorded(plan)
        alone = time.perf_counter() - begun
        window.controller.start(config)
        begun = time.perf_counter()
        until_idle(window)
        ratios.append((time.perf_counter() - begun) / alone)
    print(f"\nwindow / command line, {hidden}: {np.median(ratios):.3f} of {np.round(ratios, 2)}")
    assert np.median(ratios) < 1.1


def test_thirty_minutes_of_training_need_no_more_memory(open_window: Callable[[], MainWindow]) -> None:
    """`DIGITPAD_MINUTES` may say another number; two of them are not counted. Each network reads the drawing."""
    minutes = float(os.environ.get("DIGITPAD_MINUTES", "30"))
    # As `app.start.main` does.
    malloc_arenas.share_arenas()
    window = open_window()
    gc.collect()
    gc.freeze()
    draw(window)
    window.controller.start(TrainingConfig(hidden="128", batch_size=128, epochs=10_000, learning_rate=0.001))
    begun, sizes = time.monotonic(), list[float]()
    while (passed := time.monotonic() - begun) < 60 * minutes:
        spin(10_000)
        if passed > 120:
            sizes.append(anonymous_bytes() / 1e6)
            if len(sizes) % 6 == 1:
                print(f"\n{passed / 60:5.1f} min {sizes[-1]:7.1f} MB", end="", flush=True)
    grown = float(np.mean(sizes[-3:]) - np.mean(sizes[:3]))
    kept = len(snapshots.steps_in(window.controller.selection.newest.run or Path()))
    print(f"\n{minutes:g} minutes: {grown:.1f} MB, {kept} networks on disk")
    gc.unfreeze()
    assert not window.controller.is_idle
    assert kept > 10
    assert grown < 20
