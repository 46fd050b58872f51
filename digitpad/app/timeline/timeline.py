"""The probabilities of ten digits over the snapshots of a run, as bands."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from digitpad.app.widgets import image_conversion
from digitpad.app.widgets.theme_colors import colors
from digitpad.nn.workspace import Array

#: A band that is at least so many pixels high somewhere is labeled with its digit.
_LEAST_LABEL = 13


class Timeline(QWidget):
    """Stacked bands of probabilities (snapshots, 10), from 0 at the bottom to 9 at the top. NaN is not known yet."""

    pointed = Signal(int)  # the index of the snapshot that was clicked

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.probabilities: Array = np.zeros((0, 10))
        self.index = -1
        self._note = ""
        self._bands = QImage()
        self._labels: list[tuple[int, QRectF]] = []
        self.setMinimumHeight(36)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Prediction over training")
        self.setToolTip("The prediction of each snapshot for the drawing; click to go to that snapshot")

    def show_probabilities(self, probabilities: Array, note: str) -> None:
        """Show probabilities (snapshots, 10), or `note` where there is none."""
        self.probabilities, self._note = probabilities, note
        known = probabilities[~np.isnan(probabilities).any(axis=1)] if len(probabilities) else probabilities
        if len(known):
            path = [int(row.argmax()) for row in known]
            turns = [digit for number, digit in enumerate(path) if number == 0 or digit != path[number - 1]]
            note = "predicted in turn as " + ", ".join(map(str, turns[-12:]))
        self.setAccessibleDescription(note)
        self._renew()
        self.update()

    def show_snapshot(self, index: int) -> None:
        """Mark the selected snapshot, by its index; -1 for none."""
        self.index = index
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, 64)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._on_pointed(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._on_pointed(event)

    def _on_pointed(self, event: QMouseEvent) -> None:
        count = len(self.probabilities)
        if count and event.buttons() & Qt.MouseButton.LeftButton:
            share = event.position().x() / max(1, self.width() - 1)
            self.pointed.emit(min(max(round(share * (count - 1)), 0), count - 1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._renew()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.DevicePixelRatioChange):
            self._renew()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        shades = colors(self.palette())
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.fillRect(frame, QColor(shades.paper))
        if self._bands.isNull():
            painter.setPen(QColor(shades.hint))
            how = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(8, 0, -8, 0), how, self._note)
        else:
            painter.drawImage(self.rect(), self._bands)
            for digit, place in self._labels:
                painter.setPen(QColor(_on(shades.digit_colors[digit])))
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, str(digit))
            self._paint_snapshot(painter, shades.ink)
        painter.setPen(QPen(QColor(shades.border), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(frame)

    def _paint_snapshot(self, painter: QPainter, color: str) -> None:
        if self.index >= 0:
            last = max(1, len(self.probabilities) - 1)
            x = 1 + min(self.index, last) * (self.width() - 2) / last
            painter.setPen(QPen(QColor(color), 2))
            painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))

    def _renew(self) -> None:
        """Make the picture of the bands. Each column of pixels is interpolated between the snapshots beside it."""
        self._bands, self._labels = QImage(), []
        count = len(self.probabilities)
        known = np.flatnonzero(~np.isnan(self.probabilities).any(axis=1))
        if not len(known) or self.width() < 2 or self.height() < 2:
            return
        ratio = self.devicePixelRatioF()
        width, height = round(self.width() * ratio), round(self.height() * ratio)
        tops = np.cumsum(_between(self.probabilities[known], known, np.linspace(0, max(1, count - 1), width)), axis=1)
        edges = np.clip((height * tops + 0.5).astype(int), 0, height)
        edges[:, -1] = height
        palette = np.array([QColor(band).rgb() for band in colors(self.palette()).digit_colors], np.uint32)
        # Column by column from the bottom, in one long copy: each separate NumPy call would release the GIL, and then
        # wait for a training to give it back.
        pixels = np.repeat(np.tile(palette, width), np.diff(edges, axis=1, prepend=0).ravel())
        self._bands = image_conversion.of_rgb32(pixels.reshape(width, height).T[::-1])
        self._label(tops.T / ratio * height, ratio)

    def _label(self, tops: Array, ratio: float) -> None:
        """Put each digit into the middle of the longest stretch in which its band is high enough."""
        bottoms = np.concatenate([np.zeros((1, tops.shape[1])), tops[:-1]])
        for digit in range(10):
            is_high = tops[digit] - bottoms[digit] >= _LEAST_LABEL
            edges = np.flatnonzero(np.diff(np.concatenate([[0], is_high.astype(int), [0]])))
            if len(edges):
                starts, ends = edges[::2], edges[1::2]
                longest = int(np.argmax(ends - starts))
                column = int((starts[longest] + ends[longest] - 1) // 2)
                x = min(max(column / ratio, 9.0), self.width() - 9.0)
                y = self.height() - (tops[digit, column] + bottoms[digit, column]) / 2
                self._labels.append((digit, QRectF(x - 8, y - 8, 16, 16)))


def _between(probabilities: Array, known: npt.NDArray[np.intp], timeline: Array) -> Array:
    """Return probabilities (snapshots, 10) at any places, in between straight from one that is `known` to the next."""
    place = np.interp(timeline, known, np.arange(len(known)))
    before = place.astype(int)
    after = np.minimum(before + 1, len(known) - 1)
    share = (place - before)[:, np.newaxis]
    between: Array = probabilities[before] * (1 - share) + probabilities[after] * share
    return between


def _on(color: str) -> str:
    """Return black or white, whichever is read better on `color`."""
    return "#000000" if QColor(color).lightnessF() > 0.5 else "#ffffff"
