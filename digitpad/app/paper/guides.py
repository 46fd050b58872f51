"""Faint lines on the sheet that show where MNIST's digits lie. They know no canvas."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from digitpad.app.look.theme_colors import Colors
from digitpad.data.dataset import SIDE
from digitpad.data.ink import BOX

_OPACITY = 110
_ARM = 8.0


def paint(painter: QPainter, sheet: QRectF, shades: Colors) -> None:
    """Paint the frame that MNIST's digits fill, and the middle of the sheet."""
    color = QColor(shades.accent)
    color.setAlpha(_OPACITY)
    painter.setPen(QPen(color, 1, Qt.PenStyle.DashLine))
    margin = (SIDE - BOX) / 2 / SIDE * sheet.width()
    painter.drawRect(sheet.adjusted(margin, margin, -margin, -margin))
    for arm in (QPointF(_ARM, 0), QPointF(0, _ARM)):
        painter.drawLine(sheet.center() - arm, sheet.center() + arm)
