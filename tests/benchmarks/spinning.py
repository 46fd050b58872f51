"""Letting Qt's own event loop run: pytest-qt's waits would keep Python's lock from the thread that trains."""

import time
from collections.abc import Callable

from PySide6.QtCore import QEventLoop, QTimer


def spin(milliseconds: int) -> None:
    """Let the window live for so long."""
    loop = QEventLoop()

    def end() -> None:
        loop.quit()

    # `loop.quit` itself, a slot of Qt's own, would cost 64 bytes for good, each time that something is connected to it.
    QTimer.singleShot(milliseconds, end)
    loop.exec()


def spin_until(condition: Callable[[], bool], seconds: float = 20) -> None:
    """Let the window live until `condition` holds; fail after so many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        spin(10)
