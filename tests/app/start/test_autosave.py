"""A window that is killed, and the next one: real processes, and the kernel's own SIGKILL."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from digitpad import folders

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="kills processes by signals"),
]

#: Opens the window, hands it to `begin` when its loop runs, and prints what that returns.
SCRIPT = """
import json, sys
from PySide6.QtCore import QTimer
from digitpad.app.start import main
from digitpad.app.window import main_window

initial = main_window.MainWindow.__init__

{begin}

def make(self, *arguments):
    initial(self, *arguments)
    QTimer.singleShot(100, lambda: print(json.dumps(begin(self)), flush=True))

main_window.MainWindow.__init__ = make
sys.exit(main.run([]))
"""
DRAWN = """
import numpy as np
from digitpad.app.start import autosave
from digitpad.data.ink import Ink
from tests.screenshot import draw

autosave._PAUSE_MS = 50

def begin(window):
    draw(window)
    window.canvas.replace(Ink((*window.canvas.drawing.strokes, np.array([[1.5, 2.25], [30.0, 200.0]]))), "Write")
    window.canvas.undo()
    window.file_actions.open_bundled_mlp.trigger()
    window.panel.form.fields["hidden"].setText("{hidden}")
    window.insight.docks.all_actions[2].trigger()
    return "drawn"
"""
#: A window's layout, recorded: two views behind each other's tabs, others torn off or lent; compressed.
LAYOUT = """
eNptkE0KwkAMhV9rhSIigivBQ7hVb+JObEGRVrHVtQdwKXgDj+DWK3gC8Rz+1S+dunPgTZLJS14mkgpx3sBz8EaSf3r5RMGLq2Mh
NifXfeDULFV/crWVaK5MuSZaKFZW49ESfWp6oG9BE04Ka65IsYmo4GDG5hijUfaItVIW/suHmqGQKvpb3dKa2gk9lqbDdP6A5yO4
4e/cDFNt4G1tSpu/gvfB3p3GGkbq/vBjnK2P00jonlCdMmnZYUj1AdoVu2crl2pPQQX7SWgL1BcmF0UF
"""
#: The system ends a window of that layout.
TABBED = """
import base64, zlib
from tests.screenshot import draw

def begin(window):
    draw(window)
    window.restoreState(zlib.decompress(base64.b64decode("{layout}")))
    QTimer.singleShot(500, window.close_by_signal)
    return "tabbed"
"""
TOLD = """
def begin(window):
    stack = window.canvas.undo_stack
    told = dict(
        strokes=[stroke.tolist() for stroke in window.canvas.drawing.strokes],
        texts=[stack.text(k) for k in range(stack.count())],
        done=stack.index(), hidden=window.panel.form.config().hidden, network=window.controller.selection.network.title,
        prediction=window.prediction.label.text, said=window.message_bar.label.text(),
        steps=window.insight.steps.isVisible(),
    )
    if {closes}:
        QTimer.singleShot(0, window.close)
    return told
"""

TRAINING = """
from PySide6.QtCore import QEventLoop
from digitpad.app.start import autosave
from digitpad.engine.training.config import TrainingConfig

autosave._PAUSE_MS = 50

def begin(window):
    loop = QEventLoop()
    measured = []
    QTimer.singleShot(60_000, loop.quit)

    def watch(event, _):
        # In the second epoch, whose networks are not kept before its end.
        if 1 < event.epoch < 2 and not measured:
            measured.append(event)
            QTimer.singleShot(500, loop.quit)

    window.controller.measured.connect(watch)
    window.controller.start(
        TrainingConfig(hidden="16", batch_size=1, epochs=1000, validation=500, data={data!r}, learning_rate=1e-5)
    )
    loop.exec()
    return window.controller.selection.network.name
"""
OFFERED = """
from PySide6.QtCore import QEventLoop

def begin(window):
    loop = QEventLoop()
    QTimer.singleShot(60_000, loop.quit)
    look = QTimer(interval=20)
    look.timeout.connect(lambda: loop.quit() if "can be resumed" in window.message_bar.label.text() else None)
    look.start()
    loop.exec()
    QTimer.singleShot(0, window.close)
    return dict(network=window.controller.selection.network.name, said=window.message_bar.label.text())
"""


@pytest.fixture
def processes(tmp_path: Path) -> Iterator["Processes"]:
    processes = Processes(tmp_path)
    yield processes
    processes.kill()


class Processes:
    """Windows of one user's."""

    def __init__(self, home: Path) -> None:
        self._environment = {
            **os.environ,
            folders.HOME: str(home),
            "QT_QPA_PLATFORM": "offscreen",
            "PYTHONFAULTHANDLER": "1",
        }
        self.states = home / "windows"
        self.running: list[subprocess.Popen[str]] = []

    def start(self, begin: str, script: str = SCRIPT) -> object:
        """Start a window and return what its `begin` tells."""
        command = [sys.executable, "-c", script.format(begin=begin)]
        process = subprocess.Popen(
            command,
            env=self._environment,
            cwd=Path(__file__).parents[3],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.running.append(process)
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, process.communicate()[1]
        return json.loads(line)

    def wait_for_states(self, count: int, holding: str) -> None:
        """Wait until so many states hold some text."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if sum(holding in path.read_text() for path in self.states.glob("*.state")) == count:
                return
            time.sleep(0.05)
        # What they were doing is what one wants to know.
        for process in self.running:
            process.send_signal(signal.SIGABRT)
        told = [process.communicate()[1] for process in self.running]
        raise AssertionError("\n".join([*(path.name for path in self.states.glob("*")), *told]))

    def kill(self) -> None:
        """Kill all windows, as a power cut would."""
        for process in self.running:
            process.send_signal(signal.SIGKILL)
            process.communicate()
        self.running.clear()

    def close(self) -> None:
        """Wait for windows that close themselves."""
        for process in self.running:
            _, errors = process.communicate(timeout=60)
            told = [line for line in errors.splitlines() if not line.startswith("This plugin does not support")]
            assert (process.returncode, told) == (0, [])
        self.running.clear()


def drawn(hidden: str) -> str:
    return DRAWN.replace("{hidden}", hidden)


def told(*, closes: bool) -> str:
    return TOLD.replace("{closes}", str(closes))


def test_a_killed_window_comes_back_once(processes: Processes) -> None:
    processes.start(drawn("33, 12"))
    processes.wait_for_states(1, '"33, 12"')
    processes.kill()
    found = processes.start(told(closes=True))
    assert isinstance(found, dict)
    assert len(found["strokes"]) == 1
    assert (found["texts"], found["done"]) == (["Stroke", "Write"], 1)
    assert (found["hidden"], found["network"], found["prediction"]) == ("33, 12", "Bundled MLP", "3")
    assert "ended unexpectedly the last time" in found["said"]
    assert found["steps"]
    processes.close()
    assert list(processes.states.iterdir()) == []
    found = processes.start(told(closes=True))
    assert isinstance(found, dict)
    assert (found["strokes"], found["said"]) == ([], "")
    processes.close()


def test_views_behind_tabs_come_back_when_the_system_ended_the_window(processes: Processes) -> None:
    # Put back twice before it is shown, such a window crashes in Qt.
    processes.start(TABBED.replace("{layout}", LAYOUT.replace("\n", "")))
    processes.close()
    found = processes.start(told(closes=True))
    assert isinstance(found, dict)
    assert len(found["strokes"]) == 1
    processes.close()


def test_a_window_that_is_killed_while_it_trains_has_the_newest_network_back_that_was_kept(
    processes: Processes, few_digits_folder: Path
) -> None:
    name = processes.start(TRAINING.replace("{data!r}", repr(str(few_digits_folder))))
    processes.wait_for_states(1, "/runs/")
    processes.kill()
    found = processes.start(OFFERED)
    assert isinstance(found, dict)
    assert found["network"] == name
    assert "ended unexpectedly the last time" in found["said"]
    assert "but for the network" not in found["said"]
    assert f"The training of {name} was interrupted after" in found["said"]
    processes.close()


def test_two_windows_keep_two_states_and_a_damaged_one_is_set_aside(processes: Processes) -> None:
    for hidden in ("21", "22"):
        processes.start(drawn(hidden))
        processes.wait_for_states(1, f'"{hidden}"')
    processes.kill()
    # A lock that is still held for a moment costs another start, and no state.
    found = list[dict[str, object]]()
    while len(found) < 4 and {"21", "22"} - {f["hidden"] for f in found}:
        back = processes.start(told(closes=False))
        assert isinstance(back, dict)
        found.append(back)
    assert sorted(str(f["hidden"]) for f in found if f["hidden"] != "200") == ["21", "22"], found
    processes.kill()
    for path in processes.states.iterdir():
        path.unlink()
    (processes.states / "1-a.state").write_text('{"version": 1')
    again = processes.start(told(closes=True))
    assert isinstance(again, dict)
    assert again["strokes"] == []
    assert "1-a.damaged" in again["said"]
    processes.close()
    assert (processes.states / "1-a.damaged").read_text() == '{"version": 1'


def test_what_came_back_comes_back_again_where_that_window_is_killed_at_once(processes: Processes) -> None:
    processes.start(drawn("33, 12"))
    processes.wait_for_states(1, '"33, 12"')
    slow = "from digitpad.app.start import autosave\nautosave._PAUSE_MS = autosave._LOOK_MS = 600_000\n"
    for _ in range(3):
        processes.kill()
        found = processes.start(slow + told(closes=False))
        assert isinstance(found, dict)
        assert (found["hidden"], len(found["strokes"])) == ("33, 12", 1)
    # Whatever ends every window that has it back is not tried for ever.
    processes.kill()
    found = processes.start(told(closes=True))
    assert isinstance(found, dict)
    assert found["strokes"] == []
    assert "cannot be restored" in found["said"]
    processes.close()
    assert [path.suffix for path in processes.states.iterdir()] == [".damaged"]


UNSAVED = """
import numpy as np
from digitpad.app.session.network_handle import NetworkHandle
from digitpad.app.start import autosave
from digitpad.data import mnist
from digitpad.engine.files.weights import TrainingRecord
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.generator import new_network
from tests.screenshot import draw

autosave._PAUSE_MS, autosave._LOOK_MS, autosave._RETRY_MS = 50, 100, 300

def begin(window):
    {before}
    draw(window)
    window.controller.use_network(lost({hidden!r}))
    return "made"

def lost(hidden):
    # A network whose run was taken away.
    network = new_network(TrainingConfig(hidden=hidden), mnist.load())
    return NetworkHandle(network, TrainingRecord(step=9), hidden, is_kept=False)
"""


def unsaved(hidden: str, before: str = "pass") -> str:
    """A window with a drawing and a network that is in no file."""
    return UNSAVED.replace("{hidden!r}", repr(hidden)).replace("{before}", before)


def told_by(processes: Processes, *, closes: bool = True) -> dict[str, object]:
    found = processes.start(told(closes=closes))
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_network_that_is_in_no_file_waits_for_the_next_start_after_a_signal(
    processes: Processes, number: signal.Signals
) -> None:
    processes.start(unsaved("17"))
    (process,) = processes.running
    process.send_signal(number)
    processes.close()
    found = told_by(processes, closes=False)
    assert (found["network"], len(found["strokes"])) == ("17", 1)
    assert "the drawing, the settings and the network are restored" in str(found["said"])
    # The drawing alone waits, too.
    processes.kill()
    for path in processes.states.iterdir():
        path.unlink()
    processes.start(drawn("33, 12"))
    processes.running[0].send_signal(number)
    processes.close()
    found = told_by(processes, closes=False)
    assert (found["network"], len(found["strokes"])) == ("Bundled MLP", 1)
    # Killed at once, it comes back once more.
    processes.kill()
    assert told_by(processes, closes=False)["network"] == "Bundled MLP"


@pytest.mark.parametrize("pause", [0.0, 0.05, 0.12, 0.2])
def test_a_second_signal_does_not_end_what_the_first_one_began(processes: Processes, pause: float) -> None:
    processes.start(unsaved("300"))
    (process,) = processes.running
    for _ in range(3):
        process.send_signal(signal.SIGTERM)
        time.sleep(pause)
    processes.close()
    found = told_by(processes, closes=False)
    assert (found["network"], len(found["strokes"])) == ("300", 1)


def test_a_signal_answers_no_question(processes: Processes) -> None:
    """With the question of Start open, neither is the network thrown away nor does a training begin."""
    asks = "QTimer.singleShot(0, window.training_actions.start.trigger)"
    tells = "QTimer.singleShot(900, lambda: print(type(QApplication.activeModalWidget()).__name__, flush=True))"
    imports = "from PySide6.QtWidgets import QApplication"
    processes.start(unsaved("17", f"{imports}; window.controller.replaced.connect(lambda: ({asks}, {tells}))"))
    (process,) = processes.running
    assert process.stdout is not None
    assert process.stdout.readline() == "QMessageBox\n"
    process.send_signal(signal.SIGTERM)
    processes.close()
    assert not list(processes.states.parent.glob("runs/*/config.json"))
    assert told_by(processes)["network"] == "17"


def test_on_a_nearly_full_disk_what_is_smallest_and_dearest_is_written_first(
    processes: Processes,
) -> None:
    """The limit on a file's size stands in for the room on the disk: the drawing fits, the network does not."""
    limit = "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    limit += "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))"
    more = "; QTimer.singleShot(2500, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2))"
    processes.start(unsaved("200", limit))
    processes.wait_for_states(1, '"lost": "200"')
    processes.kill()
    found = told_by(processes)
    assert (len(found["strokes"]), found["network"]) == (1, "Bundled network")
    assert "the drawing and the settings are restored; the network 200 is not" in str(found["said"])
    processes.close()
    # Where room is made later, it is tried again, though nothing has changed.
    processes.start(unsaved("200", limit + more))
    processes.wait_for_states(1, '"lost": "200"')
    processes.wait_for_states(1, '"name": "200"')
    processes.kill()
    assert told_by(processes, closes=False)["network"] == "200"


def test_on_a_nearly_full_disk_a_long_history_gives_way_to_what_is_on_the_sheet(processes: Processes) -> None:
    limit = "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    limit += "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY)); "
    long = "window.canvas.replace(Ink((np.random.default_rng(0).random((9_000, 2)),)), 'Open'); window.canvas.clear()"
    processes.start(unsaved("4", f"from digitpad.data.ink import Ink; {limit}{long}"))
    processes.wait_for_states(1, '"is_cut": true')
    processes.kill()
    found = told_by(processes, closes=False)
    assert (found["texts"], len(found["strokes"])) == (["Clear", "Stroke"], 1)
    assert "what was drawn first could not be kept" in str(found["said"])


def test_what_a_process_that_died_left_half_written_is_removed_at_the_next_start(processes: Processes) -> None:
    processes.states.mkdir()
    for place in (processes.states, processes.states.parent):
        for name in (".1-a.state.0123abcd.part", ".x.00000000.part"):
            (place / name).write_bytes(b"half")
            os.utime(place / name, (1.7e9, 1.7e9))
        (place / ".new.01234567.part").write_bytes(b"being written")
        (place / "mine.part").write_bytes(b"somebody's")
        os.utime(place / "mine.part", (1.7e9, 1.7e9))
    told_by(processes)
    processes.close()
    for place in (processes.states, processes.states.parent):
        assert {path.name for path in place.glob("*part")} == {".new.01234567.part", "mine.part"}


def test_a_state_that_cannot_be_given_back_is_set_aside_and_said_once(processes: Processes) -> None:
    processes.start(drawn("33, 12"))
    processes.wait_for_states(1, '"33, 12"')
    processes.kill()
    broken = "from digitpad.app.canvas import canvas\ncanvas.Canvas.replace = lambda *_: 1 / 0\n"
    stroke = "def begin(window):\n    draw(window)\n    prediction = window.prediction.label.text\n"
    told_more = (
        told(closes=True)
        .replace("def begin(window):\n", stroke)
        .replace("prediction=window", "read=prediction, v=window")
    )
    found = processes.start("from tests.screenshot import draw\n" + broken + told_more)
    assert isinstance(found, dict)
    assert "cannot be restored: Internal error (ZeroDivisionError" in found["said"]
    # What is drawn then is read as ever.
    assert (found["read"], len(found["strokes"])) == ("3", 1)
    processes.close()
    assert [path.suffix for path in processes.states.iterdir()] == [".damaged"]
    assert told_by(processes)["said"] == ""
    processes.close()


def test_changes_that_come_fast_do_not_put_off_the_writing(processes: Processes) -> None:
    drawing = """
import numpy as np
from digitpad.app.start import autosave
from digitpad.data.ink import Ink

autosave._PAUSE_MS, autosave._LOOK_MS = 400, 600_000

def begin(window):
    def more():
        strokes = window.canvas.drawing.strokes
        window.canvas.replace(Ink((*strokes, np.array([[20.0 + 5 * len(strokes), 40], [90, 200.5]]))), "Write")

    # The pen counts as moving for longer than that.
    timer = QTimer(window, interval=20)
    timer.timeout.connect(more)
    timer.start()
    return "drawing"
"""
    processes.start(drawing)
    processes.wait_for_states(1, "200.5")


def test_a_window_that_is_closed_before_the_main_loop_runs_ends_its_process(processes: Processes) -> None:
    """A view in sight runs a loop of its own when it is shown; this stands for one in which a signal arrives."""
    closing = """
def closed_at_once(window):
    show = type(window).show
    def show_and_close():
        show(window)
        window.close_by_signal()
    window.show = show_and_close

def begin(window):
    return "never"

def watch(self, *arguments):
    initial(self, *arguments)
    closed_at_once(self)
    print('"made"', flush=True)

"""
    script = SCRIPT.replace("main_window.MainWindow.__init__ = make", "main_window.MainWindow.__init__ = watch")
    assert processes.start(closing, script) == "made"
    processes.close()
