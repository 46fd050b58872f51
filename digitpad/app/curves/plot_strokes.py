"""Lines in a plot's coordinates whose width is in pixels, also in exported files."""

from PySide6.QtGui import QPainter, QPainterPath, QPen, QTransform
from PySide6.QtWidgets import QWidget


def stroke(painter: QPainter, path: QPainterPath, pen: QPen, widget: QWidget | None) -> None:
    """Draw `path` with a `pen` as wide as that says: in a widget's own pixels, or in those of a picture without one.

    Qt writes such pens into an SVG as a property that few programs know; all others would scale the line's width.
    """
    if widget is not None:
        on_screen = QPen(pen)
        on_screen.setCosmetic(True)
        on_screen.setWidthF(pen.widthF() * widget.devicePixelRatioF())
        painter.setPen(on_screen)
        painter.drawPath(path)
        return
    plain = QPen(pen)
    plain.setCosmetic(False)
    to_pixels = painter.worldTransform()
    painter.save()
    painter.setWorldTransform(QTransform())
    painter.setPen(plain)
    painter.drawPath(to_pixels.map(path))
    painter.restore()
