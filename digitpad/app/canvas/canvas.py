"""The canvas: pointer events to strokes, with undo."""

import math
import time

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QInputDevice,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPointingDevice,
    QResizeEvent,
    QTabletEvent,
    QUndoStack,
)
from PySide6.QtWidgets import QWidget

from digitpad.app.canvas import guides, pen_cursor, stroke_painter
from digitpad.app.canvas.drawing_command import DrawingCommand
from digitpad.app.canvas.ink_layer import PEN_WIDTH, InkLayer
from digitpad.app.canvas.stroke_painter import Point
from digitpad.app.widgets.theme_colors import LIGHT, colors
from digitpad.data.drawing import Drawing, Photo, Picture
from digitpad.data.eraser import erased
from digitpad.data.ink import Ink, amount_of

_ERASER_WIDTH = 28.0
_UNDO_LIMIT = 200
_HINT = "Draw a digit here, or several in a row\nThe right button erases"
_ERASER_HINT = "The eraser is chosen\nCtrl+E takes the pen again"
#: The most points of a stroke, and its greatest length in canvas widths: a longer stroke ends by itself.
_MOST_POINTS, _LONGEST = 5_000, 100.0
#: Seconds after a pen's last event during which a touch is taken for the hand that holds it.
_PALM_SECONDS = 1.0


class Canvas(QWidget):
    """A widget to draw on with a pen, a finger or the left mouse button. The right button erases."""

    drawing_changed = Signal(object)  # Drawing, also while a stroke is under way
    lifted = Signal()  # a stroke, or a pass of the eraser, has ended
    pen_width_changed = Signal()
    is_full = Signal()  # there is no room for more ink: a stroke was refused or cut short

    def __init__(self) -> None:
        super().__init__()
        self.undo_stack = QUndoStack(self)
        self.undo_stack.setUndoLimit(_UNDO_LIMIT)
        self._drawing: Drawing = Ink()
        self.hint = _HINT  #: What blank paper says.
        self._points: list[Point] = []
        self._pressures: list[float] = []
        #: The length of the current stroke so far, in canvas units.
        self._way = 0.0
        self.ink_layer = InkLayer(PEN_WIDTH)
        self._is_eraser_chosen = self._has_guides = False
        #: Where the eraser is, and the drawing before it was put down; None while it is not in use.
        self._eraser: Point | None = None
        self._before_erasing: Drawing = self._drawing
        self._pen_seen = -_PALM_SECONDS
        self.setMinimumSize(300, 300)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Canvas")
        self.setAccessibleDescription("Draw digits here with the mouse, a pen or a finger; the right button erases")

    @property
    def drawing(self) -> Drawing:
        """All that is on the canvas, including the current stroke."""
        if not self._points:
            return self._drawing
        earlier = self._drawing.strokes
        stroke = np.array(self._points)
        if self._pressures:
            stroke = np.column_stack([stroke, self._pressures])
        return Ink((*earlier, stroke))

    @property
    def is_in_use(self) -> bool:
        """Whether a stroke or a passage of the eraser is under way."""
        return bool(self._points) or self._eraser is not None

    @property
    def pen_width(self) -> float:
        """How wide strokes are shown, in canvas units."""
        return self.ink_layer.pen_width

    def leave_below_photo(self, height: int) -> None:
        """Leave `height` pixels free below photos, for another widget."""
        if height != self.ink_layer.below_photo:
            self.ink_layer.below_photo = height
            self._redraw()

    def image(self) -> QImage:
        """Return the canvas as a picture, dark ink on white paper."""
        return self.ink_layer.image(LIGHT)

    def choose_eraser(self, on: bool) -> None:
        """Let the left button and the pen erase instead of draw."""
        self._is_eraser_chosen = on
        self._show_cursor()
        self.update()

    def set_pen_width(self, width: float) -> None:
        """Show strokes `width` canvas units wide. Normalized ink does not depend on it."""
        self.ink_layer.pen_width = width
        self._redraw()
        self.pen_width_changed.emit()

    def show_guides(self, on: bool) -> None:
        """Show the frame that MNIST's digits fill, and their middle."""
        self._has_guides = on
        self.update()

    def replace(self, drawing: Drawing, text: str, *, merges: bool = False) -> None:
        """Show `drawing`, as an undoable action called `text`.

        With `merges` it is merged into the action before it, if that `merges` too and has the same text.
        """
        self._end()
        self.undo_stack.push(DrawingCommand(self._show, self._drawing, drawing, text, merges=merges))

    def show_digit(self, digit: Picture) -> None:
        """Show `digit`, unless it is shown already: a double click asks twice."""
        shown = self._drawing.digit
        if shown is None or not np.array_equal(shown, digit.image):
            self.replace(digit, "Show Digit")

    def clear(self) -> None:
        """Clear the canvas, unless it is already blank."""
        self._end()
        if self._drawing:
            self.replace(Ink(), "Clear")

    def undo(self) -> None:
        """Undo the last action. A stroke under way is ended first, and is then the last action."""
        self._end()
        self.undo_stack.undo()

    def redo(self) -> None:
        """Redo what was undone last."""
        self._end()
        self.undo_stack.redo()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (_LEFT, _RIGHT) and not self._is_palm(event):
            self._begin(event.position(), is_eraser=event.button() == _RIGHT or self._is_eraser_chosen)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not event.buttons() & (_LEFT | _RIGHT):
            # The release went to somebody else.
            self._end()
        else:
            self._go_on(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() in (_LEFT, _RIGHT):
            self._end()

    def tabletEvent(self, event: QTabletEvent) -> None:
        # Qt sends a tablet event that was not accepted again as a mouse event: the overlay on a photo needs that one.
        event.setAccepted(not isinstance(self._drawing, Photo))
        if not event.isAccepted():
            return
        self._pen_seen = time.monotonic()
        if event.type() == QEvent.Type.TabletPress:
            is_eraser = event.pointerType() == QPointingDevice.PointerType.Eraser or event.button() == _RIGHT
            self._begin(event.position(), event.pressure(), is_eraser=is_eraser or self._is_eraser_chosen)
        elif event.type() == QEvent.Type.TabletMove:
            self._go_on(event.position(), event.pressure())
        else:
            self._end()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.ink_layer.copy_to(painter, QRectF(event.rect()))
        shades = colors(self.palette())
        if self._has_guides:
            guides.paint(painter, QRectF(self.rect()), shades)
        if self._points:
            self.ink_layer.paint_path(painter, stroke_painter.tip(self._points), shades)
        elif not self._drawing:
            painter.setPen(QColor(shades.hint))
            # Above the middle, where the guides cross.
            upper = self.rect().adjusted(0, 0, 0, -self.height() // 3)
            hint = _ERASER_HINT if self._is_eraser_chosen else self.hint
            painter.drawText(upper, Qt.AlignmentFlag.AlignCenter, hint)
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

    def _is_palm(self, event: QMouseEvent) -> bool:
        is_touch = event.device().type() == QInputDevice.DeviceType.TouchScreen
        return is_touch and time.monotonic() - self._pen_seen < _PALM_SECONDS

    def _begin(self, position: QPointF, pressure: float | None = None, *, is_eraser: bool) -> None:
        self._end()
        if not is_eraser:
            self._way = 0.0
            if amount_of(Ink(self._drawing.strokes), self.ink_layer.extent[0]) < 1:
                self._add_point(position, pressure)
            else:
                self.is_full.emit()
        elif self._drawing.strokes:
            self._before_erasing = self._drawing
            self._eraser = self._in_units(position)
            self._erase(self._eraser)

    def _go_on(self, position: QPointF, pressure: float | None = None) -> None:
        if self._eraser is not None:
            self._erase(self._in_units(position))
        elif self._points:
            self._add_point(position, pressure)

    def _end(self) -> None:
        """End the current stroke, or pass of the eraser, and turn it into an undoable action."""
        if self._points:
            before, self._drawing = self._drawing, self.drawing
            self._points, self._pressures = [], []
            self.update(self.ink_layer.change(self._drawing, colors(self.palette())))
            self.undo_stack.push(DrawingCommand(self._show, before, self._drawing, "Stroke"))
            self.lifted.emit()
        elif self._eraser is not None:
            self._eraser = None
            if self._drawing is not self._before_erasing:
                self._redraw()
                self.undo_stack.push(DrawingCommand(self._show, self._before_erasing, self._drawing, "Erase"))
                self.lifted.emit()

    def _show(self, drawing: Drawing, within: QRectF | None = None) -> None:
        """Show `drawing`. If `within` is given, it looks different from the last one only in that area."""
        if drawing is self._drawing:
            return
        # The hint comes and goes with the first ink.
        is_hint_concerned = not self._drawing or not drawing
        self._drawing = drawing
        # The scale must not change during a pass of the eraser: its positions are in canvas units at that scale.
        if self._eraser is None and not self.ink_layer.fits(drawing):
            self._redraw()
        else:
            changed = self.ink_layer.change(drawing, colors(self.palette()), within)
            self.update() if is_hint_concerned else self.update(changed)
        self.drawing_changed.emit(drawing)

    def _in_units(self, position: QPointF) -> Point:
        """Return `position` in canvas units, clamped to the edges of the canvas."""
        width, height = self.ink_layer.extent
        x, y = position.x() / self.ink_layer.scale, position.y() / self.ink_layer.scale
        return min(max(x, 0.0), width), min(max(y, 0.0), height)

    def _add_point(self, position: QPointF, pressure: float | None) -> None:
        """Add a position of the pointer to the stroke, and paint only what it adds."""
        point = self._in_units(position)
        if self._points and self._points[-1] == point:
            return
        if self._points:
            self._way += math.dist(point, self._points[-1])
        self._points.append(point)
        if pressure is not None:
            self._pressures.append(pressure)
        if len(self._points) == 1:
            # A picture or a photo gives way to the first stroke.
            self.ink_layer.change(Ink(self._drawing.strokes), colors(self.palette()))
            self.update()
        else:
            curve = stroke_painter.latest_curve(self._points)
            self.ink_layer.add(curve, colors(self.palette()))
            changed = QPainterPath(curve)
            changed.addPath(stroke_painter.tip(self._points))
            self.update(self.ink_layer.pixels(changed.boundingRect()))
        self.drawing_changed.emit(self.drawing)
        if len(self._points) >= _MOST_POINTS or self._way > _LONGEST * self.ink_layer.extent[0]:
            self._end()
            self.is_full.emit()

    def _erase(self, point: Point) -> None:
        """Erase along the line from the eraser's last position to `point`."""
        assert self._eraser is not None
        ink = Ink(self._drawing.strokes)
        left = erased(ink, self._eraser, point, _ERASER_WIDTH / 2)
        reach = _ERASER_WIDTH / 2 + 1
        passed = QRectF(QPointF(*self._eraser), QPointF(*point)).normalized().adjusted(-reach, -reach, reach, reach)
        self._eraser = point
        if left is not ink:
            self._show(left, passed)

    def _show_cursor(self) -> None:
        width = _ERASER_WIDTH if self._is_eraser_chosen else self.ink_layer.pen_width
        self.setCursor(pen_cursor.ring(width * self.ink_layer.scale, self.devicePixelRatioF(), colors(self.palette())))

    def _redraw(self) -> None:
        """Redraw the whole canvas, with the current stroke up to its last midpoint, and the cursor at its scale."""
        self.ink_layer.renew(self._drawing, self.size(), self.devicePixelRatioF(), colors(self.palette()))
        for number in range(2, len(self._points) + 1):
            self.ink_layer.add(stroke_painter.latest_curve(self._points[:number]), colors(self.palette()))
        self._show_cursor()
        self.update()


_LEFT, _RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
