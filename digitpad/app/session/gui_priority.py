"""The GUI thread comes first: work in other threads waits while it draws or the pen moves.

A worker between two tiny pieces of NumPy work and a GUI thread between two Qt calls would otherwise hand Python's
global lock back and forth thousands of times a frame, and the GUI would lose each race.
"""

import threading
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

#: A pen that has reported a point within this time moves; what can wait does, about as long as a stroke takes.
PEN_MS = 50
_PEN_CHECK_SECONDS = 0.005


class GuiPriority(QObject):
    """Tells workers when to wait. Only `wait` and `wait_for_pen` are called in other threads."""

    #: Longest hold in seconds, so that a GUI that is never idle cannot stop the workers for good.
    LONGEST_HOLD = 0.05
    #: Seconds after which what waits for the pen in the GUI thread is done all the same.
    LONGEST_PEN = 1.5

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_open = threading.Event()
        self._is_open.set()
        self._pen_at = 0.0
        # A timer of 0 ms fires once all events that wait now, painting among them, have been handled.
        self._reopen = QTimer(self, interval=0, singleShot=True)
        self._reopen.timeout.connect(self._open)

    def hold(self) -> None:
        """Let workers wait until the GUI thread is idle again. Call it before work that ends in painting."""
        self._is_open.clear()
        self._reopen.start()

    def note_pen(self) -> None:
        """The pen has reported a point."""
        self._pen_at = time.monotonic()

    @property
    def pen_moves(self) -> bool:
        """Whether a stroke is being drawn: its prediction must not wait for what can."""
        return 1000 * (time.monotonic() - self._pen_at) <= PEN_MS

    def may_run(self, last: float) -> bool:
        """Tell whether what ran at `last`, of `time.monotonic`, may run again, or shall wait for the pen."""
        return not self.pen_moves or time.monotonic() - last > self.LONGEST_PEN

    def wait(self) -> None:
        """Return once the GUI thread is idle."""
        self._is_open.wait(self.LONGEST_HOLD)

    def wait_for_pen(self, is_cancelled: Callable[[], bool]) -> None:
        """Return once the pen rests and the GUI thread is idle, or the work is cancelled."""
        while self.pen_moves and not is_cancelled():
            time.sleep(_PEN_CHECK_SECONDS)
        self.wait()

    def _open(self) -> None:
        self._is_open.set()
