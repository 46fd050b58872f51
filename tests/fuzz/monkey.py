"""A monkey at the window: `uv run python -m tests.fuzz.monkey [--seconds 3600] [--seed 0]`.

It draws, clicks, types, opens good and bad files, trains, deletes, closes and opens again, all at random, in a real
window without a screen. What it must not meet: an exception, an entry in the log, a warning of Qt's or Python's, a
thread that outlives its window, an act that keeps the window for seconds. It prints the acts that led there.
"""

import argparse
import faulthandler
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import warnings
from collections import deque
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import (
    QEvent,
    QMessageLogContext,
    QMetaObject,
    QObject,
    QPoint,
    QPointF,
    Qt,
    QTimer,
    QtMsgType,
    QUrl,
    Slot,
    qInstallMessageHandler,
)
from PySide6.QtGui import QAction, QDesktopServices, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLineEdit, QMenu, QSpinBox, QWidget

from digitpad import folders, logs
from digitpad.app.files.settings import Settings
from digitpad.app.session.network_handle import NetworkHandle
from digitpad.app.start.autosave import Autosave
from digitpad.app.start.recovered_session import RecoveredSession
from digitpad.app.widgets import file_dialogs
from digitpad.app.widgets.theme import Theme
from digitpad.app.window.main_window import MainWindow
from digitpad.data import mnist
from digitpad.engine.files import weights
from digitpad.engine.runs.store import RunStore
from tests.conftest import write_idx
from tests.fuzz.mutation import mutated
from tests.fuzz.readers import READERS, seeds

#: Acts that are printed, seconds that one may take, of which a busy machine takes some, and until Python gives up.
_TOLD, _LONGEST, _HANGS = 40, 6.0, 120
_KEYS = [
    *(getattr(Qt.Key, f"Key_{digit}") for digit in range(10)), Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up,
    Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Space, Qt.Key.Key_Delete,
    Qt.Key.Key_Backspace, Qt.Key.Key_F2, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageDown, Qt.Key.Key_A,
    Qt.Key.Key_Z, Qt.Key.Key_C, Qt.Key.Key_V, Qt.Key.Key_Minus,
]  # fmt: skip
_TEXTS = ["", "8", "3c5, p2", "night", "a/b", "Ünïcode ☃", "1e9", "-1", "200, 10 tanh", "x" * 300, "cos\nine", "0.05"]
_BUTTONS = [Qt.MouseButton.LeftButton] * 6 + [Qt.MouseButton.RightButton]


#: What Qt says of its plugin without a screen, and its file dialog of names that no disk takes.
_OF_QT = ("This plugin does not support", "stat() failed for", "edit: editing failed")


class FoundError(Exception):
    """Something that must not happen."""


class Monkey(QObject):
    """Acts at random on a window, and remembers what it did."""

    def __init__(self, application: QApplication, place: Path, seed: int) -> None:
        super().__init__()
        self.acts: deque[str] = deque(maxlen=_TOLD)
        self.count = 0
        self.findings: list[str] = []
        self._application, self._place = application, place
        self._rng = np.random.default_rng(seed)
        self._theme = Theme(application)
        self._network = weights.load(weights.BUNDLED_MLP)
        self.files = _files(place / "files", self._rng)
        self._digits = _few_digits(place / "digits")
        self._answers = QTimer(self, interval=25)
        self._answers.timeout.connect(self._answer)
        self._answers.start()
        self._waits = 0
        for scheme in ("http", "https", "file", "mailto"):
            QDesktopServices.setUrlHandler(scheme, self, "open_nothing")
        for name in ("ask_open", "ask_save"):
            # Dialogs of the platform's own.
            setattr(file_dialogs, name, lambda *_: self._file())
        self._open()

    @Slot(QUrl)
    def open_nothing(self, _: QUrl) -> None:
        """Open no browser."""

    def act(self) -> None:
        """Do one thing, and see whether it was met with anything but its effect."""
        kinds: list[tuple[int, Callable[[], None]]] = [
            (10, self._draw), (22, self._trigger), (30, self._click), (9, self._type), (5, self._open_file),
            (8, self._rest), (2, self._scroll), (2, self._resize), (2, self._damage), (1, self._reopen),
            (3, self._train), (2, self._write),
        ]  # fmt: skip
        chances = np.array([chance for chance, _ in kinds], float)
        kind = kinds[int(self._rng.choice(len(kinds), p=chances / chances.sum()))][1]
        begun = time.perf_counter()
        kind()
        self._application.processEvents()
        seconds = time.perf_counter() - begun
        if seconds > _LONGEST and kind not in (self._rest, self._reopen):
            self.findings.append(f"the last act took {seconds:.1f} s")
        self.check()
        self.count += 1

    def check(self) -> None:
        """Raise `FoundError` if anything was found."""
        log = logs.log_file()
        if log.exists():
            self.findings.append(log.read_text(encoding="utf-8"))
        if self.findings:
            raise FoundError("\n".join(self.findings))

    def close(self) -> bool:
        """Close the window, and see that it leaves nothing running; tell whether it is closed."""
        self._note("close")
        if self._rng.random() < 0.3:
            self.window.close_by_signal()
            self._until(lambda: not self.window.isVisible())
        elif not self.window.close():
            return False
        self._survival.close()
        self._until(self.window.controller.close)
        if not self.window.controller.close():
            self.findings.append("the training outlives its window")
        self.window.deleteLater()
        self._application.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self._until(lambda: not _threads())
        if left := _threads():
            self.findings.append(f"these threads outlive their window: {left}")
        return True

    def _until(self, is_so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 20
        while not is_so() and time.monotonic() < deadline:
            self._application.processEvents()
            time.sleep(0.01)

    def _open(self) -> None:
        store = RunStore()
        left = RecoveredSession(store)
        shown = left.shown or NetworkHandle.from_file(weights.BUNDLED_MLP, *self._network)
        settings = Settings(self._place / "settings.ini")
        left.apply_geometry(settings)
        self.window = MainWindow(shown, settings, self._theme, store)
        self._survival = Autosave(self.window, left)
        self.window.show()
        self.window.start_background_work()
        form = self.window.panel.form
        form.fields["hidden"].setText("8")
        form.fields["epochs"].setValue(3)
        form.show_data(str(self._digits))
        form.fields["validation"].setValue(100)

    def _reopen(self) -> None:
        if self.close():
            self._note("open")
            self._open()

    def _note(self, action: str) -> None:
        self.acts.append(action)
        # Of a monkey that hangs nothing else is left.
        with (self._place / "acts.txt").open("a", encoding="utf-8") as file:
            file.write(f"{action}\n")

    def _pick(self, things: Any) -> Any:
        return things[int(self._rng.integers(len(things)))]

    def _file(self) -> Path | None:
        path: Path | None = self._pick([*self.files, None])
        self._note(f"  the file {path}")
        return path

    def _draw(self) -> None:
        canvas, button = self.window.canvas, self._pick(_BUTTONS)
        count = int(self._rng.choice([1, 2, 3, 8, 30]))
        way = np.cumsum(self._rng.normal(0, 25, (count, 2)), axis=0) + self._rng.random(2) * canvas.width()
        self._note(f"draw {way.round().tolist()} with {button.name}")
        points = [QPoint(int(x), int(y)) for x, y in way]
        QTest.mousePress(canvas, button, pos=points[0])
        for point in points[1:]:
            QTest.mouseMove(canvas, point)
        QTest.mouseRelease(canvas, button, pos=points[-1])

    def _trigger(self) -> None:
        actions = [
            action
            for action in self.window.actions_by_id.values()
            if action.isEnabled() and action is not self.window.window_actions.quit
        ]
        self._do(self._pick(actions))

    def _do(self, action: QAction) -> None:
        self._note(f"do {action.text()!r}")
        action.trigger()

    def _train(self) -> None:
        actions = self.window.training_actions
        possible = [
            action for action in (actions.start, actions.go_on, actions.pause, actions.stop) if action.isEnabled()
        ]
        if possible:
            self._do(self._pick(possible))

    def _widget(self) -> QWidget | None:
        tops = [top for top in QApplication.topLevelWidgets() if top.isVisible()]
        found = [w for top in tops for w in (top, *top.findChildren(QWidget)) if w.isVisible() and w.isEnabled()]
        return self._pick(found) if found else None

    def _click(self) -> None:
        widget = self._widget()
        if widget is None:
            return
        place = QPoint(*(int(self._rng.integers(0, max(1, length))) for length in (widget.width(), widget.height())))
        button, is_double = self._pick(_BUTTONS), self._rng.random() < 0.1
        self._note(f"{'double ' * is_double}click {button.name} {_name(widget)} at {place.x()}, {place.y()}")
        (QTest.mouseDClick if is_double else QTest.mouseClick)(widget, button, pos=place)

    def _type(self) -> None:
        widget = QApplication.focusWidget() or self.window.canvas
        if self._rng.random() < 0.2 and isinstance(widget, QLineEdit):
            text = self._pick(_TEXTS)
            self._note(f"type {text!r} into {_name(widget)}")
            widget.setText(text)
            return
        key = self._pick(_KEYS)
        kinds = [Qt.KeyboardModifier.NoModifier] * 4 + [
            Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier,
        ]  # fmt: skip
        modifier = self._pick(kinds)
        self._note(f"press {modifier.name} {key.name} in {_name(widget)}")
        QTest.keyClick(widget, key, modifier)

    def _write(self) -> None:
        """Change a setting to something odd."""
        fields = self.window.panel.form.fields
        name = self._pick([n for n in fields if n not in ("data", "ink", "training", "synthetic", "outliers")])
        field = fields[name]
        if isinstance(field, QLineEdit):
            text = self._pick(_TEXTS)
            self._note(f"set {name} to {text!r}")
            field.setText(text)

    def _open_file(self) -> None:
        path = self._file()
        if path is not None:
            self.window.open([path])

    def _rest(self) -> None:
        seconds = float(self._rng.choice([0.05, 0.3, 1.5]))
        self._note(f"rest {seconds} s")
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._application.processEvents()
            time.sleep(0.005)

    def _scroll(self) -> None:
        widget = self._widget()
        if widget is None:
            return
        self._note(f"turn the wheel over {_name(widget)}")
        at = QPointF(widget.rect().center())
        turn = QPoint(0, int(self._rng.choice([-240, -120, 120, 240])))
        wheel = QWheelEvent(
            at, QPointF(widget.mapToGlobal(at.toPoint())), QPoint(), turn, Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(widget, wheel)

    def _resize(self) -> None:
        size = self._pick([(1280, 720), (900, 600), (1920, 1080)])
        self._note(f"resize to {size}")
        self.window.resize(*size)

    def _damage(self) -> None:
        """Do to the runs what another program could: take one away, or damage a file of it."""
        runs = sorted(path for path in RunStore().folder.glob("*/*") if not path.name.startswith("."))
        training = self.window.controller.training
        if not runs or training is not None:
            return
        path = self._pick(runs)
        if self._rng.random() < 0.3:
            self._note(f"take {path.parent.name} away")
            shutil.rmtree(path.parent)
        elif path.is_file():
            self._note(f"damage {path.relative_to(path.parents[1])}")
            content = path.read_bytes()
            replaced = path.with_name(f".{path.name[:60]}.new")
            replaced.write_bytes(mutated(content, [content, b'{"a": 1}'], self._rng))
            replaced.replace(path)

    def _answer(self) -> None:
        """Answer whatever asks, at random; what has waited for long is given up."""
        asking = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        if asking is None:
            self._waits = 0
            return
        self._waits += 1
        if isinstance(asking, QMenu) or self._waits > 40:
            self._note(f"  give {_name(asking)} up")
            asking.reject() if isinstance(asking, QDialog) else asking.close()
            return
        if self._rng.random() < 0.3:
            return
        if isinstance(asking, QDialog):
            for line in asking.findChildren(QLineEdit):
                if not isinstance(line.parent(), QSpinBox):
                    line.setText(self._pick(_TEXTS))
            buttons = [b for b in asking.findChildren(QAbstractButton) if b.isVisible() and b.isEnabled()]
            if buttons:
                button = self._pick(buttons)
                self._note(f"  answer {_name(asking)} by {button.text()!r}")
                # Not from within the timer: a question that follows would wait for it for ever.
                QMetaObject.invokeMethod(button, "click", Qt.ConnectionType.QueuedConnection)
                return
            asking.reject()
        else:
            key = self._pick([Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Escape])
            self._note(f"  press {key.name} in {_name(asking)}")
            QTest.keyClick(asking, key)


def _threads() -> list[str]:
    """Return the threads but the main one; those of Qt's, which Python only looks at, stay in its list for ever."""
    return [thread.name for thread in threading.enumerate()[1:] if not thread.name.startswith("Dummy")]


def _name(widget: QWidget) -> str:
    said = widget.text() if isinstance(widget, QAbstractButton) else ""
    name = widget.accessibleName() or widget.objectName() or said
    parents, parent = [], widget.parentWidget()
    while parent is not None and len(parents) < 3:
        parents.append(type(parent).__name__)
        parent = parent.parentWidget()
    return f"{type(widget).__name__} {name[:40]!r} in {' in '.join(parents)}"


def _files(folder: Path, rng: np.random.Generator) -> list[Path]:
    """Make good and bad files of every format, a folder, and a folder that looks like a run."""
    folder.mkdir()
    before = Path.cwd()
    os.chdir(folder)
    try:
        for name, (ending, _) in READERS.items():
            known = [content for content in seeds(name) if len(content) < 1_000_000]
            for number, content in enumerate(known[:4]):
                (folder / f"{name} {number}{ending}").write_bytes(content)
                (folder / f"{name} {number} bad{ending}").write_bytes(mutated(content, known, rng))
    finally:
        os.chdir(before)
    (folder / "a folder").mkdir()
    (folder / "proj").mkdir()
    (folder / "proj" / "config.json").write_text('{"name": "app"}')
    return sorted(folder.iterdir())


def _few_digits(folder: Path) -> Path:
    folder.mkdir()
    digits = mnist.load()
    for name, part in (("train", digits.training.take(slice(600))), ("t10k", digits.test.take(slice(100)))):
        write_idx(folder / f"{name}-images-idx3-ubyte", 2051, part.images.reshape(-1, 28, 28))
        write_idx(folder / f"{name}-labels-idx1-ubyte", 2049, part.labels)
    return folder


def _watch(monkey: Monkey) -> None:
    """Note everything that nobody would see."""

    def on_error(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        monkey.findings.append("".join(traceback.format_exception(kind, error, trace)))

    def on_message(kind: QtMsgType, _: QMessageLogContext, text: str) -> None:
        if kind is not QtMsgType.QtDebugMsg and not text.startswith(_OF_QT):
            monkey.findings.append(f"Qt says: {text}\n{''.join(traceback.format_stack(limit=8))}")

    sys.excepthook = on_error
    threading.excepthook = lambda args: on_error(args.exc_type, args.exc_value or Exception(), args.exc_traceback)
    sys.unraisablehook = lambda args: on_error(args.exc_type, args.exc_value or Exception(), args.exc_traceback)
    qInstallMessageHandler(on_message)
    warnings.simplefilter("error")


#: Watches from another process, since a hang may hold Python's lock: where no act was noted for a while, it prints what
#: all threads do in C++, too.
_WATCHDOG = """
import os, subprocess, sys, time
process, acts, seconds = int(sys.argv[1]), sys.argv[2], float(sys.argv[3])
while os.getppid() == process:
    time.sleep(0.5)
    if os.path.exists(acts) and time.time() - os.path.getmtime(acts) > seconds:
        command = ["gdb", "-p", str(process), "-batch", "-ex", "thread apply all bt 40"]
        subprocess.run(command, stderr=subprocess.DEVNULL)
        break
"""


def watch_from_outside(acts: Path, seconds: float) -> "subprocess.Popen[bytes] | None":
    """Have gdb, if it is installed, print this process's stacks once nothing was added to `acts` for so long."""
    if not shutil.which("gdb"):
        return None
    command = [sys.executable, "-c", _WATCHDOG, str(os.getpid()), str(acts), str(seconds)]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL)


def main() -> int:
    """Act until the time is over or something is found; return 1 then."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="digitpad-monkey-", ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        os.environ[folders.HOME] = str(place / "home")
        application = QApplication([])
        monkey = Monkey(application, place, options.seed)
        _watch(monkey)
        # Kept: Python complains of a process that is forgotten while it runs.
        watchdog = watch_from_outside(place / "acts.txt", _HANGS - 30)
        end = time.monotonic() + options.seconds
        try:
            while time.monotonic() < end:
                faulthandler.dump_traceback_later(_HANGS, exit=True)
                monkey.act()
            monkey.close()
            monkey.check()
        except Exception as error:
            sys.stdout.write("\n".join([*monkey.acts, "", f"seed {options.seed}, after {monkey.count:,} acts:"]))
            sys.stdout.write("\n" + "".join(traceback.format_exception(error)) + "\n")
            sys.stdout.flush()
            os._exit(1)
        faulthandler.cancel_dump_traceback_later()
        if watchdog is not None:
            watchdog.kill()
        sys.stdout.write(f"seed {options.seed}: {monkey.count:,} acts, nothing found\n")
        sys.stdout.flush()
        qInstallMessageHandler(None)
        # Whatever Qt would still complain of at its end is another program's business.
        os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
