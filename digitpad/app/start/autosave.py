"""Keeps what a window would lose if it were killed, and gives it back to the next one.

The disk may be nearly full. So the smallest and most valuable part is written first, each part separately, and what
fails is tried again. The saved state always says what it holds and what is missing, and the next window tells the user.
"""

import contextlib
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QObject, QTimer

from digitpad import folders, logs
from digitpad.app.canvas.drawing_command import DrawingCommand
from digitpad.app.files.settings import Settings
from digitpad.app.session.latest_task import LatestTask
from digitpad.app.session.network_handle import BUNDLED_NAMES, NetworkHandle
from digitpad.engine.files import weights, window_state
from digitpad.engine.files.window_state import StateError, WindowState
from digitpad.engine.runs.references import resolve
from digitpad.engine.runs.store import RunStore
from digitpad.engine.training.config import TrainingConfig
from digitpad.errors import DigitpadError
from digitpad.files import FileError, read_bounded, remove_left_over, write_atomically

if TYPE_CHECKING:
    from filelock import FileLock

    from digitpad.app.window.main_window import MainWindow

#: Milliseconds between a change and its saving; between two attempts while the pen moves; between two checks of what
#: emits no signal; and before a save for which the disk had no room is tried again.
_PAUSE_MS, _AGAIN_MS, _LOOK_MS, _RETRY_MS = 1_500, 100, 4_000, 20_000
_SUFFIX, _NETWORK, _LOCK, _DAMAGED = ".state", ".safetensors", ".lock", ".damaged"
#: Added to a state's file name each time it is restored. A state with so many marks has ended as many windows at once,
#: and is not restored again.
_TRIED, _MOST_TRIES = "+", 3
#: The sizes in bytes that are tried in turn if the disk is full. A smaller state holds less of the undo history.
_SIZES = (window_state.MAX_BYTES, 1_000_000, 50_000)


def folder() -> Path:
    """Return where the windows that are open keep their states."""
    return folders.data() / "windows"


class RecoveredSession:
    """What a window that was killed has left, if one has: its `state` and a `sentence` about it.

    It stays on the disk until `forget`: this window may be killed, too, before it has written anything.
    """

    def __init__(self, store: RunStore) -> None:
        self.state: WindowState | None = None
        self.sentence = ""
        self.shown: NetworkHandle | None = None
        self._kept: tuple[Path, FileLock] | None = None
        for place in (folder(), folders.data(), folders.settings()):
            remove_left_over(place)
        for path in sorted(folder().glob(f"*{_SUFFIX}"), key=_changed_at, reverse=True):
            lock = _taken(path)
            if lock is None:
                # That window is open.
                continue
            try:
                if path.stem.count(_TRIED) >= _MOST_TRIES:
                    raise StateError(f"{_MOST_TRIES} windows that had it back ended at once")
                self.state = window_state.unpacked(read_bounded(path, window_state.MAX_BYTES))
            except DigitpadError as error:
                self._set_aside(path, error)
                lock.release()
                path.with_suffix(_LOCK).unlink(missing_ok=True)
            else:
                self._kept = _noted_as_tried(path, lock)
                self.sentence = self._brought_back(self._kept[0], store)
            break

    def give_place(self, settings: Settings) -> None:
        """Let the next window with these `settings` open where the killed window was, and with its views.

        A window must not restore its views twice before it is shown: Qt 6.11 then crashes if some are tabbed.
        """
        if self.state is not None:
            settings.place = (QByteArray(self.state.geometry), QByteArray(self.state.layout))

    def forget(self) -> None:
        """Delete the state: the new window has saved its own by now, or was closed properly."""
        if self._kept is not None:
            path, lock = self._kept
            self._kept = None
            _forget(path)
            lock.release()

    def _set_aside(self, path: Path, error: DigitpadError) -> None:
        """Rename a state that cannot be read: it is not tried again, and nothing is lost."""
        aside = path.with_suffix(_DAMAGED)
        with contextlib.suppress(OSError):
            path.replace(aside)
        self.sentence = f"what the last window left in {aside} cannot be restored: {error}"

    def damaged(self, error: Exception) -> None:
        """Rename the state because of an `error` when it was restored. It is kept, but not tried again."""
        if self._kept is not None:
            path, lock = self._kept
            self._kept = None
            self._set_aside(path, StateError(logs.unexpected(error)))
            lock.release()
            path.with_suffix(_LOCK).unlink(missing_ok=True)

    def _brought_back(self, path: Path, store: RunStore) -> str:
        """Load the network that was in use, and return a sentence on what is restored and what is not."""
        state = self.state
        assert state is not None
        missing = []
        try:
            self.shown = self._network(path, state, store)
        except DigitpadError as error:
            missing.append(f"the network is not: {error}")
        if state.lost:
            missing.append(f"the network {state.lost} is not: it was in no file, and the disk had no room for it")
        is_blank = state.is_cut and not state.actions
        if state.is_cut:
            missing.append(f"{'the drawing' if is_blank else 'what was drawn first'} could not be kept")
        there = [] if is_blank else ["the drawing"]
        there += ["the settings"] if missing and not self.shown else ["the settings", "the network"]
        listed = f"{', '.join(there[:-1])} and {there[-1]} are" if len(there) > 1 else f"{there[0]} are"
        return "; ".join([f"digitpad was not closed the last time: {listed} as they were then", *missing])

    def _network(self, path: Path, state: WindowState, store: RunStore) -> NetworkHandle | None:
        """Return the network that was in use when the state at `path` was written, None for the bundled one."""
        if state.name:
            network, record = weights.load(path.with_suffix(_NETWORK))
            # One that has learned nothing yet need not be saved.
            return NetworkHandle(network, record, state.name, is_kept=record.step == 0)
        return NetworkHandle.at(resolve(state.network, store)) if state.network else None


class Autosave(QObject):
    """Saves the state of `window` shortly after each change, until the window is closed."""

    def __init__(self, window: "MainWindow", left: RecoveredSession) -> None:
        super().__init__(window)
        self._window, self._left = window, left
        self._path = folder() / f"{os.getpid()}-{os.urandom(4).hex()}{_SUFFIX}"
        self._lock: FileLock | None = None
        self._written: tuple[object, ...] = ()
        self._copied: NetworkHandle | None = None
        self._config = TrainingConfig()
        self._scribe = LatestTask(self)
        self._scribe.fetched.connect(self._note_saved)
        self._soon = QTimer(self, singleShot=True)
        self._soon.timeout.connect(self._write)
        self._look = QTimer(self, interval=_LOOK_MS)
        self._look.timeout.connect(self._write)
        self._again = QTimer(self, singleShot=True, interval=_RETRY_MS)
        self._again.timeout.connect(self._rewrite)
        window.canvas.undo_stack.indexChanged.connect(self._note)
        window.controller.network_changed.connect(self._note)
        try:
            self._give_back(left)
        except Exception as error:  # whatever a state holds, a window that does not open would be worse
            left.damaged(error)
            window.canvas.undo_stack.clear()
            window.canvas.clear()
        if left.sentence:
            window.message_bar.show_sentence(left.sentence)
        self._look.start()

    def close(self) -> None:
        """Stop the background work for good, and delete the saved state: the window was closed properly.

        If it was closed by a signal, a drawing and a network that is not saved are kept for the next start instead.
        """
        self._soon.stop()
        self._look.stop()
        self._again.stop()
        self._scribe.close()
        controller = self._window.controller
        is_unsaved = not controller.newest.is_kept
        if self._window.is_ended and (is_unsaved or self._window.canvas.drawing):
            if is_unsaved:
                controller.select_newest()
            if not self._save(*self._now()):
                what = controller.newest.title if is_unsaved else "the drawing"
                logs.say(f"{what} could not be kept for the next start: free some space")
        else:
            self._left.forget()
            _forget(self._path)
        if self._lock is not None:
            self._lock.release()

    def _give_back(self, left: RecoveredSession) -> None:
        state, window = left.state, self._window
        if state is not None:
            window.panel.form.show_config(state.config)
            canvas = window.canvas
            canvas.blockSignals(True)
            try:
                for text, drawing in state.actions:
                    canvas.replace(drawing, text)
                for _ in range(len(state.actions) - state.done):
                    canvas.undo()
            finally:
                canvas.blockSignals(False)
            canvas.drawing_changed.emit(canvas.drawing)

    def _note(self) -> None:
        """Save soon. While a save is pending, further changes do not delay it."""
        if not self._soon.isActive():
            self._soon.start(_PAUSE_MS)

    def _write(self) -> None:
        """Save the state in the background, if it has changed since the last time. Wait while the pen moves."""
        if self._window.controller.priority.pen_moves:
            self._soon.start(_AGAIN_MS)
            return
        state, unsaved = self._now()
        shown = self._window.controller.selected
        drawings = tuple(drawing for _, drawing in state.actions)
        now = (drawings, state.done, state.config, shown, state.geometry, state.layout)
        if now != self._written:
            self._written = now
            self._scribe.fetch(lambda _: self._save(state, unsaved))

    def _rewrite(self) -> None:
        self._written = ()
        self._write()

    def _note_saved(self, is_whole: bool) -> None:
        if not is_whole:
            self._again.start()

    def _now(self) -> tuple[WindowState, NetworkHandle | None]:
        """Return the window's state, and the selected network if it is in no file and no run."""
        window = self._window
        shown = window.controller.selected
        stack = window.canvas.undo_stack
        commands = [stack.command(number) for number in range(stack.count())]
        actions = tuple((command.text(), command.after) for command in commands if isinstance(command, DrawingCommand))
        geometry, layout = (bytes(part.data()) for part in (window.saveGeometry(), window.saveState()))
        # An unfinished number in a field is not kept. The last valid settings are.
        with contextlib.suppress(DigitpadError):
            self._config = window.panel.form.config_shown()
        state = WindowState(actions, stack.index(), self._config, geometry=geometry, layout=layout)
        reference = self._reference(shown) if shown.is_kept else None
        return (state, shown) if reference is None else (replace(state, network=reference), None)

    def _reference(self, shown: NetworkHandle) -> str | None:
        """Return the reference from which `resolve` finds the network again, None if it is not saved anywhere."""
        if shown.run is not None:
            # A running training does not keep every network. Without a snapshot, the newest kept one is meant.
            return str(shown.run) if shown.place is None else f"{shown.run}@step:{shown.place.step}"
        if shown.path is not None:
            return str(shown.path)
        return next((str(path) for path, name in BUNDLED_NAMES.items() if name == shown.name), None)

    def _save(self, state: WindowState, unsaved: NetworkHandle | None) -> bool:
        """Write a state, and the network that is not saved, in the background thread; return whether all is written."""
        if self._lock is None:
            # Where nothing can be kept the window works as ever, and nobody can be told anything that helps.
            with contextlib.suppress(OSError):
                folder().mkdir(parents=True, exist_ok=True)
                self._lock = _taken(self._path)
        if self._lock is None:
            return False
        if unsaved is None:
            return self._save_state(state)
        is_whole = True
        if unsaved is not self._copied:
            # Until this network is written, the state calls it lost: the file may still hold an earlier one.
            is_whole = self._save_state(replace(state, lost=unsaved.title))
            self._copied = None
            try:
                weights.save(self._path.with_suffix(_NETWORK), unsaved.network, unsaved.record)
            except FileError:
                return False
            self._copied = unsaved
        return self._save_state(replace(state, name=unsaved.name)) and is_whole

    def _save_state(self, state: WindowState) -> bool:
        """Write as much of a state as there is room for; tell whether that is all of it."""
        for size in _SIZES:
            content = window_state.packed(state, size)
            with contextlib.suppress(FileError):
                write_atomically(self._path, content)
                self._left.forget()
                return size == _SIZES[0]
        return False


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
    """Add a mark to the name of a state that is to be restored; return the new path and its lock."""
    tried = path.with_name(f"{path.stem}{_TRIED}{_SUFFIX}")
    other = _taken(tried)
    if other is None:
        return path, lock
    with contextlib.suppress(OSError):
        for suffix in (_NETWORK, _SUFFIX):
            if path.with_suffix(suffix).exists():
                path.with_suffix(suffix).replace(tried.with_suffix(suffix))
    _forget(path)
    lock.release()
    return tried, other


def _forget(path: Path) -> None:
    for suffix in (_SUFFIX, _NETWORK, _LOCK):
        with contextlib.suppress(OSError):
            path.with_suffix(suffix).unlink(missing_ok=True)
