import time

import pytest
from PySide6.QtCore import QThread, QTimer
from pytestqt.qtbot import QtBot

from digitpad.app.session.background import run_in_background
from digitpad.errors import DigitpadError


def test_work_is_done_elsewhere_while_the_gui_goes_on(qtbot: QtBot) -> None:
    ticks: list[float] = []
    timer = QTimer(interval=5)
    timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
    timer.start()
    here = QThread.currentThread()

    def work() -> bool:
        time.sleep(0.1)
        return QThread.currentThread() is not here

    assert run_in_background(work)
    assert len(ticks) > 5


def test_an_error_comes_back(qtbot: QtBot) -> None:
    def fail() -> None:
        raise DigitpadError("choose another")

    with pytest.raises(DigitpadError, match="choose another"):
        run_in_background(fail)
