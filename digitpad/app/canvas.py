"""The sheet of paper: pointer events to strokes, with undo. It knows no network and no files.

Strokes are kept in units of the sheet, `SHEET` to a side, so that neither the window's size nor the screen's scale
reaches the drawing.
"""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QTransform,
    QUndoCommand,
    QUndoStack,
)
from PySide6.QtWidgets import QWidget

from digitpad.app import qimage, stroke_painter
from digitpad.app.stroke_painter import Point
from digitpad.app.theme_colors import colors
from digitpad.data.drawing import Drawing, Picture
from digitpad.data.ink import Ink

SHEET = 280.0
PEN_WIDTH = 18.0
_UNDO_LIMIT = 200
_HINT = "Draw a digit here, 0 to 9"


class Canvas(QWidget):
    """A square that is drawn on with the left button. What was drawn stays on a pixmap; only what is new is painted."""

    drawing_changed = Signal(object)  # Drawing, also while a stroke is under way

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.undo_stack = QUndoStack(self)
        self.undo_stack.setUndoLimit(_UNDO_LIMIT)
        self._drawing: Drawing = Ink()
        self._points: list[Point] = []
        self._pixmap = QPixmap()
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setMinimumSize(300, 300)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Canvas")
        self.setAccessibleDescription("Draw a digit here with the mouse or a pen")

    @property
    def drawing(self) -> Drawing:
        """All that is on the sheet, the stroke under the pen included."""
        if not self._points:
            return self._drawing
        earlier = self._drawing.strokes if isinstance(self._drawing, Ink) else ()
        return Ink((*earlier, np.array(self._points)))

    def replace(self, drawing: Drawing, text: str) -> None:
        """Put `drawing` on the sheet, as an act called `text` that can be undone."""
        self._end_stroke()
        self.undo_stack.push(_Act(self, self._drawing, drawing, text))

    def clear(self) -> None:
        """Take a new sheet, unless this one is blank."""
        self._end_stroke()
        if self._drawing:
            self.replace(Ink(), "Clear")

    def undo(self) -> None:
        """Take back the last act, which is the stroke under the pen if there is one."""
        self._end_stroke()
        self.undo_stack.undo()

    def redo(self) -> None:
        """Do again what was undone last."""
        self._end_stroke()
        self.undo_stack.redo()

    def show_drawing(self, drawing: Drawing) -> None:
        """Put `drawing` on the sheet; for acts on their way back and forth."""
        if drawing is self._drawing:
            return
        self._drawing = drawing
        self._redraw()
        self.drawing_changed.emit(drawing)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._end_stroke()
            self._add_point(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not event.buttons() & Qt.MouseButton.LeftButton:
            # The release went to somebody else.
            self._end_stroke()
        elif self._points:
            self._add_point(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._end_stroke()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        ratio = self._pixmap.devicePixelRatio()
        area = QRectF(event.rect())
        painter.drawPixmap(area, self._pixmap, QTransform.fromScale(ratio, ratio).mapRect(area))
        shades = colors(self.palette())
        if self._points:
            painter.save()
            painter.setTransform(self._to_pixels(), True)
            stroke_painter.draw(painter, stroke_painter.tip(self._points), shades.ink, PEN_WIDTH)
            painter.restore()
        elif not self._drawing:
            painter.setPen(QColor(shades.hint))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, _HINT)
        painter.setPen(QPen(QColor(shades.border), 1))
        painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._redraw()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.DevicePixelRatioChange):
            self._redraw()
        super().changeEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(440, 440)

    def _to_pixels(self) -> QTransform:
        """Return the way from units of the sheet to this widget's pixels."""
        return QTransform.fromScale(self.width() / SHEET, self.height() / SHEET)

    def _add_point(self, position: QPointF) -> None:
        """Take a point of the pointer's into the stroke, and paint no more than what it adds."""
        x = min(max(position.x() * SHEET / self.width(), 0.0), SHEET)
        y = min(max(position.y() * SHEET / self.height(), 0.0), SHEET)
        if self._points and self._points[-1] == (x, y):
            return
        self._points.append((x, y))
        if len(self._points) == 1:
            self._redraw()
        else:
            self._draw_on_pixmap(stroke_painter.latest_curve(self._points))
            changed = QPainterPath(stroke_painter.latest_curve(self._points))
            changed.addPath(stroke_painter.tip(self._points))
            margin = PEN_WIDTH
            dirty = changed.boundingRect().adjusted(-margin, -margin, margin, margin)
            self.update(self._to_pixels().mapRect(dirty).toAlignedRect())
        self.drawing_changed.emit(self.drawing)

    def _end_stroke(self) -> None:
        """Turn the stroke under the pen into an act that can be undone."""
        if not self._points:
            return
        before, self._drawing = self._drawing, self.drawing
        self._draw_on_pixmap(stroke_painter.tip(self._points))
        self._points = []
        self.undo_stack.push(_Act(self, before, self._drawing, "Stroke"))

    def _redraw(self) -> None:
        """Draw the whole sheet anew, but for the tip of the stroke under the pen."""
        ratio = self.devicePixelRatioF()
        self._pixmap = QPixmap(self.size() * ratio)
        self._pixmap.setDevicePixelRatio(ratio)
        self._pixmap.fill(QColor(colors(self.palette()).paper))
        drawing = self.drawing
        if isinstance(drawing, Picture):
            painter = QPainter(self._pixmap)
            painter.setTransform(self._to_pixels(), True)
            shades = colors(self.palette())
            painter.drawImage(QRectF(0, 0, SHEET, SHEET), qimage.shaded(drawing.image, shades.paper, shades.ink))
            painter.end()
        else:
            for stroke in drawing.strokes:
                for path in stroke_painter.whole([(float(p[0]), float(p[1])) for p in stroke]):
                    self._draw_on_pixmap(path)
        self.update()

    def _draw_on_pixmap(self, path: QPainterPath) -> None:
        painter = QPainter(self._pixmap)
        painter.setTransform(self._to_pixels(), True)
        stroke_painter.draw(painter, path, colors(self.palette()).ink, PEN_WIDTH)
        painter.end()


class _Act(QUndoCommand):
    """One change of the drawing. Drawings are frozen and share their strokes, so both are simply kept."""

    def __init__(self, canvas: Canvas, before: Drawing, after: Drawing, text: str) -> None:
        super().__init__(text)
        self._canvas = canvas
        self._before = before
        self._after = after

    def redo(self) -> None:
        self._canvas.show_drawing(self._after)

    def undo(self) -> None:
        self._canvas.show_drawing(self._before)
