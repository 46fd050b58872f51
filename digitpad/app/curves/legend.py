"""How lines are to be read."""

from PySide6.QtCore import QLineF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from digitpad.app.widgets.theme_colors import Colors, colors

HEIGHT = 20


class Legend(QWidget):
    """A sample of each kind of line, with its name."""

    def __init__(self) -> None:
        super().__init__()
        self._is_alone = True
        self.setMinimumHeight(HEIGHT)
        self.setAccessibleName("Legend: solid lines training, dashed lines validation, thin lines a running mean")

    def show_alone(self, on: bool) -> None:
        """Show the colors of one run alone, or none where each run has its own."""
        self._is_alone = on
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(280, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        self.paint(QPainter(self), colors(self.palette()), self.height())

    def paint(self, painter: QPainter, shades: Colors, height: int) -> None:
        """Paint the legend, `height` pixels high, at the upper left corner of the painter's device."""
        left, middle, metrics = 4.0, height / 2, self.fontMetrics()
        for text, width, style, color, opacity in (
            ("training", 2, Qt.PenStyle.SolidLine, shades.training, 1.0),
            ("validation", 2, Qt.PenStyle.DashLine, shades.validation, 1.0),
            ("running mean", 1, Qt.PenStyle.SolidLine, shades.training, 0.6),
        ):
            pen_color = QColor(color if self._is_alone else shades.hint)
            pen_color.setAlphaF(opacity)
            painter.setPen(QPen(pen_color, width, style))
            painter.drawLine(QLineF(left, middle, left + 24, middle))
            painter.setPen(QColor(shades.hint))
            painter.drawText(int(left + 30), int(middle + metrics.ascent() / 2 - 1), text)
            left += 42 + metrics.horizontalAdvance(text)
