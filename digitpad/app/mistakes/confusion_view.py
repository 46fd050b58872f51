"""The confusion matrix: how often each digit was predicted as each."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontInfo,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QStaticText,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from digitpad.app.widgets.theme_colors import Colors, colors
from digitpad.data.dataset import CLASSES
from digitpad.engine.reading.prediction import a_digit

Confusion = npt.NDArray[np.int64]
#: Pixels at a font size of `_LARGE` pixels. With a larger font, all of them grow.
_LEFT, _TOP, _SHARE, _LINE = 38, 34, 56, 16
_LEAST_CELL, _USUAL_CELL, _MOST_CELL = 24, 32, 44
_KEYS = {Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0), Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1)}
_NAMED = 5
#: Font sizes in pixels, and the number of characters from which the small size is used.
_HEADING, _LARGE, _SMALL, _LONG = 13, 12, 10, 4
_MOST_TEXTS = 2_000


class ConfusionView(QWidget):
    """One row per true digit, one column per predicted digit, and the recall beside each row."""

    chosen = Signal(int, int)  # the true digit and the answer of a cell

    def __init__(self) -> None:
        super().__init__()
        self.confusion: Confusion = np.zeros((CLASSES, CLASSES), np.int64)
        self.cell = (0, 0)
        self._as_shares = False
        #: Texts as they were laid out at a size, and half of their width and height.
        self._texts: dict[tuple[str, int], tuple[QStaticText, float, float]] = {}
        self.setAccessibleName("Confusion matrix")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        #: How large letters are beside the usual ones, and pixels from one cell to the next.
        self._zoom, self._side = 1.0, float(_LEAST_CELL)
        self._fit()
        self.setMouseTracking(True)

    def show_confusion(self, confusion: Confusion) -> None:
        """Show how often each true digit (row) got each prediction (column): (10, 10)."""
        self.confusion = confusion
        mistakes = commonest(confusion)
        self.setAccessibleDescription(
            "Most common mistakes: " + "; ".join(mistakes) if mistakes else "No mistakes, or nothing measured yet"
        )
        self.update()

    def show_shares(self, on: bool) -> None:
        """Show percentages of each row, or counts."""
        self._as_shares = on
        self.update()

    def sizeHint(self) -> QSize:
        return self._size_with(_USUAL_CELL)

    def place_of(self, label: int, digit: int) -> QRectF:
        """Return where a cell is."""
        side, zoom = self._side, self._zoom
        return QRectF(zoom * _LEFT + digit * side, zoom * _TOP + label * side, side, side)

    def _size_with(self, cell: int) -> QSize:
        return QSize(_LEFT + CLASSES * cell + _SHARE, _TOP + CLASSES * cell) * self._zoom

    def _fit(self) -> None:
        """Give the letters of the font the room that they need, and the cells what there is."""
        self._zoom = zoom = QFontInfo(self.font()).pixelSize() / _LARGE
        self.setMinimumSize(self._size_with(_LEAST_CELL))
        room = min(self.width() - zoom * (_LEFT + _SHARE), self.height() - zoom * _TOP - 2) / CLASSES
        self._side = float(int(max(zoom * _LEAST_CELL, min(zoom * _MOST_CELL, room))))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._texts.clear()
            self._fit()

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
        left, top, share, line = (self._zoom * length for length in (_LEFT, _TOP, _SHARE, _LINE))
        end = left + CLASSES * side
        totals = self.confusion.sum(axis=1)
        self._fill_cells(painter, shades, totals)
        self._paint_numbers(painter, shades, totals)
        hint, ink = QColor(shades.hint), QColor(shades.ink)
        self._write(painter, "predicted", QRectF(left, 0, CLASSES * side, line), _HEADING, hint)
        self._write(painter, "actual", QRectF(0, line, left - 4, line), _SMALL, hint)
        self._write(painter, "recall", QRectF(end, line, share, line), _HEADING, hint)
        for digit in range(CLASSES):
            row = top + digit * side
            self._write(painter, str(digit), QRectF(left + digit * side, line, side, line), _HEADING, hint)
            self._write(painter, str(digit), QRectF(0, row, left - 4, side), _HEADING, hint)
            if totals[digit]:
                recall = f"{100 * self.confusion[digit, digit] / totals[digit]:.1f} %"
                self._write(painter, recall, QRectF(end, row, share, side), _HEADING, ink)
        painter.setPen(QPen(QColor(shades.border), 1))
        painter.drawRect(QRectF(left, top, CLASSES * side, CLASSES * side))
        if self.hasFocus():
            painter.setPen(QPen(QColor(shades.accent), 2))
            painter.drawRect(self.place_of(*self.cell).adjusted(1, 1, -1, -1))

    def _fill_cells(self, painter: QPainter, shades: Colors, totals: npt.NDArray[np.int64]) -> None:
        """Fill the cells: the more mistakes, the fuller."""
        for digit in range(CLASSES):
            painter.fillRect(self.place_of(digit, digit), QColor(shades.track))
        # One mistake in a thousand is to be seen, and one in ten still to be read.
        shares = self.confusion / np.maximum(1, totals)[:, np.newaxis]
        alphas = 0.75 * np.minimum(1, 0.15 + 0.2 * np.log10(1 + 1000 * shares))
        color = QColor(shades.validation)
        for label, digit in np.argwhere(self.confusion * (1 - np.eye(CLASSES, dtype=np.int64))).tolist():
            color.setAlphaF(alphas[label, digit])
            painter.fillRect(self.place_of(label, digit), color)

    def _paint_numbers(self, painter: QPainter, shades: Colors, totals: npt.NDArray[np.int64]) -> None:
        texts: dict[int, list[tuple[str, QRectF]]] = {_SMALL: [], _LARGE: []}
        for label, digit in np.argwhere(self.confusion).tolist():
            count = self.confusion[label, digit]
            # No comma: four digits have hardly room in the smallest cell.
            text = str(count) if not self._as_shares else f"{100 * count / totals[label]:.1f}"
            texts[_LARGE if len(text) < _LONG else _SMALL].append((text, self.place_of(label, digit)))
        # One size after the other: each change of the font costs as much as a dozen numbers.
        ink = QColor(shades.ink)
        for size, cells in texts.items():
            for text, place in cells:
                self._write(painter, text, place, size, ink)

    def _write(self, painter: QPainter, text: str, place: QRectF, size: int, color: QColor) -> None:
        """Write `text` into the middle of `place`; a text that was written before is not laid out again."""
        if (found := self._texts.get((text, size))) is None:
            if len(self._texts) > _MOST_TEXTS:
                self._texts.clear()
            laid_out = QStaticText(text)
            laid_out.setTextFormat(Qt.TextFormat.PlainText)
            laid_out.prepare(font=self._font_of(size))
            room = laid_out.size() / 2
            found = self._texts[text, size] = laid_out, room.width(), room.height()
        if painter.font().pixelSize() != round(self._zoom * size):
            painter.setFont(self._font_of(size))
        painter.setPen(color)
        laid_out, half_width, half_height = found
        middle = place.center()
        painter.drawStaticText(QPointF(middle.x() - half_width, middle.y() - half_height), laid_out)

    def _font_of(self, size: int) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(round(self._zoom * size))
        return font

    def _cell_at(self, place: QPointF) -> tuple[int, int] | None:
        down, across = place.y() - self._zoom * _TOP, place.x() - self._zoom * _LEFT
        row, column = int(down // self._side), int(across // self._side)
        return (row, column) if 0 <= row < CLASSES and 0 <= column < CLASSES else None

    def _words(self, label: int, digit: int) -> str:
        count = self.confusion[label, digit]
        return f"{count:,} times {a_digit(label)} was predicted as {digit}"


def commonest(confusion: Confusion) -> list[str]:
    """Return the commonest mistakes in words, the commonest first."""
    wrong = confusion * (1 - np.eye(CLASSES, dtype=np.int64))
    order = np.argsort(-wrong, axis=None, kind="stable")[:_NAMED]
    pairs = [divmod(int(place), CLASSES) for place in order]
    return [f"{true} predicted as {digit}, {wrong[true, digit]:,} times" for true, digit in pairs if wrong[true, digit]]
