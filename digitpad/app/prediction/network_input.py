"""The 28x28 image that the network sees, and how the ink became it."""

import numpy as np
from PySide6.QtCore import QEasingCurve, QRectF, QSize, Qt, QTimer, QVariantAnimation, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from digitpad.app.canvas import guides, stroke_painter
from digitpad.app.prediction.prediction_label import WIDTH
from digitpad.app.widgets import image_conversion
from digitpad.app.widgets.theme_colors import Colors, colors
from digitpad.data.dataset import SIDE
from digitpad.data.normalization import Placement, Way
from digitpad.engine.reading.prediction import Prediction

#: Screen pixels to one of the image's, at least and at most.
_LEAST_PIXEL, _MOST_PIXEL = 3, 10
#: What the words beside the image need.
_WORDS = 74
_STEPS = ("as drawn", "scaled", "centered")
_WAY_MS = 1_000
#: When the ink rests at each step, as shares of the animation's duration. In between, it moves.
_RESTS = ((0.0, 0.15), (0.5, 0.6), (0.95, 1.0))


class NetworkInput(QWidget):
    """Shows the 28x28 image, each pixel as a square, or the strokes while they are animated: scaled and centered."""

    asked = Signal()  # the user wants to see the animation again

    def __init__(self) -> None:
        super().__init__()
        self.prediction: Prediction | None = None
        self._note = ""
        self._paths: list[QPainterPath] = []
        self._places: tuple[Placement, ...] = ()
        # The prediction is to be painted first: this fires after the events that are pending.
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.update)
        self._way = QVariantAnimation(self, startValue=0.0, endValue=1.0, duration=_WAY_MS)
        self._way.valueChanged.connect(self.update)
        self._way.finished.connect(self.update)
        self.setAccessibleName("Network input, 28\N{MULTIPLICATION SIGN}28 pixels")
        self.setToolTip("Click to watch how the ink becomes this image")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(SIDE * _LEAST_PIXEL + _WORDS, SIDE * _LEAST_PIXEL + 2)

    @property
    def is_on_its_way(self) -> bool:
        """Whether the animation is running."""
        return self._way.state() == QVariantAnimation.State.Running

    def show_prediction(self, prediction: Prediction | None) -> None:
        """Paint `prediction` from now on. If its image is another one, stop the animation."""
        before, self.prediction = self.prediction, prediction
        if prediction is None or before is None or not np.array_equal(prediction.image, before.image):
            self._way.stop()
        self._soon.start()

    def show_note(self, note: str) -> None:
        """Say `note` beside the image, in a few words."""
        if note != self._note:
            self._note = note
            self.setAccessibleDescription(note)
            self.update()

    def show_way(self, way: Way) -> None:
        """Animate ink from each of its placements to the next, and show the image at the end."""
        strokes = [[(float(x), float(y)) for x, y in stroke] for stroke in way.strokes]
        self._paths = [path for points in strokes for path in stroke_painter.whole(points)]
        self._places = way.places
        self._way.stop()
        self._way.start()

    @property
    def _pixel(self) -> int:
        """Screen pixels to one of the image's: as many as there is room for."""
        words = max(_WORDS, 18 + self.fontMetrics().horizontalAdvance(_STEPS[0]))
        fits = min((self.width() - words) // SIDE, (self.height() - 2) // SIDE)
        return min(max(fits, _LEAST_PIXEL), _MOST_PIXEL)

    @property
    def _image(self) -> int:
        """The side of the image on the screen."""
        return SIDE * self._pixel

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, SIDE * 5 + 2)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.asked.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        shades = colors(self.palette())
        side = self._image
        frame = QRectF(0.5, 0.5, side + 1, side + 1)
        painter.fillRect(frame, QColor(shades.paper))
        if self.is_on_its_way:
            self._paint_way(painter, shades)
        elif self.prediction is not None:
            painter.drawImage(
                QRectF(1, 1, side, side), image_conversion.shaded(self.prediction.image, shades.paper, shades.ink)
            )
        if self._note:
            painter.setPen(QColor(shades.hint))
            painter.drawText(self._beside(0, 40), Qt.TextFlag.TextWordWrap, self._note)
        painter.setPen(QPen(QColor(shades.border), 1))
        painter.drawRect(frame)

    def _paint_way(self, painter: QPainter, shades: Colors) -> None:
        step = steps_done(float(self._way.currentValue()))
        place = between(self._places, step)
        painter.save()
        painter.setClipRect(QRectF(1, 1, self._image, self._image))
        # A pixel's index is that of its middle.
        painter.translate(1 + self._pixel / 2, 1 + self._pixel / 2)
        painter.scale(self._pixel, self._pixel)
        painter.translate(place.x, place.y)
        # Ink without size has no scale; any will do.
        scale = place.scale or 1.0
        painter.scale(scale, scale)
        for path in self._paths:
            stroke_painter.draw(painter, path, shades.ink, place.pen_width / scale)
        painter.restore()
        guides.paint(painter, QRectF(1, 1, self._image, self._image), shades)
        self._paint_steps(painter, round(step), shades)

    def _beside(self, top: int, height: int) -> QRectF:
        """Return an area to the right of the image."""
        return QRectF(self._image + 10, 2 + top, self.width() - self._image - 10, height)

    def _paint_steps(self, painter: QPainter, current: int, shades: Colors) -> None:
        """Say beside the image where on its way the ink is."""
        for number, name in enumerate(_STEPS):
            painter.setPen(QColor(shades.ink if number == current else shades.hint))
            painter.drawText(self._beside(20 * number, 20), Qt.AlignmentFlag.AlignVCenter, name)


def steps_done(share: float) -> float:
    """Return how many steps, 0 to 2, are done after the `share` 0-1 of the animation's duration."""
    for number, (begin, end) in enumerate(_RESTS):
        if share < begin:
            moving = (share - _RESTS[number - 1][1]) / (begin - _RESTS[number - 1][1])
            return number - 1 + QEasingCurve(QEasingCurve.Type.InOutCubic).valueForProgress(moving)
        if share <= end:
            return float(number)
    return float(len(_RESTS) - 1)


def between(places: tuple[Placement, ...], step: float) -> Placement:
    """Return the placement at a `step` that may lie between two of `places`."""
    first = min(int(step), len(places) - 2)
    share = step - first
    return Placement(*(a + share * (b - a) for a, b in zip(places[first], places[first + 1], strict=True)))
