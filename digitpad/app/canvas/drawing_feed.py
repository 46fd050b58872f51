"""Passes the drawing on the canvas to the network, no faster than it can be read."""

import time

from PySide6.QtCore import QObject, QTimer, Signal

from digitpad.app.canvas.canvas import Canvas
from digitpad.data.ink import Ink
from digitpad.data.normalization import as_drawn

#: Seconds after an emission in which the next one is delayed: more points are waiting in the event queue.
_MIN_INTERVAL = 0.002


class DrawingFeed(QObject):
    """Emits the drawing on `canvas`, but no faster than it can be predicted.

    The ink is emitted as it is, to be normalized later, or as a picture that is only scaled down.
    """

    wanted = Signal(object, bool)  # Drawing, and whether no stroke is under way

    def __init__(self, canvas: Canvas, parent: QObject) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._normalizes = True
        self._told_at = -_MIN_INTERVAL
        # It fires when all events that have arrived by then are handled.
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._emit_wanted)
        canvas.drawing_changed.connect(self._on_drawing_changed)
        # A finished stroke can be analyzed more thoroughly than one that is still growing.
        canvas.lifted.connect(self._emit_wanted)
        canvas.pen_width_changed.connect(self._repeat)

    @property
    def normalizes(self) -> bool:
        """Whether ink is normalized by MNIST's recipe before it is predicted."""
        return self._normalizes

    def normalize(self, on: bool) -> None:
        """Normalize ink from now on, or only scale it down."""
        self._normalizes = on
        self._emit_wanted()

    def _on_drawing_changed(self) -> None:
        if time.monotonic() - self._told_at < _MIN_INTERVAL and self._canvas.is_in_use:
            self._soon.start()
        else:
            self._emit_wanted()

    def _repeat(self) -> None:
        if not self._normalizes:
            self._emit_wanted()

    def _emit_wanted(self) -> None:
        self._soon.stop()
        drawing = self._canvas.drawing
        if drawing.strokes and not self._normalizes:
            drawing = as_drawn(Ink(drawing.strokes), self._canvas.ink_layer.extent, self._canvas.pen_width)
        self.wanted.emit(drawing, not self._canvas.is_in_use)
        self._told_at = time.monotonic()
