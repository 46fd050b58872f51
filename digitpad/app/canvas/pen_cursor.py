"""A cursor that shows how wide the pen is."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QCursor, QPainter, QPen, QPixmap

from digitpad.app.widgets.theme_colors import Colors

_SMALLEST, _LARGEST = 5.0, 120.0


def ring(diameter: float, ratio: float, shades: Colors) -> QCursor:
    """Return a ring of `diameter` pixels with a dot in its middle, to be seen on paper and on ink."""
    diameter = min(max(diameter, _SMALLEST), _LARGEST)
    side = int(diameter) + 5
    pixmap = QPixmap(int(side * ratio), int(side * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    middle = QPointF(side / 2, side / 2)
    for color, width in ((shades.paper, 3.0), (shades.hint, 1.2)):
        painter.setPen(QPen(QColor(color), width))
        painter.drawEllipse(middle, diameter / 2, diameter / 2)
        painter.drawEllipse(middle, 0.5, 0.5)
    painter.end()
    return QCursor(pixmap, side // 2, side // 2)
