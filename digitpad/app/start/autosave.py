"""Keeps what a window would lose if it were killed.

The disk may be nearly full. So the smallest and most valuable part is written first, each part separately, and what
fails is tried again. The saved state always says what it holds and what is missing, and the next window tells the user.
"""

import contextlib
import os
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from digitpad import logs
from digitpad.app.canvas.drawing_command import DrawingCommand
from digitpad.app.session.latest_task import LatestTask
from digitpad.app.session.network_handle import BUNDLED_NAMES, NetworkHandle
from digitpad.app.start import state_files
from digitpad.app.start.recovered_session import RecoveredSession
from digitpad.engine.files import weights, window_state
from digitpad.engine.files.window_state import WindowState
from digitpad.engine.training.config import TrainingConfig
from digitpad.errors import DigitpadError
from digitpad.files import FileError, write_atomically

if TYPE_CHECKING:
    from filelock import FileLock

    from digitpad.app.window.main_window import MainWindow

#: Milliseconds between a change and its saving; between two attempts while the pen moves; between two checks of what
#: emits no signal; and before a save for which the disk had no room is tried again.
_PAUSE_MS, _AGAIN_MS, _LOOK_MS, _RETRY_MS = 1_500, 100, 4_000, 20_000
#: The sizes in bytes that are tried in turn if the disk is full. A smaller state holds less of the undo history.
_SIZES = (window_state.MAX_BYTES, 1_000_000, 50_000)


class Autosave(QObject):
    """Saves the state of `window` shortly after each change, until the window is closed."""

    def __init__(self, window: "MainWindow", recovered: RecoveredSession) -> None:
        super().__init__(window)
        self._window, self._recovered = window, recovered
        self._path = state_files.folder() / f"{os.getpid()}-{os.urandom(4).hex()}{state_files.STATE}"
        self._lock: FileLock | None = None
        self._written: tuple[object, ...] = ()
        self._written_at = time.monotonic()
        self._copied: NetworkHandle | None = None
        self._config = TrainingConfig()
        self._scribe = LatestTask(self)
        self._scribe.fetched.connect(self._on_saved)
        self._soon = QTimer(self, singleShot=True)
        self._soon.timeout.connect(self._write)
        self._look = QTimer(self, interval=_LOOK_MS)
        self._look.timeout.connect(self._write)
        self._again = QTimer(self, singleShot=True, interval=_RETRY_MS)
        self._again.timeout.connect(self._rewrite)
        window.canvas.undo_stack.indexChanged.connect(self._save_soon)
        window.controller.selection.network_changed.connect(lambda _: self._save_soon())
        try:
            self._give_back(recovered)
        except Exception as error:  # whatever a state holds, a window that does not open would be worse
            recovered.mark_damaged(error)
            window.canvas.undo_stack.clear()
            window.canvas.clear()
        if recovered.sentence:
            window.message_bar.show_sentence(recovered.sentence)
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
        is_unsaved = not controller.selection.newest.is_kept
        if self._window.is_ended and (is_unsaved or self._window.canvas.drawing):
            if is_unsaved:
                controller.select_newest()
            if not self._save(*self._now()):
                what = controller.selection.newest.title if is_unsaved else "the drawing"
                logs.say(f"{what} could not be kept for the next start: free some space")
        else:
            self._recovered.forget()
            state_files.delete(self._path)
        if self._lock is not None:
            self._lock.release()

    def _give_back(self, recovered: RecoveredSession) -> None:
        state, window = recovered.state, self._window
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

    def _save_soon(self) -> None:
        """Save soon. While a save is pending, further changes do not delay it."""
        if not self._soon.isActive():
            self._soon.start(_PAUSE_MS)

    def _write(self) -> None:
        """Save the state in the background, if it has changed since. Wait a while for a pen that moves."""
        if not self._window.controller.priority.may_run(self._written_at):
            self._soon.start(_AGAIN_MS)
            return
        self._written_at = time.monotonic()
        state, unsaved = self._now()
        shown = self._window.controller.selection.network
        drawings = tuple(drawing for _, drawing in state.actions)
        now = (drawings, state.done, state.config, shown, state.geometry, state.layout)
        if now != self._written:
            self._written = now
            self._scribe.fetch(lambda _: self._save(state, unsaved))

    def _rewrite(self) -> None:
        self._written = ()
        self._write()

    def _on_saved(self, is_whole: bool) -> None:
        if not is_whole:
            self._again.start()

    def _now(self) -> tuple[WindowState, NetworkHandle | None]:
        """Return the window's state, and the selected network if it is in no file and no run."""
        window = self._window
        shown = window.controller.selection.network
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
            return str(shown.run) if shown.snapshot is None else f"{shown.run}@step:{shown.snapshot.step}"
        if shown.path is not None:
            return str(shown.path)
        return next((str(path) for path, name in BUNDLED_NAMES.items() if name == shown.name), None)

    def _save(self, state: WindowState, unsaved: NetworkHandle | None) -> bool:
        """Write a state, and the network that is not saved, in the background thread; return whether all is written."""
        if self._lock is None:
            # Where nothing can be kept the window works as ever, and nobody can be told anything that helps.
            with contextlib.suppress(OSError):
                state_files.folder().mkdir(parents=True, exist_ok=True)
                self._lock = state_files.take_lock(self._path)
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
                weights.save(self._path.with_suffix(state_files.NETWORK), unsaved.network, unsaved.record)
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
                self._recovered.forget()
                return size == _SIZES[0]
        return False
