"""Work in another thread of which only the latest request counts."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from PySide6.QtCore import QObject, Signal

from digitpad import logs
from digitpad.errors import DigitpadError


class LatestTask(QObject):
    """Does one piece of work at a time in a thread of its own; of those that wait, only the newest is done.

    `work` is asked to give up, by the function that is passed to it, as soon as there is a newer wish. The results come
    as signals in the GUI thread, and only those of the newest wish.
    """

    fetched = Signal(object)
    failed = Signal(str)
    _came = Signal(int, object, str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._thread = ThreadPoolExecutor(1, "digitpad-fetching")
        self._newest = 0
        self._is_closed = False
        self._came.connect(self._tell)

    def fetch(self, work: Callable[[Callable[[], bool]], Any]) -> None:
        """Do `work` soon, instead of whatever was wished before; it is passed what tells whether it is outdated."""
        if self._is_closed:
            return
        self._newest += 1
        self._thread.submit(self._do, self._newest, work)

    def forget(self) -> None:
        """Want nothing any more."""
        self._newest += 1

    def close(self) -> None:
        """Forget everything, and end the thread; what is wished later is not done."""
        self._is_closed = True
        self._newest += 1
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _do(self, number: int, work: Callable[[Callable[[], bool]], Any]) -> None:
        if number != self._newest:
            return
        result, sentence = None, ""
        try:
            result = work(lambda: number != self._newest)
        except DigitpadError as error:
            sentence = str(error)
        except Exception as error:
            sentence = logs.unexpected(error)
        if number == self._newest:
            self._came.emit(number, result, sentence)

    def _tell(self, number: int, result: object, sentence: str) -> None:
        if number != self._newest:
            return
        if sentence:
            self.failed.emit(sentence)
        else:
            self.fetched.emit(result)
