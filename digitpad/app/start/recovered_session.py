"""What a window that was killed has left, given back to the next one."""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray

from digitpad import folders, logs
from digitpad.app.files.settings import Settings
from digitpad.app.session.network_handle import NetworkHandle
from digitpad.app.start import state_files
from digitpad.engine.files import weights, window_state
from digitpad.engine.files.window_state import StateError, WindowState
from digitpad.engine.runs.references import resolve
from digitpad.engine.runs.store import RunStore
from digitpad.errors import DigitpadError
from digitpad.files import read_bounded, remove_left_over

if TYPE_CHECKING:
    from filelock import FileLock


class RecoveredSession:
    """What a window that was killed has left, if one has: its `state` and a `sentence` about it.

    It stays on the disk until `forget`: this window may be killed, too, before it has written anything.
    """

    def __init__(self, store: RunStore) -> None:
        self.state: WindowState | None = None
        self.sentence = ""
        self.shown: NetworkHandle | None = None
        self._kept: tuple[Path, FileLock] | None = None
        for place in (state_files.folder(), folders.data(), folders.settings()):
            remove_left_over(place)
        for path in sorted(state_files.folder().glob(f"*{state_files.STATE}"), key=_changed_at, reverse=True):
            lock = state_files.take_lock(path)
            if lock is None:
                # That window is open.
                continue
            try:
                if path.stem.count(state_files.TRIED) >= state_files.MOST_TRIES:
                    raise StateError(f"{state_files.MOST_TRIES} windows that had it back ended at once")
                self.state = window_state.unpacked(read_bounded(path, window_state.MAX_BYTES))
            except DigitpadError as error:
                self._set_aside(path, error)
                state_files.release(path, lock)
            else:
                self._kept = state_files.mark_tried(path, lock)
                self.sentence = self._restored(self._kept[0], store)
            break

    def apply_geometry(self, settings: Settings) -> None:
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
            state_files.delete(path)
            lock.release()

    def _set_aside(self, path: Path, error: DigitpadError) -> None:
        """Rename a state that cannot be read: it is not tried again, and nothing is lost."""
        aside = path.with_suffix(state_files.DAMAGED)
        with contextlib.suppress(OSError):
            path.replace(aside)
        self.sentence = f"what the last window left in {aside} cannot be restored: {error}"

    def mark_damaged(self, error: Exception) -> None:
        """Rename the state because of an `error` when it was restored. It is kept, but not tried again."""
        if self._kept is not None:
            path, lock = self._kept
            self._kept = None
            self._set_aside(path, StateError(logs.unexpected(error)))
            state_files.release(path, lock)

    def _restored(self, path: Path, store: RunStore) -> str:
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
        return "; ".join([f"digitpad ended unexpectedly the last time: {listed} restored", *missing])

    def _network(self, path: Path, state: WindowState, store: RunStore) -> NetworkHandle | None:
        """Return the network that was in use when the state at `path` was written, None for the bundled one."""
        if state.name:
            network, record = weights.load(path.with_suffix(state_files.NETWORK))
            # One that has learned nothing yet need not be saved.
            return NetworkHandle(network, record, state.name, is_kept=record.step == 0)
        return NetworkHandle.at(resolve(state.network, store)) if state.network else None


def _changed_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
