"""Turns Ctrl-C and other Unix signals into a Qt signal: Python's own handlers would not wake Qt's event loop."""

import signal
import socket

from PySide6.QtCore import QObject, QSocketNotifier, Signal

from digitpad.end_signals import ending_signals


class UnixSignals(QObject):
    """Emits `received` in the GUI thread when the process is asked to end.

    Python writes a byte to a socket when a signal arrives; Qt watches the other end.
    """

    received = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_activated)
        signal.set_wakeup_fd(self._writer.fileno())
        self._numbers = ending_signals()
        for number in self._numbers:
            signal.signal(number, _no_action)

    def close(self) -> None:
        """Ignore signals from now on: the process is about to end, and another signal must not end it earlier."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(-1)
        for number in self._numbers:
            signal.signal(number, signal.SIG_IGN)
        self._reader.close()
        self._writer.close()

    def _on_activated(self) -> None:
        self._reader.recv(64)
        self.received.emit()


def _no_action(*_: object) -> None:
    """Do nothing. This handler replaces Python's KeyboardInterrupt, and the system's termination of the process."""
