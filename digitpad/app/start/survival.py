"""Keeps what a window would lose if it were killed, and gives it back to the next one. It knows the window."""

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from digitpad import folders
from digitpad.app.paper.drawing_act import DrawingAct
from digitpad.app.session.fetching import Fetcher
from digitpad.app.session.shown_network import BUNDLED_NAMES, ShownNetwork
from digitpad.engine.files import weights, window_state
from digitpad.engine.files.window_state import StateError, WindowState
from digitpad.engine.runs.references import resolve
from digitpad.engine.runs.store import RunStore
from digitpad.engine.training.config import TrainingConfig
from digitpad.errors import DigitpadError
from digitpad.files import read_bounded, write_atomically

if TYPE_CHECKING:
    from filelock import FileLock

    from digitpad.app.window.main_window import MainWindow

#: Milliseconds between a change and its being written, from there on while the pen moves, and from one look at what
#: emits no signal to the next.
_PAUSE_MS, _AGAIN_MS, _LOOK_MS = 1_500, 100, 4_000
_SUFFIX, _LOCK, _DAMAGED = ".state", ".lock", ".damaged"
#: Marks a state in its name that was brought back; one that ends so many windows at once is not tried again.
_TRIED, _MOST_TRIES = "+", 3
_BACK = "digitpad was not closed the last time: the drawing, the settings and the network are as they were then"


def folder() -> Path:
    """Return where the windows that are open keep their states."""
    return folders.data() / "windows"


class Left:
    """What a window that was killed has left, if one has: its `state` and a `sentence` about it.

    It stays on the disk until `forget`: this window may be killed, too, before it has written anything.
    """

    def __init__(self, store: RunStore) -> None:
        self.state: WindowState | None = None
        self.sentence = ""
        self.shown: ShownNetwork | None = None
        self._kept: tuple[Path, FileLock] | None = None
        for path in sorted(folder().glob(f"*{_SUFFIX}"), key=_changed_at, reverse=True):
            lock = _taken(path)
            if lock is None:
                # That window is open.
                continue
            try:
                if path.stem.count(_TRIED) >= _MOST_TRIES:
                    raise StateError(f"{_MOST_TRIES} windows that had it back ended at once")
                self.state = window_state.unpacked(read_bounded(path, window_state.MAX_BYTES))
                self.sentence = _BACK
            except DigitpadError as error:
                self._set_aside(path, error)
                lock.release()
                path.with_suffix(_LOCK).unlink(missing_ok=True)
            else:
                self.shown = self._network(store)
                self._kept = _noted_as_tried(path, lock)
            break

    def forget(self) -> None:
        """Take it away: another window's state holds it now, or that was closed properly."""
        if self._kept is not None:
            path, lock = self._kept
            self._kept = None
            _forget(path)
            lock.release()

    def _set_aside(self, path: Path, error: DigitpadError) -> None:
        """Name a state that cannot be read, so that nobody stumbles over it again, and nothing is lost."""
        aside = path.with_suffix(_DAMAGED)
        with contextlib.suppress(OSError):
            path.replace(aside)
        self.sentence = f"what the last window left in {aside} cannot be brought back: {error}"

    def _network(self, store: RunStore) -> ShownNetwork | None:
        """Return the network that was in use, None for the bundled one or where it is gone."""
        assert self.state is not None
        if not self.state.network:
            return None
        try:
            shown = ShownNetwork.at(resolve(self.state.network, store))
        except DigitpadError as error:
            self.sentence += f", but for the network: {error}"
            return None
        return ShownNetwork(shown.network, shown.record, self.state.name, is_kept=False) if self.state.name else shown


class Survival(QObject):
    """Writes the state of `window` aside, a moment after it has changed, until it is closed."""

    def __init__(self, window: "MainWindow", left: Left) -> None:
        super().__init__(window)
        self._window, self._left = window, left
        self._path = folder() / f"{os.getpid()}-{os.urandom(4).hex()}{_SUFFIX}"
        self._lock: FileLock | None = None
        self._written: tuple[object, ...] = ()
        self._copied: ShownNetwork | None = None
        self._config = TrainingConfig()
        self._scribe = Fetcher(self)
        self._soon = QTimer(self, singleShot=True)
        self._soon.timeout.connect(self._write)
        self._look = QTimer(self, interval=_LOOK_MS)
        self._look.timeout.connect(self._write)
        window.canvas.undo_stack.indexChanged.connect(self._note)
        window.controller.network_changed.connect(self._note)
        self._give_back(left)
        self._look.start()

    def close(self) -> None:
        """Forget what was written: the window was closed properly. The last call."""
        self._soon.stop()
        self._look.stop()
        self._scribe.close()
        self._left.forget()
        if self._lock is not None:
            _forget(self._path)
            self._lock.release()

    def _give_back(self, left: Left) -> None:
        state, window = left.state, self._window
        if state is not None:
            window.restoreGeometry(state.geometry)
            window.restoreState(state.layout)
            window.panel.form.show_config(state.config)
            canvas = window.canvas
            canvas.blockSignals(True)
            for text, drawing in state.acts:
                canvas.replace(drawing, text)
            for _ in range(len(state.acts) - state.done):
                canvas.undo()
            canvas.blockSignals(False)
            canvas.drawing_changed.emit(canvas.drawing)
        if left.sentence:
            window.banner.show_sentence(left.sentence)

    def _note(self) -> None:
        """Write soon; changes that come faster than that do not put it off."""
        if not self._soon.isActive():
            self._soon.start(_PAUSE_MS)

    def _write(self) -> None:
        """Have the state written, if it is another than what was written last."""
        window = self._window
        if window.controller.pen_moves:
            self._soon.start(_AGAIN_MS)
            return
        shown = window.controller.looked_at
        stack = window.canvas.undo_stack
        commands = [stack.command(number) for number in range(stack.count())]
        acts = tuple((command.text(), command.after) for command in commands if isinstance(command, DrawingAct))
        geometry, layout = (bytes(part.data()) for part in (window.saveGeometry(), window.saveState()))
        # Half a number in a field is not worth keeping; the last whole settings are.
        with contextlib.suppress(DigitpadError):
            self._config = window.panel.form.config_shown()
        network = self._reference(shown)
        state = WindowState(
            acts, stack.index(), self._config, network, "" if shown.is_kept else shown.name, geometry, layout
        )
        now = (tuple(drawing for _, drawing in acts), stack.index(), self._config, shown, geometry, layout)
        if now != self._written:
            self._written = now
            self._scribe.fetch(lambda _: self._save(state, None if shown.is_kept else shown))

    def _reference(self, shown: ShownNetwork) -> str:
        """Return what a network is found by again."""
        if not shown.is_kept:
            return str(self._path.with_suffix(".safetensors"))
        if shown.run is not None:
            # Of a training under way not every network is kept: without a place it is the newest that is.
            return str(shown.run) if shown.place is None else f"{shown.run}@step:{shown.place.step}"
        if shown.path is not None:
            return str(shown.path)
        return str(next((path for path, name in BUNDLED_NAMES.items() if name == shown.name), ""))

    def _save(self, state: WindowState, unsaved: ShownNetwork | None) -> None:
        """Write a state, and the network that is in no file, in the scribe's thread."""
        if self._lock is None:
            # Where nothing can be kept the window works as ever, and nobody can be told anything that helps.
            with contextlib.suppress(OSError):
                folder().mkdir(parents=True, exist_ok=True)
                self._lock = _taken(self._path)
        if self._lock is None:
            return
        if unsaved is not None and unsaved is not self._copied:
            weights.save(self._path.with_suffix(".safetensors"), unsaved.network, unsaved.record)
            self._copied = unsaved
        write_atomically(self._path, window_state.packed(state))
        self._left.forget()


def _changed_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _taken(path: Path) -> "FileLock | None":
    """Take the lock of a window's state; None where that window is open."""
    # It takes half as long to import as all of digitpad, and is needed only where a window was killed, or later.
    from filelock import FileLock, Timeout

    lock = FileLock(path.with_suffix(_LOCK), thread_local=False, is_singleton=False)
    try:
        # The system may take a moment to let go of what a killed process held.
        lock.acquire(timeout=0.2, poll_interval=0.02)
    except (Timeout, OSError):
        return None
    return lock


def _noted_as_tried(path: Path, lock: "FileLock") -> "tuple[Path, FileLock]":
    """Give a state that is brought back a name that says so once more, and take the lock of that name."""
    tried = path.with_name(f"{path.stem}{_TRIED}{_SUFFIX}")
    other = _taken(tried)
    if other is None:
        return path, lock
    with contextlib.suppress(OSError):
        for suffix in (".safetensors", _SUFFIX):
            if path.with_suffix(suffix).exists():
                path.with_suffix(suffix).replace(tried.with_suffix(suffix))
    _forget(path)
    lock.release()
    return tried, other


def _forget(path: Path) -> None:
    for suffix in (_SUFFIX, ".safetensors", _LOCK):
        with contextlib.suppress(OSError):
            path.with_suffix(suffix).unlink(missing_ok=True)
