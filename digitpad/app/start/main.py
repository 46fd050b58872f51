"""Opens the window: application, theme, signals, what happens to errors."""

import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from digitpad import logs
from digitpad.app.start import malloc_arenas, platform_check
from digitpad.commands import COMMANDS
from digitpad.engine.files import weights
from digitpad.engine.files.tensor_files import ForeignError
from digitpad.engine.runs.metadata import RunError
from digitpad.engine.runs.references import Reference, resolve
from digitpad.engine.runs.store import RunStore
from digitpad.engine.training.blas import one_blas_thread
from digitpad.errors import DigitpadError

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from digitpad.app.session.network_handle import NetworkHandle
    from digitpad.app.start.recovered_session import RecoveredSession
    from digitpad.app.window.main_window import MainWindow


def run(arguments: Sequence[str]) -> int:
    """Open the window with what ``arguments[0]`` names: a network; or a drawing, and then the bundled network.

    Return the exit status at its end.
    """
    malloc_arenas.share_arenas()
    store = RunStore()
    shown, asked = _named(arguments, store)
    application = _application()
    from PySide6.QtCore import QTimer

    from digitpad.app.start.autosave import Autosave
    from digitpad.app.start.recovered_session import RecoveredSession
    from digitpad.app.start.unix_signals import UnixSignals

    recovered = RecoveredSession(store)
    # What the command line asks for takes precedence over what was in use before.
    window = _window(application, recovered.shown if recovered.shown and not arguments else shown, store, recovered)
    sys.excepthook = _Excepthook(window)
    autosave = Autosave(window, recovered)
    if arguments and not asked:
        window.controller.opened.emit()
    signals = UnixSignals(window)
    signals.received.connect(window.close_by_signal)
    # Qt ends when its last window is closed, but shows views that are torn off a moment later than the window itself:
    # closed in between, they would keep a process alive that nobody sees.
    window.closed.connect(lambda: application.exit(0))
    # Objects that live as long as the window are taken out of garbage collection: a full one takes up to 90 ms.
    gc.collect()
    gc.freeze()
    window.show()
    # The window is painted first. What the first paint does not need comes after it.
    QTimer.singleShot(0, window.start_background_work)
    QTimer.singleShot(0, lambda: window.open([asked] if asked else []))
    with one_blas_thread():
        # A view in sight reads from the disk while it is shown: meanwhile a signal may already have closed the window.
        status = 0 if window.is_closed else application.exec()
    autosave.close()
    has_ended = window.controller.close()
    # Signals were handled until here. From now on they are ignored: none may end the process earlier.
    signals.close()
    if not has_ended:
        # A step of a huge network may still be running. Qt aborts if a QThread is destroyed while it runs.
        os._exit(status)
    return status


def _named(arguments: Sequence[str], store: RunStore) -> "tuple[NetworkHandle, Path | None]":
    """Return the network that the command line names, or the bundled one, and a file to be opened in the window."""
    from digitpad.app.session.network_handle import NetworkHandle

    asked = _drawing(arguments)
    reference = Reference(weights.BUNDLED) if asked else _reference(arguments, store)
    if len(arguments) > 1:
        raise DigitpadError(f"{arguments[1]!r} is one argument too many: give one file, or see digitpad --help")
    try:
        shown = NetworkHandle.at(reference)
    except ForeignError:
        # What its file does not tell is asked for in the window.
        return NetworkHandle.at(Reference(weights.BUNDLED)), reference.path
    if shown.run is not None:
        store.remember(shown.run)
    return shown, asked


def _window(
    application: "QApplication", shown: "NetworkHandle", store: RunStore, recovered: "RecoveredSession"
) -> "MainWindow":
    """Name the application, and return its window with the network `shown`, at the position of the recovered one."""
    from digitpad.app.files.settings import Settings
    from digitpad.app.widgets.theme import Theme, icon
    from digitpad.app.window.main_window import MainWindow

    application.setApplicationName("digitpad")
    application.setApplicationDisplayName("digitpad")
    application.setDesktopFileName("org.digitpad.Digitpad")
    application.setWindowIcon(icon())
    settings = Settings()
    recovered.apply_geometry(settings)
    return MainWindow(shown, settings, Theme(application), store)


def _drawing(arguments: Sequence[str]) -> Path | None:
    """Return the file that the command line names, if it exists and is not a weights file; else None."""
    path = Path(arguments[0]) if arguments else None
    return path if path is not None and path.is_file() and path.suffix.lower() not in weights.SUFFIXES else None


def _reference(arguments: Sequence[str], store: RunStore) -> Reference:
    """Return what the command line names, or the bundled network."""
    if not arguments:
        return Reference(weights.BUNDLED)
    try:
        return resolve(arguments[0], store)
    except RunError as error:
        commands = ", ".join(COMMANDS)
        raise DigitpadError(
            f"there is no command and no file {arguments[0]!r} ({error}); see digitpad --help, or use {commands}"
        ) from error


def _application() -> "QApplication":
    """Return Qt's application, or raise `NoWindowError` where Qt would abort."""
    with platform_check.window_possible():
        from PySide6.QtCore import Qt
        from PySide6.QtWidgets import QApplication

        # Every point of a fast stroke counts. Qt would merge those that arrive while one is handled.
        QApplication.setAttribute(Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents, False)
        return QApplication(["digitpad"])


class _Excepthook:
    """Handles an unexpected error in a slot: it shows a sentence in the window, and logs the traceback."""

    def __init__(self, window: "MainWindow") -> None:
        self._window = window

    def __call__(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        self._window.message_bar.show_sentence(logs.unexpected(error.with_traceback(trace)))
