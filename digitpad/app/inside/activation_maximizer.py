"""Draws the network's preferred input of a digit, step by step, in the background."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from digitpad.app.inside.preferred_input_page import PreferredInputPage
from digitpad.app.session.controller import Controller
from digitpad.app.session.latest_task import LatestTask
from digitpad.app.session.network_handle import NetworkHandle
from digitpad.app.widgets.visibility import in_sight
from digitpad.data.drawing import Picture
from digitpad.data.ink import Image
from digitpad.engine.insight import activation_maximization

#: Milliseconds between two steps, and how many are taken.
_PAUSE_MS, _MOST_STEPS = 40, 400


class ActivationMaximizer(QObject):
    """Connects `page` with `controller`. `drawing` returns the image to begin with, None without a drawing."""

    failed = Signal(str)
    digit_wanted = Signal(object)  # Picture: show it on the canvas

    def __init__(self, controller: Controller, page: PreferredInputPage) -> None:
        super().__init__(controller)
        self._controller, self._page, self._selection = controller, page, controller.selection
        self._images: Iterator[tuple[Image, float]] | None = None
        self._idea: Image | None = None
        #: The run of the network that is maximized, if any.
        self._run: Path | None = None
        self._steps = self._digit = 0
        self._title = ""
        self._fetcher = LatestTask(self)
        self._fetcher.fetched.connect(self._show)
        self._fetcher.failed.connect(self.failed)
        self._next = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._next.timeout.connect(self._grow)
        self._selection.network_changed.connect(self._on_network_changed)
        page.started.connect(self._start)
        page.stopped.connect(self._stop)
        page.canvas_wanted.connect(self._put_on_canvas)

    def close(self) -> None:
        """Stop the background work for good."""
        self._next.stop()
        self._fetcher.close()

    def _start(self, digit: int, from_drawing: bool) -> None:
        drawing = self._selection.image if from_drawing else None
        if from_drawing and drawing is None:
            self.failed.emit("there is no drawing to begin with: draw a digit, or begin with noise")
            return
        start = drawing if drawing is not None else activation_maximization.noise(np.random.default_rng())
        # While the selected network is being trained, each step uses its newest version.
        self._images = activation_maximization.maximizing(lambda: self._selection.network.network, start, digit)
        self._run = self._selection.run
        self._steps, self._digit, self._title = 0, digit, self._selection.network.title
        self._page.show_running(True)
        self._grow()

    def _on_network_changed(self, shown: NetworkHandle) -> None:
        """Stop if another network is selected, unless it is a newer version from the same running training."""
        is_same = self._controller.is_growing and shown.run is not None and shown.run == self._run
        if self._images is not None and not is_same:
            self._stop()

    def _grow(self) -> None:
        maximizing = self._images
        if maximizing is None or self._steps > _MOST_STEPS or not in_sight(self._page):
            self._stop()
        elif self._controller.priority.pen_moves:
            self._next.start()
        else:
            self._fetcher.fetch(lambda _: next(maximizing))

    def _show(self, step: tuple[Image, float]) -> None:
        self._idea, probability = step
        self._page.show_preferred_input(self._idea, self._digit, self._steps, probability, self._title)
        self._steps += 1
        self._next.start()

    def _stop(self) -> None:
        self._images = None
        self._next.stop()
        self._fetcher.forget()
        self._page.show_running(False)

    def _put_on_canvas(self) -> None:
        self._stop()
        if self._idea is not None:
            self.digit_wanted.emit(Picture(self._idea))
