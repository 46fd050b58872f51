"""The hint on a blank canvas."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter

from digitpad.app.widgets.theme_colors import Colors


def paint(painter: QPainter, paper: QRect, words: str, shades: Colors) -> None:
    """Write `words` above the middle, where the guides cross."""
    painter.setPen(QColor(shades.hint))
    painter.drawText(paper.adjusted(0, 0, 0, -paper.height() // 3), Qt.AlignmentFlag.AlignCenter, words)
