"""Numbers as a picture in diverging colors, each with its value under the pointer."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontInfo,
    QFontMetrics,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from digitpad.app.widgets import diverging_colors
from digitpad.app.widgets.text_layout import with_minus
from digitpad.app.widgets.theme_colors import Colors, colors
from digitpad.nn.workspace import Array

#: The largest ratio of a picture's sides with square cells. Beyond it, cells are stretched.
_LONGEST = 4
#: Cells along a side beyond which several become one; columns of a row that are numbered at most.
_MOST_CELLS, _MOST_NUMBERED = 320, 12
#: The longest number of such a row; its font size as a share of the widget's; the height of the cells in pixels, which
#: lie between the line of column numbers and the line of values.
_LONGEST_FIGURE, _FIGURE_SHARE, _BETWEEN = "\N{MINUS SIGN}0e\N{MINUS SIGN}05 ", 0.85, 14
_ROW_HEIGHT = 26
_STEPS = {Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0), Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1)}


def is_numbered(values: Array) -> bool:
    """Tell whether `values` are one row so short that column numbers and values are written beside the cells."""
    return len(values) == 1 and 0 < values.shape[1] <= _MOST_NUMBERED


def row_size(values: Array, width: int, font: QFont) -> QSize:
    """Return the size of a row of `values`. One that is too long to be numbered is `width` pixels wide."""
    if not is_numbered(values):
        return QSize(width, _ROW_HEIGHT)
    metrics = QFontMetrics(_small(font))
    return QSize(values.shape[1] * metrics.horizontalAdvance(_LONGEST_FIGURE), 2 * metrics.height() + _BETWEEN)


def _small(font: QFont) -> QFont:
    """Return the font of the numbers beside cells."""
    small = QFont(font)
    small.setPixelSize(round(_FIGURE_SHARE * QFontInfo(font).pixelSize()))
    return small


class Heatmap(QWidget):
    """Shows values (rows, columns); a cell can be chosen by a click, or by the arrow keys and Enter."""

    chosen = Signal(int, int)

    def __init__(self, name: str, least: QSize) -> None:
        super().__init__()
        self.values: Array = np.zeros((0, 0))
        self.cell = (0, 0)
        #: What the fullest colors stand for.
        self.most = 0.0
        self._words: Callable[[int, int], str] = self._number
        self._in_words = "Nothing yet"
        self._is_stretched = False
        #: The theme, and the picture in its colors.
        self._drawn: tuple[str, QImage] | None = None
        self._least = least
        self.setAccessibleName(name)
        self.setMinimumSize(least)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)

    def show_values(
        self,
        values: Array,
        *,
        stretched: bool = False,
        words: Callable[[int, int], str] | None = None,
    ) -> None:
        """Show `values`. The fullest colors stand for the largest absolute value.

        Cells are squares unless they are to be `stretched`, or would be too small. `words` returns the text for a row
        and column; without it, the text is the value.
        """
        self.values = values
        self._words = words if words is not None else self._number
        self._drawn = None
        self._is_stretched = stretched
        self.most = float(np.abs(values).max(initial=0.0))
        self.cell = tuple(min(a, max(0, b - 1)) for a, b in zip(self.cell, values.shape, strict=True))
        self._in_words = self._at_first_sight()
        self._describe()
        self.update()

    def sizeHint(self) -> QSize:
        return self._least

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        shades, area = colors(self.palette()), self._area
        if self.values.size:
            painter.drawImage(area, self._picture(shades))
            if is_numbered(self.values):
                self._write_figures(painter, area, shades)
        painter.setPen(QPen(QColor(shades.border), 1))
        painter.drawRect(area.adjusted(0, 0, -1, -1))
        if self.hasFocus() and self.values.size:
            rows, columns = self.values.shape
            width, height = area.width() / columns, area.height() / rows
            painter.setPen(QPen(QColor(shades.accent), 2))
            painter.drawRect(
                QRectF(area.left() + self.cell[1] * width, area.top() + self.cell[0] * height, width, height)
            )

    def _picture(self, shades: Colors) -> QImage:
        """Return the picture, made anew only where it has changed."""
        if self._drawn is None or self._drawn[0] != shades.name:
            self._drawn = shades.name, diverging_colors.picture(_strongest(self.values), self.most, shades)
        return self._drawn[1]

    def _write_figures(self, painter: QPainter, area: QRectF, shades: Colors) -> None:
        """Write the column numbers of a short row above its cells, and the values below: no color is legible on all."""
        painter.setFont(_small(self.font()))
        width = area.width() / self.values.shape[1]
        for column, value in enumerate(self.values[0].tolist()):
            left = area.left() + column * width
            painter.setPen(QColor(shades.hint))
            painter.drawText(QRectF(left, 0, width, area.top()), Qt.AlignmentFlag.AlignCenter, str(column))
            painter.setPen(QColor(shades.ink))
            below = QRectF(left, area.bottom(), width, self.height() - area.bottom())
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, _short(value))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        cell = self._cell_at(event.position())
        if cell is not None:
            QToolTip.showText(event.globalPosition().toPoint(), self._words(*cell), self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if (cell := self._cell_at(event.position())) is not None:
            self._go_to(cell)
            self.chosen.emit(*cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.values.size and (way := _STEPS.get(Qt.Key(event.key()))) is not None:
            rows, columns = self.values.shape
            self._go_to(((self.cell[0] + way[0]) % rows, (self.cell[1] + way[1]) % columns))
            QToolTip.showText(self.mapToGlobal(self.rect().bottomLeft()), self._words(*self.cell), self)
        elif self.values.size and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit(*self.cell)
        else:
            super().keyPressEvent(event)

    def _go_to(self, cell: tuple[int, int]) -> None:
        self.cell = cell
        self._describe()
        self.update()

    def _describe(self) -> None:
        """Describe the picture, and the selected cell, for screen readers."""
        chosen = f"; chosen is {self._words(*self.cell)}" if self.values.size else ""
        self.setAccessibleDescription(self._in_words + chosen)

    @property
    def _area(self) -> QRectF:
        """Where the values are: squares, as large as fit; where those would be too small, stretched."""
        if not self.values.size:
            return QRectF(self.rect())
        rows, columns = self.values.shape
        side = min(self.width() / columns, self.height() / rows)
        if is_numbered(self.values):
            line = (self.height() - _BETWEEN) / 2
            return QRectF(0, line, self.width(), _BETWEEN)
        if rows == 1 or columns == 1:
            return QRectF(0, 0, min(self.width(), 40 * columns), self.height())
        width, height = side * columns, side * rows
        if self._is_stretched or not 1 / _LONGEST < columns / rows < _LONGEST:
            # A matrix of ten rows and hundreds of columns would be a line: its cells need not be squares.
            return QRectF(self.rect())
        # In whole pixels, or the last cells would stick out of the frame.
        left, top = (self.width() - width) / 2, (self.height() - height) / 2
        return QRectF(QRect(round(left), round(top), round(width), round(height)))

    def _cell_at(self, place: QPointF) -> tuple[int, int] | None:
        area = self._area
        if is_numbered(self.values):
            # A click on a number counts as a click on its cell.
            area = QRectF(area.left(), 0, area.width(), self.height())
        if not self.values.size or not area.contains(place):
            return None
        rows, columns = self.values.shape
        row = min(rows - 1, int((place.y() - area.top()) * rows / area.height()))
        return row, min(columns - 1, int((place.x() - area.left()) * columns / area.width()))

    def _number(self, row: int, column: int) -> str:
        place = str(column) if len(self.values) == 1 else f"row {row}, column {column}"
        return f"{place}: {self.values[row, column]:.6g}"

    def _at_first_sight(self) -> str:
        """Return what the picture shows at first sight: how many numbers, and the extremes with their places."""
        if not self.values.size:
            return "Nothing yet"
        rows, columns = self.values.shape
        size = f"{columns} numbers" if rows == 1 else f"{rows} rows of {columns}"
        largest, smallest = (divmod(int(place), columns) for place in (self.values.argmax(), self.values.argmin()))
        return f"{size}; the largest is at {self._words(*largest)}, the smallest at {self._words(*smallest)}"


def _short(value: float) -> str:
    """Return a number in at most six characters."""
    is_plain = value == 0 or 0.01 <= abs(value) < 100
    text = f"{value:.{1 if abs(value) >= 10 else 2}f}" if is_plain else f"{value:.0e}"
    return with_minus(text)


def _strongest(values: Array) -> Array:
    """Return `values` in at most `_MOST_CELLS` cells a side. Each is the number furthest from 0 in its block."""
    for axis, length in enumerate(values.shape):
        step = -(-length // _MOST_CELLS)
        if step > 1:
            starts = np.arange(0, length, step)
            above, below = np.maximum.reduceat(values, starts, axis), np.minimum.reduceat(values, starts, axis)
            values = np.where(above > -below, above, below)
    return values
