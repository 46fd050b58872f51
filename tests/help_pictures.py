"""Makes the pictures in the pages of help: `uv run python -m tests.help_pictures [NAME ...]`.

Each is a part of the real window, offscreen, after real trainings; light and dark, at twice the size for sharp screens.
"""

import argparse
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEventLoop, QRect, QTimer
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from digitpad import resources
from digitpad.app.files.settings import Settings
from digitpad.app.session.network_handle import NetworkHandle
from digitpad.app.widgets import image_conversion
from digitpad.app.widgets.theme import Appearance, Theme
from digitpad.app.widgets.theme_colors import colors
from digitpad.app.window.main_window import MainWindow
from digitpad.data import ink_digits, mnist, outliers, synthetic_pen
from digitpad.data.augmentation import Augmentation
from digitpad.data.dataset import SIDE
from digitpad.engine.files import weights
from digitpad.engine.runs.store import RunStore
from digitpad.engine.training.config import TrainingConfig
from tests.screenshot import draw

_PLAIN = TrainingConfig(hidden="200", epochs=3, learning_rate=0.1)


def training(window: MainWindow) -> QWidget:
    """The digit on the canvas, read by each network of an epoch."""
    draw(window)
    train(window, replace(_PLAIN, epochs=1))
    return window.timeline


def cost(window: MainWindow) -> QWidget:
    """Cost and accuracy of a training."""
    train(window, _PLAIN)
    return window.curves


def validation(window: MainWindow) -> QWidget:
    """Two runs, of which one reads more of the digits that were held out."""
    for hidden in ("16", "200"):
        train(window, replace(_PLAIN, hidden=hidden))
    return window.runs


def overfitting(window: MainWindow) -> QWidget:
    """A training on few digits, as the page has it tried."""
    train(window, replace(_PLAIN, training=500, epochs=30, learning_rate=0.2, schedule="constant"))
    return window.curves


def learning_rate(window: MainWindow) -> QWidget:
    """Three rates: one too low, one that suits, one too high."""
    window.curve_actions.logarithmic.setChecked(True)
    for rate in (0.0003, 0.1, 2.0):
        train(window, replace(_PLAIN, learning_rate=rate, schedule="constant"))
    return window.curves


def drawing(window: MainWindow) -> QWidget:
    """The canvas with a digit, and what is predicted of it."""
    draw(window)
    wait(1_500)
    window.timeline.hide()
    frame = window.canvas.parentWidget()
    assert frame is not None
    return frame


def mistakes(window: MainWindow) -> QWidget:
    """The confusion matrix of a network that has learned for three epochs."""
    train(window, _PLAIN)
    window.insight.docks.all_actions[0].trigger()
    wait(1_500)
    window.insight.mistakes.wrong.click()
    wait(500)
    return window.insight.mistakes


def convolution(window: MainWindow) -> QWidget:
    """The maps that the filters of the first layer make of a drawing."""
    draw(window)
    window.insight.docks.all_actions[1].trigger()
    window.insight.inside.units.kind.setCurrentIndex(1)
    window.insight.inside.units.kind.activated.emit(1)
    wait(1_500)
    return window.insight.inside.units.area


def optimization(window: MainWindow) -> QWidget:
    """Plain descent, momentum and Adam."""
    for settings in ({"momentum": 0.0}, {"momentum": 0.9}, {"optimizer": "adam", "learning_rate": 0.001}):
        train(window, replace(_PLAIN, epochs=1, schedule="constant", **settings))
    return window.curves


def augmentation(window: MainWindow) -> QWidget:
    """Five digits, each as it is and as it is learned in nine epochs."""
    images, rng = mnist.load().training.images[:5], np.random.default_rng(0)
    changes = Augmentation(shift=1, rotation=10, scale=0.1, shear=0.15, elastic=0.5)
    return shown(window, np.stack([images, *(changes.apply(images, rng) for _ in range(9))], axis=1))


def digits(window: MainWindow) -> QWidget:
    """Ten digits of MNIST, ten of the synthetic pen, ten outliers."""
    dataset, rng = mnist.load().training, np.random.default_rng(0)
    written, scribbled = np.empty((10, SIDE**2), np.uint8), np.empty((10, SIDE**2), np.uint8)
    list(ink_digits.filling(written, (synthetic_pen.write(synthetic_pen.choose(d, rng), rng) for d in range(10))))
    list(ink_digits.filling(scribbled, (outliers.outlier(rng) for _ in range(10))))
    each = [int(np.flatnonzero(dataset.labels == digit)[0]) for digit in range(10)]
    return shown(window, np.stack([dataset.images[each], written, scribbled]))


def shown(window: MainWindow, images: np.ndarray) -> QLabel:
    """A label with `images` (rows, columns, 784) as ink on the window's paper."""
    rows, columns, _ = images.shape
    framed = np.pad(images.reshape(rows, columns, SIDE, SIDE), ((0, 0), (0, 0), (1, 1), (1, 1)))
    sheet = framed.transpose(0, 2, 1, 3).reshape(rows * (SIDE + 2), columns * (SIDE + 2)) / np.float32(255)
    shades = colors(window.palette())
    label = QLabel(
        pixmap=QPixmap.fromImage(image_conversion.shaded(sheet.astype(np.float32), shades.paper, shades.ink))
    )
    label.setScaledContents(True)
    return label


#: What is shown of the window, and how large, in points.
PICTURES: dict[str, tuple[Callable[[MainWindow], QWidget], tuple[int, int]]] = {
    "training": (training, (600, 200)),
    "cost": (cost, (600, 300)),
    "validation": (validation, (600, 100)),
    "overfitting": (overfitting, (600, 300)),
    "learning-rate": (learning_rate, (600, 300)),
    "draw": (drawing, (600, 440)),
    "mistakes": (mistakes, (600, 400)),
    "convolution": (convolution, (440, 244)),
    "optimization": (optimization, (600, 300)),
    "augmentation": (augmentation, (450, 225)),
    "digits": (digits, (450, 135)),
}


def main() -> None:
    """Make those pictures whose names are given, or all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(PICTURES))
    names = parser.parse_args().names or list(PICTURES)
    # Not before: who only asks for names wants no other screen.
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("QT_SCALE_FACTOR", "2")
    theme = Theme(QApplication([]))
    for name in names:
        pictured, size = PICTURES[name]
        for window, appearance in windows(theme):
            part = pictured(window)
            part.setFixedSize(*size)
            wait(300)
            path = resources.path(f"help/pictures/{name}-{appearance.value}.png")
            part.grab(QRect(0, 0, *size)).save(str(path))


def windows(theme: Theme) -> Iterator[tuple[MainWindow, Appearance]]:
    """Yield a new window for each appearance; its runs are forgotten with it."""
    network, record = weights.load(weights.BUNDLED)
    for appearance in (Appearance.LIGHT, Appearance.DARK):
        with tempfile.TemporaryDirectory() as folder:
            settings = Settings(Path(folder) / "settings.ini")
            settings.appearance = appearance
            shown = NetworkHandle.from_file(weights.BUNDLED, network, record)
            window = MainWindow(shown, settings, theme, RunStore(Path(folder) / "runs"))
            window.resize(1280, 800)
            window.show()
            window.start_background_work()
            yield window, appearance
            window.close_by_signal()


def train(window: MainWindow, config: TrainingConfig) -> None:
    """Train until it ends, and until the window has come to know it."""
    window.controller.start(config)
    while not window.controller.is_idle:
        wait(50)
    wait(1_000)


def wait(milliseconds: int) -> None:
    """Let the window live."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


if __name__ == "__main__":
    main()
