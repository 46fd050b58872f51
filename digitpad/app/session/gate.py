"""A gate that holds a worker back while the GUI thread draws.

A worker between two tiny pieces of NumPy work and a GUI thread between two Qt calls would otherwise hand Python's
global lock back and forth thousands of times a frame, and the GUI would lose each race.
"""

import threading

from PySide6.QtCore import QObject, QTimer


class Gate(QObject):
    """Open unless the GUI thread has something to draw."""

    #: Longest hold in seconds, so that a GUI that never rests cannot stop the worker for good.
    LONGEST_HOLD = 0.05

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_open = threading.Event()
        self._is_open.set()
        # A timer of 0 ms fires once all events that wait now, painting among them, have been handled.
        self._reopen = QTimer(self, interval=0, singleShot=True)
        self._reopen.timeout.connect(self._open)

    def hold(self) -> None:
        """Close the gate until the GUI thread is idle again. Call it there, before work that ends in painting."""
        self._is_open.clear()
        self._reopen.start()

    def wait(self) -> None:
        """Return once the gate is open. Call it in the worker."""
        self._is_open.wait(self.LONGEST_HOLD)

    def _open(self) -> None:
        self._is_open.set()
