"""The confusion matrix: how often each digit was read as each. It knows no network."""

import math

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QStaticText
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from digitpad.app.look.theme_colors import Colors, colors
from digitpad.data.dataset import CLASSES

Confusion = npt.NDArray[np.int64]
_LEFT, _TOP, _SHARE = 26, 34, 56
_LEAST_CELL, _MOST_CELL = 24, 44
_KEYS = {Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0), Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1)}
_NAMED = 5
#: Sizes of numbers in pixels, and the signs from which the small one is taken.
_HEADING, _LARGE, _SMALL, _LONG = 13, 12, 10, 4
_MOST_TEXTS = 2_000


class ConfusionView(QWidget):
    """A true digit a row, an answer a column; beside each row the share that was read rightly."""

    chosen = Signal(int, int)  # the true digit and the answer of a cell

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.confusion: Confusion = np.zeros((CLASSES, CLASSES), np.int64)
        self.cell = (0, 0)
        self._as_shares = False
        self._texts: dict[tuple[str, int], QStaticText] = {}
        self.setAccessibleName("Confusion matrix")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(_LEFT + CLASSES * _LEAST_CELL + _SHARE, _TOP + CLASSES * _LEAST_CELL)
        self.setMouseTracking(True)

    def show_confusion(self, confusion: Confusion) -> None:
        """Show how often each digit, a row, got each answer, a column: (10, 10)."""
        self.confusion = confusion
        mistakes = commonest(confusion)
        self.setAccessibleDescription(
            "The commonest mistakes: " + "; ".join(mistakes) if mistakes else "No mistake, or nothing asked yet"
        )
        self.update()

    def show_shares(self, on: bool) -> None:
        """Show per cent of each row, or counts."""
        self._as_shares = on
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_LEFT + CLASSES * 32 + _SHARE, _TOP + CLASSES * 32)

    def place_of(self, label: int, digit: int) -> QRectF:
        """Return where a cell is."""
        side = self._side
        return QRectF(_LEFT + digit * side, _TOP + label * side, side, side)

    @property
    def _side(self) -> float:
        room = min((self.width() - _LEFT - _SHARE) / CLASSES, (self.height() - _TOP - 2) / CLASSES)
        return float(int(max(_LEAST_CELL, min(_MOST_CELL, room))))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if (cell := self._cell_at(event.position())) is not None:
            self.cell = cell
            self.update()
            self.chosen.emit(*cell)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if (cell := self._cell_at(event.position())) is not None:
            QToolTip.showText(event.globalPosition().toPoint(), self._words(*cell), self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if (way := _KEYS.get(Qt.Key(event.key()))) is not None:
            self.cell = ((self.cell[0] + way[0]) % CLASSES, (self.cell[1] + way[1]) % CLASSES)
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(*self.cell)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        shades, side = colors(self.palette()), self._side
        end = _LEFT + CLASSES * side
        for label, digit in np.ndindex(CLASSES, CLASSES):
            if (color := self._color(shades, label, digit)) is not None:
                painter.fillRect(self.place_of(label, digit), color)
        self._paint_numbers(painter, shades)
        self._write(painter, "read as", QRectF(_LEFT, 0, CLASSES * side, 16), _HEADING, shades.hint)
        self._write(painter, "true", QRectF(0, 16, _LEFT - 4, 16), _SMALL, shades.hint)
        self._write(painter, "right", QRectF(end, 16, _SHARE, 16), _HEADING, shades.hint)
        totals = self.confusion.sum(axis=1)
        for digit in range(CLASSES):
            row = _TOP + digit * side
            self._write(painter, str(digit), QRectF(_LEFT + digit * side, 16, side, 16), _HEADING, shades.hint)
            self._write(painter, str(digit), QRectF(0, row, _LEFT - 4, side), _HEADING, shades.hint)
            if totals[digit]:
                share = f"{100 * self.confusion[digit, digit] / totals[digit]:.1f} %"
                self._write(painter, share, QRectF(end, row, _SHARE, side), _HEADING, shades.ink)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(shades.border), 1))
        painter.drawRect(QRectF(_LEFT, _TOP, CLASSES * side, CLASSES * side))
        if self.hasFocus():
            painter.setPen(QPen(QColor(shades.accent), 2))
            painter.drawRect(self.place_of(*self.cell).adjusted(1, 1, -1, -1))

    def _color(self, shades: Colors, label: int, digit: int) -> QColor | None:
        """Return what a cell is filled with: the more mistakes, the fuller."""
        if label == digit:
            return QColor(shades.track)
        count = self.confusion[label, digit]
        if not count:
            return None
        # One mistake in a thousand is to be seen, and one in ten still to be read.
        share = min(1.0, 0.15 + 0.2 * math.log10(1 + 1000 * count / self.confusion[label].sum()))
        color = QColor(shades.validation)
        color.setAlphaF(0.75 * share)
        return color

    def _paint_numbers(self, painter: QPainter, shades: Colors) -> None:
        texts: dict[int, list[tuple[str, QRectF]]] = {_SMALL: [], _LARGE: []}
        for label, digit in zip(*np.nonzero(self.confusion), strict=True):
            count = self.confusion[label, digit]
            text = f"{count:,}" if not self._as_shares else f"{100 * count / self.confusion[label].sum():.1f}"
            texts[_LARGE if len(text) < _LONG else _SMALL].append((text, self.place_of(int(label), int(digit))))
        # One size after the other: each change of the font costs as much as a dozen numbers.
        for size, cells in texts.items():
            for text, place in cells:
                self._write(painter, text, place, size, shades.ink)

    def _write(self, painter: QPainter, text: str, place: QRectF, size: int, color: str) -> None:
        """Write `text` into the middle of `place`; a text that was written before is not laid out again."""
        if (text, size) not in self._texts:
            if len(self._texts) > _MOST_TEXTS:
                self._texts.clear()
            font = QFont(self.font())
            font.setPixelSize(size)
            laid_out = QStaticText(text)
            laid_out.setTextFormat(Qt.TextFormat.PlainText)
            laid_out.prepare(font=font)
            self._texts[text, size] = laid_out
        if painter.font().pixelSize() != size:
            font = QFont(self.font())
            font.setPixelSize(size)
            painter.setFont(font)
        painter.setPen(QColor(color))
        laid_out = self._texts[text, size]
        room = laid_out.size()
        painter.drawStaticText(
            QPointF(place.center().x() - room.width() / 2, place.center().y() - room.height() / 2), laid_out
        )

    def _cell_at(self, place: QPointF) -> tuple[int, int] | None:
        row, column = int((place.y() - _TOP) // self._side), int((place.x() - _LEFT) // self._side)
        return (row, column) if 0 <= row < CLASSES and 0 <= column < CLASSES else None

    def _words(self, label: int, digit: int) -> str:
        count = self.confusion[label, digit]
        return f"{count:,} times a {label} was read as {digit}"


def commonest(confusion: Confusion) -> list[str]:
    """Return the commonest mistakes in words, the commonest first."""
    wrong = confusion * (1 - np.eye(CLASSES, dtype=np.int64))
    order = np.argsort(-wrong, axis=None, kind="stable")[:_NAMED]
    pairs = [divmod(int(place), CLASSES) for place in order]
    return [f"{label} read as {digit}, {wrong[label, digit]:,} times" for label, digit in pairs if wrong[label, digit]]
