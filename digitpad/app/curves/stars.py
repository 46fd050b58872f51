"""Stars at some places of a plot. They know no run."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from digitpad.app.curves.in_view import InView

#: Pixels from a star's middle to its outer and to its inner corners.
_OUTER, _INNER = 6.5, 2.6
_CORNERS = [
    QPointF(radius * math.sin(k * math.pi / 5), -radius * math.cos(k * math.pi / 5))
    for k in range(10)
    for radius in [_INNER if k % 2 else _OUTER]
]


class Star(NamedTuple):
    """A place in a plot's own coordinates, and a colour."""

    x: float
    y: float
    color: str


class Stars(InView):
    """Draws stars of one size, whatever the scale. pyqtgraph's own spots keep every style that they ever had."""

    def __init__(self) -> None:
        super().__init__()
        self.stars: list[Star] = []
        self._rim = QColor()

    def show_stars(self, stars: Sequence[Star], rim: str) -> None:
        """Show `stars` from now on, with a rim in that colour."""
        self.stars, self._rim = list(stars), QColor(rim)
        self.setVisible(bool(stars))
        self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        to_pixels = painter.worldTransform()
        painter.setWorldTransform(QTransform())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._rim, 1))
        for star in self.stars:
            painter.setBrush(QColor(star.color))
            middle = to_pixels.map(QPointF(star.x, star.y))
            painter.drawPolygon(QPolygonF([middle + corner for corner in _CORNERS]))
