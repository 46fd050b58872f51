"""All ten probabilities of a digit, a bar each."""

from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from digitpad.app.prediction.prediction_label import WIDTH
from digitpad.app.widgets.theme_colors import Colors, colors
from digitpad.data.dataset import CLASSES
from digitpad.engine.reading.prediction import SMALLEST_SHARE, Prediction, percent

#: Milliseconds without a new prediction before the accessible description is set, and how many digits it names.
_REST_MS, _TOLD = 300, 3


class _Row(NamedTuple):
    """What is to be seen in a row: its text, the length of its bar in pixels, and whether it is the prediction."""

    text: str = ""
    length: int = 0
    is_predicted: bool = False


class ProbabilityBars(QWidget):
    """Ten bars; the longest in the accent's color."""

    _LEAST_ROW, _ROW, _MOST_ROW = 17, 21, 30

    def __init__(self) -> None:
        super().__init__()
        self.prediction: Prediction | None = None
        self._rows = [_Row()] * CLASSES
        # The prediction is to be painted first: this fires after the events that are pending.
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._refresh)
        # A screen reader is to announce only predictions that last.
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._describe)
        self.setAccessibleName("Probabilities")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(WIDTH, CLASSES * self._LEAST_ROW)
        self.setMaximumHeight(CLASSES * self._MOST_ROW)

    def show_prediction(self, prediction: Prediction | None) -> None:
        """Paint the bars of `prediction`, or none, as soon as the predicted digit is painted."""
        self.prediction = prediction
        self._soon.start()
        self._rest.start()

    def _describe(self) -> None:
        """Describe the most probable digits for screen readers."""
        words = "Nothing yet"
        if self.prediction is not None:
            shares = self.prediction.probabilities
            order = np.argsort(-shares, kind="stable")[:_TOLD]
            words = ", ".join(f"{digit}: {percent(float(shares[digit]))}" for digit in order)
        self.setAccessibleDescription(words)

    def _refresh(self) -> None:
        before = self._rows
        self._update_rows()
        # Most rows say the same as before.
        for digit in range(CLASSES):
            if self._rows[digit] != before[digit]:
                self.update(self._row(digit).toAlignedRect())

    def _update_rows(self) -> None:
        """Find out what is to be seen."""
        if self.prediction is None:
            self._rows = [_Row()] * CLASSES
            return
        track, predicted = self._track, self.prediction.digit
        self._rows = []
        for digit, share in enumerate(self.prediction.probabilities.tolist()):
            length = max(4, round(share * track)) if share >= SMALLEST_SHARE else 0
            self._rows.append(_Row(percent(share), length, digit == predicted))

    @property
    def _left(self) -> int:
        """Where the bars begin, right of the digits."""
        return 10 + self.fontMetrics().horizontalAdvance("0")

    @property
    def _track(self) -> int:
        """The length in pixels of the longest possible bar. The rest is for the percentages."""
        return self.width() - self._left - 20 - self.fontMetrics().horizontalAdvance(">99.9 %")

    def _row(self, digit: int) -> QRectF:
        height = self.height() / CLASSES
        return QRectF(0, digit * height, self.width(), height)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, CLASSES * self._ROW)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._update_rows()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.FontChange:
            self._update_rows()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shades, left, track = colors(self.palette()), self._left, self._track
        for digit, look in enumerate(self._rows):
            row = self._row(digit)
            # The rectangle around all that is to be painted may hold rows that say the same as before.
            if event.region().intersects(row.toAlignedRect()):
                self._paint_row(painter, row, QRectF(left, row.center().y() - 5, track, 10), digit, look, shades)

    def _paint_row(self, painter: QPainter, row: QRectF, bar: QRectF, digit: int, look: _Row, shades: Colors) -> None:
        if look.is_predicted:
            bold = QFont(self.font())
            bold.setBold(True)
            painter.setFont(bold)
        text_color = QColor(shades.ink if look.is_predicted else shades.hint)
        painter.setPen(text_color)
        painter.drawText(row.adjusted(2, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, str(digit))
        painter.drawText(row, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, look.text)
        if look.is_predicted:
            painter.setFont(self.font())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(shades.track))
        painter.drawRoundedRect(bar, 3, 3)
        if look.length:
            painter.setBrush(QColor(shades.accent if look.is_predicted else shades.hint))
            bar.setWidth(look.length)
            painter.drawRoundedRect(bar, 3, 3)
