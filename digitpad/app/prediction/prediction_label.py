"""The predicted digit, large, or a row of them with the image of each to choose from."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from digitpad.app.widgets import image_conversion
from digitpad.app.widgets.text_layout import unbroken
from digitpad.app.widgets.theme_colors import colors
from digitpad.app.widgets.zoom import zoom_of
from digitpad.engine.reading.prediction import Prediction, percent, text_of

#: The width in pixels of the column with the prediction.
WIDTH = 208
_HEIGHT = 96
_LARGEST_TEXT, _SMALLEST_TEXT = 56, 12
#: The side in pixels of a digit's image, and the most lines of such images. The first option that fits is used.
_THUMBS = ((30, 1), (18, 1), (18, 2))
_THUMB_GAP = 4
NOTHING = "Draw a digit"
NO_DIGIT = "not a digit"


class PredictionLabel(QWidget):
    """Shows all predictions; with several, another one can be selected by a click or the arrow keys."""

    digit_chosen = Signal(int)  # the number of a prediction

    def __init__(self) -> None:
        super().__init__()
        self.predictions: tuple[Prediction, ...] = ()
        self.number = 0
        self._guesses = False
        self._zoom = zoom_of(self)
        self.setAccessibleName("Prediction")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(WIDTH)

    @property
    def text(self) -> str:
        """The predicted digit, or words if it is unsure or not a digit. In a row, signs stand for the words."""
        if not self.predictions:
            return NOTHING
        if len(self.predictions) > 1:
            return text_of(self.predictions)
        return words(self.predictions[0], guesses=self._guesses)

    def show_predictions(self, predictions: Sequence[Prediction], number: int) -> None:
        """Show `predictions`, of which the one with that number is selected."""
        self.predictions, self.number = tuple(predictions), number
        is_row = len(self.predictions) > 1
        if is_row or self.toolTip():
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if is_row else Qt.FocusPolicy.NoFocus)
            self.setToolTip(f"{self.text}\nClick a digit to see its probabilities" if is_row else "")
        self._update_text()

    def show_untrained(self, on: bool) -> None:
        """Say that the network guesses, as long as it has learned nothing."""
        if on != self._guesses:
            self._guesses = on
            self._update_text()

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, round(self._zoom * _HEIGHT))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.FontChange:
            self._zoom = zoom_of(self)
            self.updateGeometry()
        super().changeEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for number in range(len(self.predictions)):
            if len(self.predictions) > 1 and self._grid()[2] and self.place_of(number).contains(event.position()):
                self.digit_chosen.emit(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() in steps and len(self.predictions) > 1:
            self.digit_chosen.emit((self.number + steps[Qt.Key(event.key())]) % len(self.predictions))
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if len(self.predictions) > 1:
            self._paint_row(painter)
        elif self.predictions and self.predictions[0].is_digit and not self._guesses:
            self._paint_digit(painter, self.predictions[0])
        else:
            font = QFont(self.font())
            if self.predictions:
                font.setPixelSize(round(24 * self._zoom))
            painter.setFont(font)
            painter.setPen(QColor(colors(self.palette()).hint))
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect(), flags, unbroken(self.text))

    def _paint_digit(self, painter: QPainter, prediction: Prediction) -> None:
        shades = colors(self.palette())
        painter.setFont(self._large(round(92 * self._zoom)))
        painter.setPen(QColor(shades.ink if prediction.is_sure else shades.hint))
        digit, gap = round(76 * self._zoom), 12
        painter.drawText(QRectF(0, 0, digit, self.height()), Qt.AlignmentFlag.AlignCenter, str(prediction.digit))
        area = QRectF(digit + gap, 0, self.width() - digit - gap, self.height())
        doubt = "" if prediction.is_sure else f"\nor {prediction.second}?"
        text = percent(prediction.probability) + doubt
        font = QFont(self.font())
        font.setPixelSize(round(22 * self._zoom))
        # The system's font may be too large for the column.
        share = area.width() / max(1, QFontMetricsF(font).boundingRect(area, 0, text).width())
        font.setPixelSize(max(1, int(font.pixelSize() * min(1, share))))
        painter.setFont(font)
        painter.setPen(QColor(shades.hint))
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_row(self, painter: QPainter) -> None:
        shades = colors(self.palette())
        side, _, lines = self._grid()
        area = QRectF(0, 0, self.width(), self.height() - lines * (side + _THUMB_GAP) - 4)
        # Rows below each other, or one after the other, whichever can be larger.
        options = [(self._fitting(text, area), text) for text in (self.text, self.text.replace(" ", "\n"))]
        font, text = max(options, key=lambda option: option[0].pixelSize())
        painter.setFont(font)
        painter.setPen(QColor(shades.ink))
        shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, text if "\n" in text else shown)
        for number, prediction in enumerate(self.predictions if lines else ()):
            frame = self.place_of(number)
            painter.drawImage(frame, image_conversion.shaded(prediction.image, shades.paper, shades.ink))
            is_selected = number == self.number
            painter.setPen(QPen(QColor(shades.accent if is_selected else shades.border), 2 if is_selected else 1))
            painter.drawRect(frame)

    def _fitting(self, text: str, area: QRectF) -> QFont:
        """Return the largest font in which `text` fits `area`, or the smallest that can be read."""
        for size in range(round(self._zoom * _LARGEST_TEXT), _SMALLEST_TEXT, -2):
            bounds = QFontMetricsF(self._large(size)).boundingRect(area, 0, text)
            if bounds.width() <= area.width() and bounds.height() <= area.height():
                return self._large(size)
        return self._large(_SMALLEST_TEXT)

    def _grid(self) -> tuple[int, int, int]:
        """Return the side of the digits' images, how many lie in a line, and in how many lines: none if too many."""
        zoomed = [(round(self._zoom * side), lines) for side, lines in _THUMBS]
        for side, lines in (*zoomed, _THUMBS[-1]):
            in_line = (self.width() - 2) // (side + _THUMB_GAP)
            if len(self.predictions) <= lines * in_line:
                return side, in_line, math.ceil(len(self.predictions) / in_line)
        return 0, 1, 0

    def place_of(self, number: int) -> QRectF:
        """Return where the image of a digit lies."""
        side, in_line, lines = self._grid()
        line, column = divmod(number, in_line)
        step = side + _THUMB_GAP
        return QRectF(1 + column * step, self.height() - (lines - line) * step + 2, side, side)

    def _large(self, size: int) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(size)
        font.setWeight(QFont.Weight.DemiBold)
        return font

    def _update_text(self) -> None:
        is_sure = len(self.predictions) == 1 and self.predictions[0].is_sure and not self._guesses
        sureness = f" {percent(self.predictions[0].probability)}" if is_sure else ""
        # Only a new description is set: each update slows the current stroke down.
        if (description := self.text + sureness) != self.accessibleDescription():
            self.setAccessibleDescription(description)
        self.update()


def words(prediction: Prediction, *, guesses: bool = False) -> str:
    """Return the digit, or what to say in its place; a network that has learned nothing `guesses`."""
    if guesses:
        return f"it guesses: {prediction.digit}, {percent(prediction.probability)}"
    if prediction.is_sure:
        return str(prediction.digit)
    return f"unsure: {prediction.digit} or {prediction.second}?" if prediction.is_digit else NO_DIGIT
