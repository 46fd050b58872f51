"""Opens the window: application, theme, signals, what happens to errors. It knows no widget but the window."""

import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from digitpad import logs
from digitpad.app import platform_check
from digitpad.engine.files import weights
from digitpad.engine.training.blas import one_blas_thread
from digitpad.errors import DigitpadError

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from digitpad.app.main_window import MainWindow


def run(arguments: Sequence[str]) -> int:
    """Open the window with the network in ``arguments[0]``, or the bundled one; return the exit status at its end."""
    if len(arguments) > 1:
        raise DigitpadError(f"{arguments[1]!r} is one argument too many: give one weights file, or see digitpad --help")
    path = Path(arguments[0]) if arguments else weights.BUNDLED
    if not path.is_file():
        raise DigitpadError(f"there is no command and no file {str(path)!r}: see digitpad --help")
    network, record = weights.load(path)
    application = _application()

    from digitpad.app.look.theme import Theme, icon
    from digitpad.app.main_window import MainWindow
    from digitpad.app.session.controller import NetworkInUse
    from digitpad.app.settings import Settings
    from digitpad.app.unix_signals import UnixSignals

    application.setApplicationName("digitpad")
    application.setApplicationDisplayName("digitpad")
    application.setDesktopFileName("digitpad")
    application.setWindowIcon(icon())
    in_use = NetworkInUse(network, record, path if arguments else None, is_saved=True)
    window = MainWindow(in_use, Settings(), Theme(application))
    signals = UnixSignals(window)
    signals.received.connect(window.close_by_signal)
    sys.excepthook = _Excepthook(window)
    window.show()
    # Painted first; all that the first sight does not need comes after.
    application.processEvents()
    with one_blas_thread():
        status = application.exec()
    signals.close()
    return status


def _application() -> "QApplication":
    """Return Qt's application, or raise `NoWindowError` where Qt would abort."""
    with platform_check.window_possible():
        from PySide6.QtCore import Qt
        from PySide6.QtWidgets import QApplication

        # Every point of a fast stroke counts, also those that have come while the last one was read.
        QApplication.setAttribute(Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents, False)
        return QApplication(["digitpad"])


class _Excepthook:
    """What becomes of an error of ours in a slot: a sentence in the window, the traceback in the log."""

    def __init__(self, window: "MainWindow") -> None:
        self._window = window

    def __call__(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        self._window.banner.show_sentence(logs.unexpected(error.with_traceback(trace)))
