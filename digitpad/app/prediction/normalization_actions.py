"""The actions that show how a drawing is normalized, and the prediction without that."""

from PySide6.QtCore import QObject

from digitpad.app.canvas.canvas import Canvas
from digitpad.app.canvas.drawing_feed import DrawingFeed
from digitpad.app.prediction.prediction_view import PredictionView
from digitpad.app.widgets.actions import make_action
from digitpad.data.ink import Ink
from digitpad.data.normalization import way


class NormalizationActions(QObject):
    """Connects the actions with the feed `reading` of `canvas`, and with the network input in `view`."""

    def __init__(self, canvas: Canvas, reading: DrawingFeed, view: PredictionView, parent: QObject) -> None:
        super().__init__(parent)
        self.as_drawn = make_action(
            self,
            "canvas.without_normalization",
            "Wi&thout Normalization",
            "Ctrl+D",
            "Only scale the canvas down, without cropping and centering the ink",
            checkable=True,
        )
        self.watch = make_action(
            self,
            "canvas.animate_normalization",
            "A&nimate Normalization",
            "Ctrl+Shift+D",
            "Show after each stroke how it is scaled and centered",
            checkable=True,
        )
        self._canvas = canvas
        self._reading = reading
        self._seen = view.seen
        self.as_drawn.toggled.connect(self._show_as_drawn)
        self.watch.triggered.connect(self._show_way_if_wanted)
        canvas.lifted.connect(self._show_way_if_wanted)
        canvas.drawing_changed.connect(self._show_note)
        self._seen.asked.connect(self._show_way)

    def _show_as_drawn(self, on: bool) -> None:
        self._reading.normalize(not on)
        self._show_note()
        if not on:
            self._show_way_if_wanted()

    def _show_note(self) -> None:
        is_as_drawn = bool(self._canvas.drawing.strokes) and not self._reading.normalizes
        self._seen.show_note("not normalized" if is_as_drawn else "")

    def _show_way_if_wanted(self) -> None:
        if self.watch.isChecked():
            self._show_way()

    def _show_way(self) -> None:
        """Animate how the strokes of the selected digit are normalized."""
        drawing, prediction = self._canvas.drawing, self._seen.prediction
        if prediction is None or not drawing.strokes or not self._reading.normalizes:
            return
        # A drawing of too many strokes is read as one digit, whose prediction has no `strokes`.
        ink_way = way(Ink(prediction.strokes or drawing.strokes), self._canvas.ink_layer.extent, self._canvas.pen_width)
        if ink_way is not None:
            self._seen.show_way(ink_way)
