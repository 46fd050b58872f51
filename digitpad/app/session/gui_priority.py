"""The GUI thread comes first: work in other threads waits while it draws or the pen moves.

Otherwise a worker between two tiny NumPy calls and the GUI thread between two Qt calls would hand the GIL back and
forth thousands of times a frame, and the GUI thread would lose each race for it.
"""

import threading
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

#: For so many milliseconds after a point, the pen counts as moving. Work that can wait then does, about until the
#: stroke ends.
PEN_MS = 50
_PEN_CHECK_SECONDS = 0.005


class GuiPriority(QObject):
    """Tells workers when to wait. Only `wait` and `wait_for_pen` are called in other threads."""

    #: Longest hold in seconds, so that a GUI that is never idle cannot stop the workers for good.
    LONGEST_HOLD = 0.05
    #: Seconds after which work of the GUI thread that waits for the pen is done even if the pen still moves.
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
        """Whether a stroke is being drawn. Its prediction must not wait for work that can be delayed."""
        return 1000 * (time.monotonic() - self._pen_at) <= PEN_MS

    def may_run(self, last: float) -> bool:
        """Tell whether work that last ran at `last`, by `time.monotonic`, may run again, or must wait for the pen."""
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
