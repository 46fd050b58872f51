"""Runs slow work in another thread and waits for it while the window goes on."""

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QEventLoop, QThread

Result = TypeVar("Result")


def run_in_background(work: Callable[[], Result]) -> Result:
    """Run `work` in another thread and return its result, or raise its error.

    Meanwhile the GUI thread goes on painting and training; the user's keys and clicks wait their turn, so no act can
    begin within another. What else the nested loop runs is safe in the middle of an act, because nothing of it opens a
    file or asks anything: timers draw and have the window's state kept aside, and a training's news are told, a newer
    network among them, which an act that holds on to one does not mind. Where the system asks the window to close
    meanwhile, the act ends on a window that nobody sees any more.
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
