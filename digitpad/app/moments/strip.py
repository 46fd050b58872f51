"""My digit over time: the ten probabilities of the drawing at each network of a run, as bands over each other."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from digitpad.app.look.theme_colors import colors
from digitpad.nn.workspace import Array

#: A band that is at least so many pixels high somewhere is told by its digit.
_LEAST_LABEL = 13


class Strip(QWidget):
    """Bands from 0, below, to 9, above, of probabilities (moments, 10); NaN where they are not known yet."""

    pointed = Signal(int)  # the number of the moment that was clicked

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.probabilities: Array = np.zeros((0, 10))
        self.moment = -1
        self._note = ""
        self.setMinimumHeight(36)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("My digit over time")
        self.setToolTip("What each network of the run makes of the drawing; click to look at that network")

    def show_probabilities(self, probabilities: Array, note: str) -> None:
        """Show probabilities (moments, 10), or `note` where there is none."""
        self.probabilities, self._note = probabilities, note
        known = probabilities[~np.isnan(probabilities).any(axis=1)] if len(probabilities) else probabilities
        if len(known):
            path = [int(row.argmax()) for row in known]
            turns = [digit for number, digit in enumerate(path) if number == 0 or digit != path[number - 1]]
            note = "read in turn as " + ", ".join(map(str, turns[-12:]))
        self.setAccessibleDescription(note)
        self.update()

    def show_moment(self, moment: int) -> None:
        """Mark the moment that is looked at."""
        self.moment = moment
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, 64)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._tell(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._tell(event)

    def _tell(self, event: QMouseEvent) -> None:
        count = len(self.probabilities)
        if count and event.buttons() & Qt.MouseButton.LeftButton:
            share = event.position().x() / max(1, self.width() - 1)
            self.pointed.emit(min(max(round(share * (count - 1)), 0), count - 1))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shades = colors(self.palette())
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.fillRect(frame, QColor(shades.paper))
        if len(self.probabilities) and not np.isnan(self.probabilities).all():
            self._paint_bands(painter, shades.bands, shades.paper)
            if self.moment >= 0:
                x = self._x(min(self.moment, len(self.probabilities) - 1))
                painter.setPen(QPen(QColor(shades.ink), 2))
                painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
        else:
            painter.setPen(QColor(shades.hint))
            painter.drawText(
                self.rect().adjusted(8, 0, -8, 0), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._note
            )
        painter.setPen(QPen(QColor(shades.border), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(frame)

    def _x(self, moment: int) -> float:
        return 1 + moment * (self.width() - 2) / max(1, len(self.probabilities) - 1)

    def _paint_bands(self, painter: QPainter, bands: tuple[str, ...], paper: str) -> None:
        known = np.flatnonzero(~np.isnan(self.probabilities).any(axis=1))
        rows = self.probabilities[known]
        if len(known) == 1:
            known, rows = np.array([0, max(1, len(self.probabilities) - 1)]), np.repeat(rows, 2, axis=0)
        tops = np.concatenate([np.zeros((len(rows), 1)), np.cumsum(rows, axis=1)], axis=1)
        x = [self._x(int(number)) for number in known]
        height = self.height() - 2
        y = 1 + height * (1 - np.clip(tops, 0, 1))
        for digit in range(10):
            points = [QPointF(a, b) for a, b in zip(x, y[:, digit], strict=True)]
            points += [QPointF(a, b) for a, b in zip(x[::-1], y[::-1, digit + 1], strict=True)]
            painter.setPen(QPen(QColor(paper), 0.5))
            painter.setBrush(QColor(bands[digit]))
            painter.drawPolygon(QPolygonF(points))
        for digit in range(10):
            widths = y[:, digit] - y[:, digit + 1]
            thick = widths >= _LEAST_LABEL
            if thick.any():
                # In the middle of the longest stretch in which the band is thick.
                edges = np.flatnonzero(np.diff(np.concatenate([[0], thick.astype(int), [0]])))
                starts, ends = edges[::2], edges[1::2]
                longest = int(np.argmax(ends - starts))
                at = int((starts[longest] + ends[longest] - 1) // 2)
                middle = (y[at, digit] + y[at, digit + 1]) / 2
                place = min(max(x[at], 9.0), self.width() - 9.0)
                painter.setPen(QColor(_on(bands[digit])))
                painter.drawText(QRectF(place - 8, middle - 8, 16, 16), Qt.AlignmentFlag.AlignCenter, str(digit))


def _on(color: str) -> str:
    """Return black or white, whichever is read better on `color`."""
    return "#000000" if QColor(color).lightnessF() > 0.5 else "#ffffff"
