"""All ten probabilities of a digit, a bar each. It knows no network."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from digitpad.app.look.theme_colors import colors
from digitpad.app.verdict.verdict import SMALLEST_SHARE, WIDTH, percent
from digitpad.data.dataset import CLASSES
from digitpad.engine.reading.prediction import Prediction


class ProbabilityBars(QWidget):
    """Ten bars; the longest in the accent's colour."""

    _LEAST_ROW, _ROW, _MOST_ROW = 17, 21, 30

    def __init__(self) -> None:
        super().__init__()
        self.prediction: Prediction | None = None
        self.setAccessibleName("Probabilities")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(WIDTH, CLASSES * self._LEAST_ROW)
        self.setMaximumHeight(CLASSES * self._MOST_ROW)

    def show_prediction(self, prediction: Prediction | None) -> None:
        """Paint `prediction` from now on, or that there is none."""
        before = [self._look_of(digit) for digit in range(CLASSES)]
        self.prediction = prediction
        # Most rows say the same as before; painting all of them would be half of a stroke's time.
        for digit in range(CLASSES):
            if self._look_of(digit) != before[digit]:
                self.update(self._row(digit).toAlignedRect())

    def _look_of(self, digit: int) -> tuple[str, int, bool]:
        """Return what is to be seen in a row: its text, its bar's length in pixels, and whether it is the verdict."""
        if self.prediction is None:
            return "", 0, False
        share = float(self.prediction.probabilities[digit])
        return percent(share), round(share * self.width()), digit == self.prediction.digit

    def _row(self, digit: int) -> QRectF:
        height = self.height() / CLASSES
        return QRectF(0, digit * height, self.width(), height)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, CLASSES * self._ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for digit in range(CLASSES):
            row = self._row(digit)
            if not row.intersects(QRectF(event.rect())):
                continue
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
        letters = self.fontMetrics()
        left, right = 10 + letters.horizontalAdvance("0"), 20 + letters.horizontalAdvance(">99.9 %")
        bar = QRectF(left, row.center().y() - 5, row.width() - left - right, 10)
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
