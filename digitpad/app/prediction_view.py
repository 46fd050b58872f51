"""The verdict, all ten probabilities of a digit, and the very image of it that the network saw."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from digitpad.app import qimage
from digitpad.app.theme_colors import colors
from digitpad.app.verdict import SMALLEST_SHARE, Verdict, percent
from digitpad.data.dataset import CLASSES, SIDE
from digitpad.engine.prediction import Prediction

_WIDTH = 208


class PredictionView(QWidget):
    """Shows predictions, and of one of them the probabilities and the image; or that there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.verdict = Verdict()
        self.bars = ProbabilityBars()
        self.seen = SeenImage()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for title, widget in (("It reads", self.verdict), ("Probabilities", self.bars), ("It sees", self.seen)):
            heading = QLabel(title)
            heading.setProperty("heading", True)
            layout.addWidget(heading)
            layout.addWidget(widget)
            layout.addSpacing(8)
        layout.addStretch(1)
        self.setFixedWidth(_WIDTH)
        self.verdict.chosen.connect(self._show_one)

    def show_predictions(self, predictions: Sequence[Prediction]) -> None:
        """Show `predictions`, or nothing at all where there is none."""
        self.verdict.show_predictions(predictions)

    def _show_one(self, prediction: Prediction | None) -> None:
        self.bars.show_prediction(prediction)
        self.seen.show_prediction(prediction)


class _Shown(QWidget):
    """A widget that paints one prediction or its absence."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.prediction: Prediction | None = None
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_prediction(self, prediction: Prediction | None) -> None:
        """Paint `prediction` from now on."""
        self.prediction = prediction
        self.update()


class ProbabilityBars(_Shown):
    """Ten bars; the longest in the accent's colour."""

    _ROW = 21

    def __init__(self) -> None:
        super().__init__("Probabilities")

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, CLASSES * self._ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for digit in range(CLASSES):
            row = QRectF(0, digit * self._ROW, self.width(), self._ROW)
            probability = None if self.prediction is None else float(self.prediction.probabilities[digit])
            is_verdict = self.prediction is not None and digit == self.prediction.digit
            self._paint_row(painter, row, digit, probability, is_verdict)

    def _paint_row(
        self, painter: QPainter, row: QRectF, digit: int, probability: float | None, is_verdict: bool
    ) -> None:
        shades = colors(self.palette())
        if is_verdict:
            bold = QFont(self.font())
            bold.setBold(True)
            painter.setFont(bold)
        text_color = QColor(shades.ink if is_verdict else shades.hint)
        painter.setPen(text_color)
        painter.drawText(row.adjusted(2, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, str(digit))
        bar = QRectF(20, row.center().y() - 5, row.width() - 20 - 66, 10)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(shades.track))
        painter.drawRoundedRect(bar, 3, 3)
        if probability is None:
            return
        if probability >= SMALLEST_SHARE:
            painter.setBrush(QColor(shades.accent if is_verdict else shades.hint))
            bar.setWidth(max(4.0, bar.width() * probability))
            painter.drawRoundedRect(bar, 3, 3)
        painter.setPen(text_color)
        painter.drawText(row, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, percent(probability))
        painter.setFont(self.font())


class SeenImage(_Shown):
    """The 28x28 image, each pixel a square."""

    _PIXEL = 5

    def __init__(self) -> None:
        super().__init__("What the network sees, 28 x 28 pixels")

    def sizeHint(self) -> QSize:
        return QSize(SIDE * self._PIXEL + 2, SIDE * self._PIXEL + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        shades = colors(self.palette())
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.fillRect(frame, QColor(shades.paper))
        if self.prediction is not None:
            image = qimage.shaded(self.prediction.image, shades.paper, shades.ink)
            painter.drawImage(frame.adjusted(0.5, 0.5, -0.5, -0.5), image)
        painter.setPen(QPen(QColor(shades.border), 1))
        painter.drawRect(frame)
