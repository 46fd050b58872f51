"""What all tests share: an offscreen platform, a window of its own for each test, and little data."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, SignalInstance
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from pytestqt.wait_signal import SignalBlocker

from digitpad import folders
from digitpad.app.files.settings import Settings
from digitpad.app.session.network_handle import NetworkHandle
from digitpad.app.widgets.theme import Theme
from digitpad.app.window.main_window import MainWindow
from digitpad.data import mnist
from digitpad.data.dataset import Digits
from digitpad.engine.files import weights
from digitpad.engine.runs.store import RunStore


class PatientBot(QtBot):
    """Waits for what must happen for as long as a busy machine may take: only what fails takes so long."""

    def waitUntil(self, callback: Callable[[], object], *, timeout: int = 60_000) -> None:
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: SignalInstance, *, timeout: int = 60_000, **more: Any) -> SignalBlocker:
        return super().waitSignal(signal, timeout=timeout, **more)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    return PatientBot(request)


@pytest.fixture(scope="session")
def mnist_digits() -> Digits:
    """All of MNIST."""
    return mnist.load()


@pytest.fixture(scope="session")
def few_digits(mnist_digits: Digits) -> Digits:
    """2,000 training and 500 test digits."""
    return Digits(mnist_digits.training.take(slice(2_000)), mnist_digits.test.take(slice(500)))


@pytest.fixture(scope="session")
def few_digits_folder(few_digits: Digits, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`few_digits` as a folder of four IDX files."""
    folder = tmp_path_factory.mktemp("few-digits")
    for name, dataset in (("train", few_digits.training), ("t10k", few_digits.test)):
        write_idx(folder / f"{name}-images-idx3-ubyte", 2051, dataset.images.reshape(-1, 28, 28))
        write_idx(folder / f"{name}-labels-idx1-ubyte", 2049, dataset.labels)
    return folder


def write_idx(path: Path, magic: int, items: np.ndarray) -> None:
    header = np.array([magic, *items.shape], ">u4").tobytes()
    path.write_bytes(header + items.astype(np.uint8).tobytes())


@pytest.fixture(scope="session")
def bundled_network() -> NetworkHandle:
    return NetworkHandle.from_file(weights.BUNDLED, *weights.load(weights.BUNDLED))


@pytest.fixture(autouse=True)
def runs_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the trainings of a test are kept, in this process and in others that it starts."""
    monkeypatch.setenv(folders.HOME, str(tmp_path / "home"))
    return tmp_path / "home" / "runs"


@pytest.fixture
def settings_path(tmp_path: Path) -> Path:
    return tmp_path / "settings.ini"


@pytest.fixture
def open_window(
    qapp: QApplication, bundled_network: NetworkHandle, settings_path: Path
) -> Iterator[Callable[[], MainWindow]]:
    """Open windows as `digitpad` does; whatever still trains at the end of the test is abandoned."""
    windows: list[MainWindow] = []
    theme = Theme(qapp)

    def open_one() -> MainWindow:
        window = MainWindow(bundled_network, Settings(settings_path), theme, RunStore())
        windows.append(window)
        window.show()
        window.activateWindow()
        qapp.processEvents()
        window.start_background_work()
        return window

    yield open_one
    for window in windows:
        window.cuts.close_fetching()
        for busy in (
            window.runs_presenter,
            window.insight,
            window.diagnosis_presenter,
            window.panel.estimator,
            window.controller,
            window.garbage_collection,
        ):
            busy.close()
        window.deleteLater()
    theme.deleteLater()
    # No event loop comes by that would do it, and whatever stays is styled anew with each window to come.
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    # As at a start: widgets that are put together under a style sheet take three times as long.
    qapp.setStyleSheet("")


@pytest.fixture
def window(open_window: Callable[[], MainWindow]) -> MainWindow:
    return open_window()
