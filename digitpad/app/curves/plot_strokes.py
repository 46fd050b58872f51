"""Lines in a plot's coordinates whose width is in pixels, also in exported files."""

from PySide6.QtGui import QPainter, QPainterPath, QPen, QTransform
from PySide6.QtWidgets import QWidget


def stroke(painter: QPainter, path: QPainterPath, pen: QPen, widget: QWidget | None) -> None:
    """Draw `path` with a `pen` whose width is in pixels: those of `widget`, or those of the exported picture.

    In an export, `widget` is None and the pen is not cosmetic: Qt writes a cosmetic pen into an SVG as a property that
    few programs know, and all others would scale the line's width.
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
