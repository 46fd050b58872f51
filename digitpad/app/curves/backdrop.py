"""The lines that do not grow, with their stars, painted once and then copied as a picture."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from digitpad.app.curves.plot_strokes import stroke
from digitpad.app.curves.points import Floats
from digitpad.app.curves.stars import Star, paint_stars
from digitpad.app.curves.view_item import ViewItem

_BAND_OPACITY = 0.2


@dataclass(frozen=True, slots=True)
class Line:
    """A line in a plot's own coordinates, its color and its pattern."""

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


@dataclass(frozen=True, slots=True)
class Upright:
    """A place of a plot's horizontal axis that is marked from its bottom to its top, and the color."""

    x: float
    color: str


class Backdrop(ViewItem):
    """Paints lines that stay as they are on a picture, which is copied until the view moves."""

    def __init__(self, view: pg.ViewBox) -> None:
        super().__init__()
        self._view = view
        self._paths: list[tuple[QPainterPath, QPen]] = []
        self._areas: list[tuple[QPainterPath, QColor]] = []
        self._stars: Sequence[Star] = []
        self._uprights: Sequence[Upright] = []
        self._picture = QPixmap()
        #: What the picture was painted for.
        self._key: object = None
        self.setZValue(-1)
        view.addItem(self, ignoreBounds=True)

    def show_lines(
        self,
        lines: Sequence[Line],
        bands: Sequence[Band] = (),
        stars: Sequence[Star] = (),
        uprights: Sequence[Upright] = (),
    ) -> None:
        """Paint `lines` from now on, `bands` and `uprights` behind them, and `stars` in front."""
        self._paths, self._areas, self._stars, self._uprights = [], [], stars, uprights
        for band in bands:
            color = QColor(band.color)
            color.setAlphaF(_BAND_OPACITY)
            x = np.concatenate([band.x, band.x[::-1]])
            self._areas.append((pg.arrayToQPath(x, np.concatenate([band.low, band.high[::-1]])), color))
        for line in lines:
            color = QColor(line.color)
            color.setAlphaF(line.opacity)
            pen = QPen(color, 1, Qt.PenStyle.DashLine if line.is_dashed else Qt.PenStyle.SolidLine)
            self._paths.append((pg.arrayToQPath(line.x, line.y, connect="finite"), pen))
        self._key = None
        # An empty picture would be copied at every frame of a training that is alone.
        self.setVisible(bool(lines or bands))
        self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if widget is None:
            # Without a widget it is exported to a file: there lines stay vectors.
            self._paint(painter, None)
            return
        place = self._view.sceneBoundingRect()
        ratio = widget.devicePixelRatioF()
        key = (str(self._view.viewRange()), place.width(), place.height(), ratio)
        if key != self._key:
            self._key = key
            self._renew(place, widget)
        to_scene, _ = self.sceneTransform().inverted()
        painter.setWorldTransform(to_scene * painter.worldTransform())
        painter.drawPixmap(place.topLeft(), self._picture)

    def _renew(self, place: QRectF, widget: QWidget) -> None:
        """Paint the picture of all lines as they lie in the view now."""
        ratio = widget.devicePixelRatioF()
        self._picture = QPixmap(QSize(max(1, round(place.width() * ratio)), max(1, round(place.height() * ratio))))
        self._picture.setDevicePixelRatio(ratio)
        self._picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(self._picture)
        painter.translate(-place.topLeft())
        painter.setTransform(self.sceneTransform(), True)
        self._paint(painter, widget)
        painter.end()

    def _paint(self, painter: QPainter, widget: QWidget | None) -> None:
        for area, color in self._areas:
            painter.fillPath(area, color)
        _, (low, high) = self._view.viewRange()
        for upright in self._uprights:
            path = QPainterPath(QPointF(upright.x, low))
            path.lineTo(upright.x, high)
            stroke(painter, path, QPen(QColor(upright.color), 1, Qt.PenStyle.DotLine), widget)
        for path, pen in self._paths:
            stroke(painter, path, pen, widget)
        paint_stars(painter, self._stars)
