"""The lines that do not grow, painted once and then copied as a picture. It knows no runs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from digitpad.app.curves.points import Floats

_BAND_OPACITY = 0.2


@dataclass(frozen=True, slots=True)
class Line:
    """A line in a plot's own coordinates, its colour and its pattern."""

    x: Floats
    y: Floats
    color: str
    opacity: float
    is_dashed: bool


@dataclass(frozen=True, slots=True)
class Band:
    """The area between two lines, in a plot's own coordinates."""

    x: Floats
    low: Floats
    high: Floats
    color: str


class Backdrop(pg.GraphicsObject):  # type: ignore[misc]
    """Paints lines that stay as they are; the picture of them is kept until the view moves."""

    def __init__(self, view: pg.ViewBox) -> None:
        super().__init__()
        self._paths: list[tuple[QPainterPath, QPen]] = []
        self._areas: list[tuple[QPainterPath, QColor]] = []
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self.setZValue(-1)
        view.addItem(self, ignoreBounds=True)

    def show_lines(self, lines: Sequence[Line], bands: Sequence[Band] = ()) -> None:
        """Paint `lines` from now on, and `bands` behind them."""
        self._paths, self._areas = [], []
        for band in bands:
            color = QColor(band.color)
            color.setAlphaF(_BAND_OPACITY)
            x = np.concatenate([band.x, band.x[::-1]])
            self._areas.append((pg.arrayToQPath(x, np.concatenate([band.low, band.high[::-1]])), color))
        for line in lines:
            color = QColor(line.color)
            color.setAlphaF(line.opacity)
            pen = QPen(color, 1, Qt.PenStyle.DashLine if line.is_dashed else Qt.PenStyle.SolidLine)
            pen.setCosmetic(True)
            self._paths.append((pg.arrayToQPath(line.x, line.y, connect="finite"), pen))
        self.update()

    def boundingRect(self) -> QRectF:
        # What is in view: more would make the picture as large as the furthest point is away.
        rect = self.viewRect()
        return QRectF(rect) if rect is not None else QRectF()

    def viewTransformChanged(self) -> None:
        self.prepareGeometryChange()
        self.update()

    def viewRangeChanged(self) -> None:
        self.prepareGeometryChange()
        self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        for area, color in self._areas:
            painter.fillPath(area, color)
        for path, pen in self._paths:
            painter.setPen(pen)
            painter.drawPath(path)
