"""Disks, folders, clipboards, screens and clocks fail while the window is used: a sentence, and nothing is lost."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from digitpad import folders, logs
from digitpad.app.session.training_state import TrainingState
from digitpad.app.window.main_window import MainWindow
from digitpad.engine.files import weights
from digitpad.engine.runs.store import RunStore
from digitpad.files import FileError
from tests.app.driving import choose_file, click, measured_in, until
from tests.app.driving import draw as draw_stroke
from tests.app.start.test_process import TRAINING, close_by_signal

pytestmark = pytest.mark.slow

Open = Callable[[], MainWindow]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Mount a disk of 1 MB, with further options, and take it away at the end."""
    mounted: list[Path] = []

    def mount(options: str = "") -> Path:
        place = tmp_path / f"disk{len(mounted)}"
        place.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size=1m{options}", "tmpfs", str(place)]
        if shutil.which("mount") is None or subprocess.run(command, capture_output=True).returncode != 0:
            pytest.skip("no disk can be mounted here: it takes Linux and root")
        mounted.append(place)
        return place

    yield mount
    for place in mounted:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.fixture(autouse=True)
def log() -> Iterator[None]:
    """Nothing that is foreseen is logged as an error of ours."""
    yield
    assert not logs.log_file().exists(), logs.log_file().read_text()


def begin(window: MainWindow, digits: Path) -> list[object]:
    """Start a training that does not end by itself; return its measurements as they come."""
    for name, value in (("epochs", 10_000), ("validation", 500)):
        window.panel.form.fields[name].setValue(value)
    window.panel.form.fields["hidden"].setText("64")
    window.panel.form.show_data(str(digits))
    measured: list[object] = measured_in(window)
    click(window, "Start")
    return measured


def goes_on(qtbot: QtBot, window: MainWindow, measured: list[object]) -> None:
    """Wait for more measurements; stop; see that the network waits to be saved, and can be."""
    count = len(measured)
    qtbot.waitUntil(lambda: len(measured) > count + 3)
    click(window, "Stop")
    until(qtbot, window, TrainingState.IDLE)
    assert window.isWindowModified()


def take_away(folder: Path) -> None:
    """Remove a folder that is being written into: under another name first, so that no file comes into it meanwhile."""
    shutil.rmtree(folder.rename(folder.with_name(f"{folder.name} taken away")))


def test_on_a_full_disk_a_training_goes_on_and_can_be_saved_to_another(
    qtbot: QtBot, disk: Callable[..., Path], open_window: Open, few_digits_folder: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    full = disk()
    monkeypatch.setenv(folders.HOME, str(full))
    window = open_window()
    draw_stroke(window.canvas, (50, 50), (90, 200))
    drawn = window.canvas.drawing
    measured = begin(window, few_digits_folder)
    qtbot.waitUntil(lambda: "the disk is full" in window.message_bar.label.text())
    goes_on(qtbot, window, measured)
    choose_file(monkeypatch, full / "mine.safetensors")
    window.file_actions.save.trigger()
    assert "the disk is full" in window.message_bar.label.text()
    assert not (full / "mine.safetensors").exists()
    choose_file(monkeypatch, tmp_path / "mine.safetensors")
    window.file_actions.save.trigger()
    saved, _ = weights.load(tmp_path / "mine.safetensors")
    for ours, theirs in zip(saved.parameters, window.controller.selection.newest.network.parameters, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert not window.isWindowModified()
    assert window.canvas.drawing is drawn


def test_where_nothing_can_be_written_a_training_runs_all_the_same(
    qtbot: QtBot, disk: Callable[..., Path], open_window: Open, few_digits_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(folders.HOME, str(disk(",ro")))
    window = open_window()
    measured = begin(window, few_digits_folder)
    qtbot.waitUntil(lambda: "Read-only file system" in window.message_bar.label.text())
    goes_on(qtbot, window, measured)
    folder = window.controller.selection.newest.run
    assert folder is not None
    qtbot.waitUntil(lambda: folder in [run.folder for run in window.runs.table.runs])
    take_away(folder)


def test_where_not_even_temporary_files_have_a_place_a_training_runs_all_the_same(
    qtbot: QtBot, disk: Callable[..., Path], open_window: Open, few_digits_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = disk(",ro")
    monkeypatch.setenv(folders.HOME, str(sealed))
    monkeypatch.setattr(tempfile, "tempdir", str(sealed))
    window = open_window()
    measured = begin(window, few_digits_folder)
    qtbot.waitUntil(lambda: "This run is kept nowhere" in window.message_bar.label.text())
    qtbot.waitUntil(lambda: bool(window.runs_presenter.shown.drawn))
    goes_on(qtbot, window, measured)


def test_a_last_network_that_cannot_be_written_waits_to_be_saved(
    qtbot: QtBot, small: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full when the training has ended already, and its last network is in use."""
    small.panel.form.fields["epochs"].setValue(1)
    entered, may_go_on = threading.Event(), threading.Event()
    save = weights.save

    def refused(path: Path, *arguments: Any) -> None:
        if path.name == "weights.safetensors":
            entered.set()
            may_go_on.wait(60)
            raise FileError(f"cannot write {path}: the disk is full")
        save(path, *arguments)

    monkeypatch.setattr(weights, "save", refused)
    click(small, "Start")
    qtbot.waitUntil(lambda: entered.is_set() and small.controller.selection.newest.record.test_accuracy is not None)
    may_go_on.set()
    until(qtbot, small, TrainingState.IDLE)
    assert small.isWindowModified()
    assert "The training has ended" in small.message_bar.label.text()


def test_a_window_on_a_sealed_disk_opens_trains_and_says_at_its_end_what_is_lost(disk: Callable[..., Path]) -> None:
    seconds, status, errors = close_by_signal(disk(",ro"), signal.SIGTERM, TRAINING, 8)
    assert (status, errors) == (0, ["digitpad: 200 could not be kept for the next start: free some space"])
    assert seconds < 2


def test_when_all_data_are_taken_away_a_training_goes_on(
    qtbot: QtBot, small: MainWindow, few_digits_folder: Path, runs_folder: Path
) -> None:
    measured = begin(small, few_digits_folder)
    qtbot.waitUntil(lambda: len(measured) > 6)
    take_away(runs_folder.parent)
    qtbot.waitUntil(lambda: "its run is not written any more" in small.message_bar.label.text())
    goes_on(qtbot, small, measured)
    small.run_watcher.refresh()
    qtbot.waitUntil(lambda: small.runs.table.runs == [])
    (drawn,) = small.runs_presenter.shown.drawn.values()
    assert drawn.history.measured[-1].step == small.controller.selection.newest.record.step


def test_a_training_on_the_command_line_goes_on_and_saves_where_it_was_told(
    disk: Callable[..., Path], few_digits_folder: Path, tmp_path: Path
) -> None:
    environment = {**os.environ, folders.HOME: str(disk(",ro")), "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-m", "digitpad", "train", "--data", str(few_digits_folder), "--validation", "500"]
    command += ["--epochs", "2", "--hidden", "16", "--out", str(tmp_path / "a.npz")]
    result = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert result.returncode == 0, result.stderr
    assert "Read-only file system" in result.stderr
    assert "Kept as the run" not in result.stdout
    assert weights.load(tmp_path / "a.npz")[1].epoch == 2


def test_where_nothing_can_be_written_the_command_line_keeps_its_network_among_temporary_files(
    disk: Callable[..., Path], few_digits_folder: Path, tmp_path: Path
) -> None:
    environment = {**os.environ, folders.HOME: str(disk()), "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-m", "digitpad", "train", "--data", str(few_digits_folder), "--validation", "500"]
    result = subprocess.run(
        [*command, "--epochs", "9", "--hidden", "64"], capture_output=True, text=True, env=environment
    )
    assert result.returncode == 2
    kept = Path(result.stderr.rpartition("the network was kept in ")[2].strip())
    assert kept.is_relative_to(tmp_path)
    assert weights.load(kept)[1].epoch == 9


def hostile() -> dict[str, QMimeData]:
    """What other programs, or the devil, may have put on the clipboard."""
    contents = {
        "application/x-ndjson": [b"", b"\xff\xfe", b"{", b'{"strokes": []}', b"[" * 100_000, b'{"strokes": "x"}' * 9,
                                 b'{"strokes": [[[1e999, 0]]]}', b'{"strokes": [[[0, 0]]]}\n' * 200_000],
        "image/png": [b"", b"\x89PNG\r\n\x1a\n", b"x" * 1_000_000],
        "image/svg+xml": [b"<svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"],
        "text/html": [b"<img src='file:///etc/passwd'>" * 10_000],
        "text/uri-list": [b"file:///does/not/exist.png", b"file:///dev/zero", b"http://[::"],
        "text/plain": [b"3" * 10_000_000],
        "application/x-qt-image": [b"garbage"],
    }  # fmt: skip
    found = {}
    for kind, bodies in contents.items():
        for number, body in enumerate(bodies):
            data = QMimeData()
            data.setData(kind, body)
            found[f"{kind} {number}"] = data
    for name, image in (("null", QImage()), ("huge", QImage(12_000, 12_000, QImage.Format.Format_Mono))):
        data = QMimeData()
        data.setImageData(image)
        found[name] = data
    return found


@pytest.mark.parametrize("name", hostile())
def test_whatever_lies_on_the_clipboard_is_one_sentence_and_the_drawing_stays(
    name: str, qtbot: QtBot, window: MainWindow
) -> None:
    draw_stroke(window.canvas, (50, 50), (90, 200))
    before = window.canvas.drawing
    QGuiApplication.clipboard().setMimeData(hostile()[name])
    QTest.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    QGuiApplication.clipboard().clear()
    assert window.canvas.drawing is before
    assert window.message_bar.isVisible()
    assert window.message_bar.label.text().count("\n") == 0
    assert len(window.message_bar.label.text()) < 300
    draw_stroke(window.canvas, (150, 50), (190, 200))
    assert window.canvas.drawing is not before


#: Opens a window with a floating view, moves both where told, says whether their middles lie on a screen, and closes.
PLACED = """
import json, sys
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDockWidget
from digitpad.app.start import main
from digitpad.app.window import main_window

initial = main_window.MainWindow.__init__

def make(self, *arguments):
    initial(self, *arguments)
    QTimer.singleShot(200, lambda: place(self))
    QTimer.singleShot(600, lambda: tell(self))

def place(window):
    window.insight.docks.all_actions[0].trigger()
    if {moves}:
        dock = window.findChild(QDockWidget)
        dock.setFloating(True)
        window.move(2200, 100)
        dock.move(2300, 200)

def tell(window):
    boxes = [window.frameGeometry(), window.findChild(QDockWidget).frameGeometry()]
    screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
    print(json.dumps([any(screen.contains(box.center()) for screen in screens) for box in boxes]), flush=True)
    window.close()

main_window.MainWindow.__init__ = make
sys.exit(main.run([]))
"""


def test_what_lay_on_a_screen_that_was_unplugged_comes_back_on_one_that_is_there(tmp_path: Path) -> None:
    def told(screens: int, moves: bool) -> object:
        size = {"y": 0, "width": 1920, "height": 1080, "logicalDpi": 96}
        places = [{"name": f"s{k}", "x": 1920 * k, **size} for k in range(screens)]
        config = tmp_path / f"{screens}.json"
        config.write_text(json.dumps({"screens": places}))
        environment = {
            **os.environ, folders.HOME: str(tmp_path),
            "QT_QPA_PLATFORM": f"offscreen:configfile={config}",
        }  # fmt: skip
        code = PLACED.replace("{moves}", str(moves))
        command = [sys.executable, "-c", code]
        result = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60)
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout)

    assert told(2, moves=True) == [True, True]
    assert told(1, moves=False) == [True, True]


def test_a_clock_that_is_set_back_disturbs_no_run(
    qtbot: QtBot, small: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    timeline = iter(["2026-03-29T12:00:00+01:00", "2026-03-29T11:00:00+01:00", "2020-01-01T00:00:00+01:00"] * 9)
    for module in ("recording", "run_writer"):
        monkeypatch.setattr(f"digitpad.engine.runs.{module}.now", lambda: next(timeline))
    small.panel.form.fields["epochs"].setValue(2)
    for _ in range(3):
        click(small, "Start")
        until(qtbot, small, TrainingState.IDLE)
    runs = RunStore().runs()
    assert len({run.name for run in runs}) == len(runs) == 3
    assert [run.status for run in runs] == ["ended"] * 3
    assert all(run.metadata.seconds > 0 for run in runs)
    qtbot.waitUntil(lambda: len(small.runs.table.runs) == 3)
