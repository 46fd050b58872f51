"""Work in another thread of which only the latest request counts."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from PySide6.QtCore import QObject, Signal

from digitpad import logs
from digitpad.app.session.gui_priority import GuiPriority
from digitpad.cancellation import Cancelled, CancelToken
from digitpad.errors import DigitpadError

Work = Callable[[CancelToken], Any]


class LatestTask(QObject):
    """Does one piece of work at a time in a thread of its own; of those that wait, only the newest is done.

    The token that is passed to the work is cancelled as soon as there is a newer request; with `priority` its `check`
    gives way to the window, and to the pen if `for_pen`. The results come as signals in the GUI thread, and only those
    of the newest request.
    """

    fetched = Signal(object)
    failed = Signal(str)
    _came = Signal(int, object, str)

    def __init__(self, parent: QObject, priority: GuiPriority | None = None, *, for_pen: bool = True) -> None:
        super().__init__(parent)
        self._thread = ThreadPoolExecutor(1, "digitpad-latest-task")
        self._priority, self._for_pen = priority, for_pen
        self._newest = 0
        self._is_closed = False
        self._came.connect(self._on_came)

    def fetch(self, work: Work) -> None:
        """Do `work` soon, instead of whatever was requested before."""
        if self._is_closed:
            return
        self._newest += 1
        self._thread.submit(self._do, self._newest, work)

    def forget(self) -> None:
        """Cancel what was requested."""
        self._newest += 1

    def close(self) -> None:
        """Cancel everything, and wait for the thread to end. Later requests are ignored."""
        self._is_closed = True
        self._newest += 1
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _do(self, number: int, work: Work) -> None:
        token = TaskToken(lambda: number != self._newest, self._priority, for_pen=self._for_pen)
        result, sentence = None, ""
        try:
            token.check_only()
            result = work(token)
        except Cancelled:
            return
        except DigitpadError as error:
            sentence = str(error)
        except Exception as error:
            sentence = logs.unexpected(error)
        if number == self._newest:
            self._came.emit(number, result, sentence)

    def _on_came(self, number: int, result: object, sentence: str) -> None:
        if number != self._newest:
            return
        if sentence:
            self.failed.emit(sentence)
        else:
            self.fetched.emit(result)


class TaskToken(CancelToken):
    """A token that is cancelled once `is_cancelled` returns True. Its `check` waits while the window is busy."""

    def __init__(self, is_cancelled: Callable[[], bool], priority: GuiPriority | None, *, for_pen: bool = True) -> None:
        self._is_cancelled, self._priority, self._for_pen = is_cancelled, priority, for_pen

    def check(self) -> None:
        if self._priority is not None and self._for_pen:
            self._priority.wait_for_pen(self._is_cancelled)
        elif self._priority is not None:
            self._priority.wait()
        self.check_only()

    def check_only(self) -> None:
        """Raise `Cancelled` if the token is cancelled, without waiting."""
        if self._is_cancelled():
            raise Cancelled
