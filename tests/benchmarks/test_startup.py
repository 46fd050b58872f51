"""From the start of the process to a painted window, against an empty window that imports NumPy and Qt.

It imports pyqtgraph too, as digitpad did before it put that off until there is something to plot.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from digitpad import folders

ROUNDS = 11
BOUND = 1.3

#: Ends the process once the window has been painted for the first time.
_WATCH = """
from PySide6.QtCore import QEvent, QObject
class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and watched is self.window:
            QTimer.singleShot(0, QApplication.instance().quit)
        return False
"""
EMPTY = (
    """
import sys
import numpy, pyqtgraph
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
"""
    + _WATCH
    + """
app = QApplication([])
watch = Watch(); watch.window = QMainWindow(); watch.window.resize(1240, 760)
app.installEventFilter(watch)
watch.window.show()
app.exec()
"""
)
DIGITPAD = """
import sys
from digitpad.app.start import main
from digitpad.app.window import main_window
initial = main_window.MainWindow.__init__
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
""" + _WATCH + """
watch = Watch()
def begin(self, *arguments):
    initial(self, *arguments)
    watch.window = self
    QApplication.instance().installEventFilter(watch)
main_window.MainWindow.__init__ = begin
sys.argv = ['digitpad']
from digitpad.__main__ import main as run
run()
"""  # fmt: skip


def test_a_window_is_painted_nearly_as_soon_as_an_empty_one(tmp_path: Path) -> None:
    home = {**os.environ, folders.HOME: str(tmp_path)}
    times: dict[str, list[float]] = {EMPTY: [], DIGITPAD: []}
    for _ in range(ROUNDS):
        for code, values in times.items():
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, env=home)
            values.append(time.perf_counter() - start)
    empty, digitpad = (np.array(values[1:]) for values in times.values())
    print(f"\nempty {np.median(empty):.2f} s, digitpad {np.median(digitpad):.2f} s, ", end="")
    print(f"ratio pair by pair: median {np.median(digitpad / empty):.2f}")
    assert np.median(digitpad / empty) <= BOUND
