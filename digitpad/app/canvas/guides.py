"""Faint lines on the canvas that show where MNIST's digits lie."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from digitpad.app.widgets.theme_colors import Colors
from digitpad.data.dataset import SIDE
from digitpad.data.ink import BOX

_OPACITY = 110
_ARM = 8.0


def paint(painter: QPainter, rect: QRectF, shades: Colors) -> None:
    """Paint the box that MNIST's digits fill, and the center of the canvas, which is at least as wide as high."""
    color = QColor(shades.accent)
    color.setAlpha(_OPACITY)
    painter.setPen(QPen(color, 1, Qt.PenStyle.DashLine))
    square = QRectF(0, 0, rect.height(), rect.height())
    square.moveCenter(rect.center())
    margin = (SIDE - BOX) / 2 / SIDE * square.width()
    painter.drawRect(square.adjusted(margin, margin, -margin, -margin))
    for arm in (QPointF(_ARM, 0), QPointF(0, _ARM)):
        painter.drawLine(rect.center() - arm, rect.center() + arm)
