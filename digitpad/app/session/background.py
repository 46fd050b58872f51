"""Runs slow work in another thread and waits for it while the window goes on."""

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QEventLoop, QThread

Result = TypeVar("Result")


def run_in_background(work: Callable[[], Result]) -> Result:
    """Run `work` in another thread and return its result, or raise its error.

    Meanwhile the GUI thread runs a nested event loop, so that painting and a training go on. Keys and clicks are
    queued, so that no action can begin within another. The rest of what the loop runs is safe in the middle of an
    action, because none of it opens a file or asks the user anything. Timers draw and autosave the window's state. The
    events of a training are emitted, and may bring a newer network; an action keeps the network that it began with. If
    the system asks the window to close meanwhile, the action ends on a window that is no longer visible.
    """
    thread = _Work(work)
    loop = QEventLoop()
    thread.finished.connect(loop.quit)
    thread.start()
    loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
    thread.wait()
    if thread.error is not None:
        raise thread.error
    return thread.results[0]


class _Work(QThread, Generic[Result]):
    def __init__(self, work: Callable[[], Result]) -> None:
        super().__init__()
        self._work = work
        self.results: list[Result] = []
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            self.results.append(self._work())
        except Exception as error:  # it is raised again in the thread that waits
            self.error = error
