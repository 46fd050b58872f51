"""A vertical line in a plot that marks an event."""

import pyqtgraph as pg
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from digitpad.app.curves.plot_strokes import stroke


class MarkLine(pg.InfiniteLine):
    """pyqtgraph's infinite line, but equally thin in exported files."""

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        place = self.boundingRect()
        path = QPainterPath(QPointF(place.left(), 0))
        path.lineTo(place.right(), 0)
        stroke(painter, path, self.currentPen, widget)
