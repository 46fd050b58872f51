"""Makes the README's picture: `uv run python -m tests.screenshot [FILE] [--dark] [--size 1280x720] [--error]`.

The real window, driven by real events: a digit is drawn with the mouse, a training started, and the picture taken
when half of it is done.
"""

import argparse
import os
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from digitpad import resources
from digitpad.app.files.settings import Settings
from digitpad.app.session.network_handle import NetworkHandle
from digitpad.app.session.pace import Pace
from digitpad.app.widgets.theme import Appearance, Theme, icon
from digitpad.app.window.main_window import MainWindow
from digitpad.engine.files import weights
from digitpad.engine.runs.store import RunStore

#: A three, in shares of the canvas.
_STROKE = (
    (0.35, 0.30), (0.37, 0.26), (0.42, 0.22), (0.50, 0.20), (0.57, 0.21), (0.62, 0.25), (0.64, 0.31), (0.62, 0.37),
    (0.58, 0.42), (0.52, 0.46), (0.46, 0.48), (0.53, 0.49), (0.60, 0.53), (0.65, 0.59), (0.66, 0.66), (0.63, 0.73),
    (0.57, 0.79), (0.49, 0.81), (0.41, 0.79), (0.36, 0.75), (0.33, 0.71),
)  # fmt: skip


def main() -> None:
    """Take the picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, default=resources.path("screenshots/training.png"))
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--error", action="store_true", help="let the training diverge instead")
    parser.add_argument("--rest", action="store_true", help="take the picture before anything happens")
    parser.add_argument("--settings", action="store_true", help="show all settings")
    parser.add_argument("--size", default="1240x760")
    options = parser.parse_args()
    application = QApplication([])
    application.setWindowIcon(icon())
    theme = Theme(application)
    network, record = weights.load(weights.BUNDLED)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder) / "settings.ini")
        settings.appearance = Appearance.DARK if options.dark else Appearance.LIGHT
        window = MainWindow(
            NetworkHandle.from_file(weights.BUNDLED, network, record), settings, theme, RunStore(Path(folder) / "runs")
        )
        window.resize(*map(int, options.size.split("x")))
        window.show()
        window.start_background_work()
        if not options.rest:
            draw(window)
            train(window, diverge=options.error)
        window.panel.form.show_more.setChecked(options.settings)
        QApplication.processEvents()
        window.grab().save(str(options.file))
        window.close_by_signal()


def draw(window: MainWindow) -> None:
    """Draw a digit with the mouse."""
    side = window.canvas.height()
    points = [QPoint(round(x * side), round(y * side)) for x, y in _STROKE]
    QTest.mousePress(window.canvas, Qt.MouseButton.LeftButton, pos=points[0])
    for point in points[1:]:
        QTest.mouseMove(window.canvas, point)
    QTest.mouseRelease(window.canvas, Qt.MouseButton.LeftButton, pos=points[-1])


def train(window: MainWindow, *, diverge: bool) -> None:
    """Start a training and return when half of it is done, or when it has failed."""
    loop = QEventLoop()

    def watch(pace: Pace) -> None:
        if pace.progress.epoch > pace.epochs * 0.55:
            loop.quit()

    window.controller.progressed.connect(watch)
    window.controller.failed.connect(loop.quit)
    window.panel.form.fields["epochs"].setValue(10)
    window.panel.form.fields["learning_rate"].setValue(500 if diverge else 0.1)
    window.training_actions.start.trigger()
    loop.exec()


if __name__ == "__main__":
    main()
