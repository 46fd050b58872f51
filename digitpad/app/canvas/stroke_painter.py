"""Paints strokes as smooth curves through the middles between points."""

import itertools
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

#: x, y in canvas units.
Point = tuple[float, float]

_CURVES_AT_ONCE = 8


def pen(color: str, width: float) -> QPen:
    """Return a round pen, `width` canvas units wide."""
    return QPen(QColor(color), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)


def whole(points: Sequence[Point]) -> Iterator[QPainterPath]:
    """Yield a stroke in pieces: straight to the first middle, curves from middle to middle, straight to the end.

    In pieces, because Qt takes quadratic time to find the outline of one long path.
    """
    path = QPainterPath(QPointF(*points[0]))
    for number, (before, corner) in enumerate(itertools.pairwise(points), 1):
        path.quadTo(QPointF(*before), _middle(before, corner))
        if number % _CURVES_AT_ONCE == 0:
            yield path
            path = QPainterPath(path.currentPosition())
    path.lineTo(QPointF(*points[-1]))
    yield path


def latest_curve(points: Sequence[Point]) -> QPainterPath:
    """Return the final curve that the newest of `points` adds. It ends at the midpoint before that point."""
    if len(points) < 3:
        path = QPainterPath(QPointF(*points[0]))
        path.lineTo(_middle(points[0], points[-1]))
        return path
    before, corner, newest = points[-3:]
    path = QPainterPath(_middle(before, corner))
    path.quadTo(QPointF(*corner), _middle(corner, newest))
    return path


def tip(points: Sequence[Point]) -> QPainterPath:
    """Return the straight end from the last middle to the pointer, which the next point will replace by a curve."""
    path = QPainterPath(_middle(points[max(0, len(points) - 2)], points[-1]))
    path.lineTo(QPointF(*points[-1]))
    return path


def _middle(a: Point, b: Point) -> QPointF:
    return QPointF((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)


def draw(painter: QPainter, path: QPainterPath, color: str, width: float) -> None:
    """Draw `path` with a round, anti-aliased pen."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if path.elementCount() > 1:
        painter.strokePath(path, pen(color, width))
    else:
        # A path to where it already is has no length, and Qt would stroke nothing.
        painter.setPen(pen(color, width))
        painter.drawPoint(path.currentPosition())
