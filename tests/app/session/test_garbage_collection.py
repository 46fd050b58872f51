"""Who collects what nobody holds any more."""

import gc
import threading
import weakref
from typing import Any

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from digitpad.app.window.main_window import MainWindow


class Forgotten(QObject):
    """Holds itself, so that only a collection finds it."""

    def __init__(self) -> None:
        super().__init__()
        self.itself = self


def test_only_the_gui_thread_collects_whoever_allocates(qtbot: QtBot, window: MainWindow) -> None:
    threads = set[int]()

    def note(phase: str, _: dict[str, Any]) -> None:
        threads.add(threading.get_ident())

    reference = weakref.ref(Forgotten())
    gc.callbacks.append(note)
    try:
        worker = threading.Thread(target=lambda: [[[]] for _ in range(200_000)])
        worker.start()
        worker.join()
        assert threads <= {threading.get_ident()}
        kept = [[[]] for _ in range(2_000)]
        qtbot.waitUntil(lambda: reference() is None)
        assert len(kept) == 2_000
    finally:
        gc.callbacks.remove(note)
    assert threads == {threading.get_ident()}
    window.garbage_collection.close()
    assert gc.isenabled()
