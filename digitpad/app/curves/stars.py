"""Stars at some places of a plot."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from digitpad.app.curves.view_item import ViewItem

#: Pixels from a star's middle to its outer and to its inner corners.
_OUTER, _INNER = 6.5, 2.6
_CORNERS = [
    QPointF(radius * math.sin(k * math.pi / 5), -radius * math.cos(k * math.pi / 5))
    for k in range(10)
    for radius in [_INNER if k % 2 else _OUTER]
]


class Star(NamedTuple):
    """A place in a plot's own coordinates, a color, and that of its rim."""

    x: float
    y: float
    color: str
    rim: str


def paint_stars(painter: QPainter, stars: Sequence[Star]) -> None:
    """Draw `stars` of one size, whatever the scale of `painter`."""
    if not stars:
        return
    to_pixels = painter.worldTransform()
    painter.save()
    painter.setWorldTransform(QTransform())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for star in stars:
        painter.setPen(QPen(QColor(star.rim), 1))
        painter.setBrush(QColor(star.color))
        middle = to_pixels.map(QPointF(star.x, star.y))
        painter.drawPolygon(QPolygonF([middle + corner for corner in _CORNERS]))
    painter.restore()


class Stars(ViewItem):
    """Draws stars. pyqtgraph's own spots keep every style that they ever had."""

    def __init__(self) -> None:
        super().__init__()
        self.stars: list[Star] = []

    def show_stars(self, stars: Sequence[Star]) -> None:
        """Show `stars` from now on."""
        self.stars = list(stars)
        self.setVisible(bool(stars))
        self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        paint_stars(painter, self.stars)
