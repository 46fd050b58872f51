"""The ink as painted so far, on a pixmap, so that a frame paints only what is new.

Drawings are in canvas units: `CANVAS_HEIGHT` from top to bottom, and as many to the right as there is room for. So they
depend neither on the size of the window nor on the scale of the screen.
"""

import numpy as np
from PySide6.QtCore import QRect, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPixmap, QTransform

from digitpad.app.canvas import stroke_painter
from digitpad.app.widgets import image_conversion
from digitpad.app.widgets.theme_colors import Colors
from digitpad.data.drawing import Drawing, Photo, Picture
from digitpad.data.ink import Ink, Stroke
from digitpad.identity import Identity, identities

#: Canvas units from top to bottom.
CANVAS_HEIGHT = 280.0
#: How wide a pen looks, in such units.
PEN_WIDTH = 18.0

#: Pixels per canvas unit in a picture of the canvas.
_PICTURE_SCALE = 4
#: Canvas units that stay free at the edge when the canvas is enlarged for its ink, and the tolerance for rounding.
_MARGIN, _ROUNDING = 12.0, 1e-6

_Pieces = list[tuple[QRectF, QPainterPath]]


class InkLayer:
    """A pixmap of a drawing, with a pen `pen_width` units wide."""

    def __init__(self, pen_width: float) -> None:
        self.pen_width = pen_width
        #: Widget pixels per canvas unit.
        self.scale = 1.0
        #: Widget pixels below a photo that are reserved for another widget.
        self.below_photo = 0
        self._size = QSize(int(CANVAS_HEIGHT), int(CANVAS_HEIGHT))
        self._pixmap = QPixmap()
        self._to_pixels = QTransform()
        self._drawing: Drawing = Ink()
        #: The pieces of each stroke, with their bounding rectangles.
        self._pieces: dict[Identity, _Pieces] = {}

    def renew(self, drawing: Drawing, size: QSize, ratio: float, shades: Colors) -> None:
        """Paint all of `drawing` on a new pixmap for a widget of `size`."""
        self._pixmap = QPixmap(size * ratio)
        self._pixmap.setDevicePixelRatio(ratio)
        self._size = size
        self.scale = _scale_of(drawing, size)
        self._to_pixels = QTransform.fromScale(self.scale, self.scale)
        self._drawing = drawing
        self._paint(self.area, shades)

    @property
    def area(self) -> QRectF:
        """The rectangle of the whole canvas, in canvas units."""
        return QRectF(0, 0, self._size.width() / self.scale, self._size.height() / self.scale)

    @property
    def extent(self) -> tuple[float, float]:
        """The width and height of the canvas, in canvas units."""
        return self.area.width(), self.area.height()

    @property
    def room(self) -> tuple[float, float]:
        """The width and height of the canvas at its usual scale, when no ink needs more room."""
        return self._size.width() * CANVAS_HEIGHT / self._size.height(), CANVAS_HEIGHT

    def photo_place(self, photo: QImage) -> QRectF:
        """Return where a photo lies, in the widget's pixels."""
        return image_conversion.place_in(
            QRectF(0, 0, self._size.width(), self._size.height() - self.below_photo), photo
        )

    def fits(self, drawing: Drawing) -> bool:
        """Tell whether the scale is right: the usual one if the ink of `drawing` fits it, else one that it fits."""
        right, bottom = _reach_of(drawing)
        usual = self._size.height() / CANVAS_HEIGHT
        if right <= self._size.width() / usual + _ROUNDING and bottom <= CANVAS_HEIGHT + _ROUNDING:
            return self.scale == usual
        return right <= self.area.width() + _ROUNDING and bottom <= self.area.height() + _ROUNDING

    def change(self, drawing: Drawing, shades: Colors, within: QRectF | None = None) -> QRect:
        """Paint `drawing` in place of the last one where the two differ. Return that area, in widget pixels.

        If `within` is given, in canvas units, no difference outside of it is visible.
        """
        area = self._difference(self._drawing, drawing)
        if within is not None:
            area = area.intersected(within)
        self._drawing = drawing
        self._paint(area, shades)
        return self.pixels(area)

    def add(self, path: QPainterPath, shades: Colors) -> None:
        """Paint one more piece of a stroke."""
        painter = QPainter(self._pixmap)
        self.paint_path(painter, path, shades)
        painter.end()

    def paint_path(self, painter: QPainter, path: QPainterPath, shades: Colors) -> None:
        """Paint a piece of a stroke with a painter of the widget or of its pixmap."""
        painter.save()
        painter.setTransform(self._to_pixels, True)
        stroke_painter.draw(painter, path, shades.ink, self.pen_width)
        painter.restore()

    def image(self, shades: Colors) -> QImage:
        """Return the drawing as a picture at a size for slides."""
        other = InkLayer(self.pen_width)
        other.renew(self._drawing, (self.area.size() * _PICTURE_SCALE).toSize(), 1, shades)
        return other._pixmap.toImage()

    def copy_to(self, painter: QPainter, area: QRectF) -> None:
        """Paint the part of the canvas that lies in `area`, in widget pixels."""
        ratio = self._pixmap.devicePixelRatio()
        painter.drawPixmap(area, self._pixmap, QTransform.fromScale(ratio, ratio).mapRect(area))

    def pixels(self, area: QRectF) -> QRect:
        """Return `area`, given in canvas units and enlarged by the reach of the pen, in widget pixels."""
        return self._to_pixels.mapRect(self._inked(area)).toAlignedRect()

    def _inked(self, area: QRectF) -> QRectF:
        """Return `area` and what a pen that moves in it reaches beyond."""
        margin = self.pen_width / 2 + 1
        return area.adjusted(-margin, -margin, margin, margin)

    def _paint(self, area: QRectF, shades: Colors) -> None:
        if self._pixmap.isNull():
            # Before it is shown for the first time it has no size; then all is painted.
            return
        painter = QPainter(self._pixmap)
        painter.setClipRect(self.pixels(area))
        painter.fillRect(self.pixels(area), QColor(shades.paper))
        if isinstance(self._drawing, Picture):
            painter.setTransform(self._to_pixels, True)
            image = image_conversion.shaded(self._drawing.image, shades.paper, shades.ink)
            painter.drawImage(image_conversion.place_in(self.area, image), image)
        elif isinstance(self._drawing, Photo):
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            photo = image_conversion.of_pixels(self._drawing.pixels)
            painter.drawImage(self.photo_place(photo), photo)
        else:
            inked = self._inked(area)
            painter.setTransform(self._to_pixels, True)
            for stroke in self._drawing.strokes:
                for extent, path in self._pieces_of(stroke):
                    # A straight piece has an extent without width, which `intersects` would call empty.
                    if self._inked(extent).intersects(inked):
                        stroke_painter.draw(painter, path, shades.ink, self.pen_width)
        painter.end()

    def _difference(self, before: Drawing, after: Drawing) -> QRectF:
        """Return where two drawings differ, in canvas units."""
        if not all(drawing.strokes or not drawing for drawing in (before, after)):
            # A picture comes or goes.
            return self.area
        old, new = (set(identities(drawing.strokes)) for drawing in (before, after))
        area = QRectF()
        for stroke in (key.of for key in old ^ new):
            if len(stroke):
                low, high = stroke[:, :2].min(axis=0), stroke[:, :2].max(axis=0)
                area = area.united(QRectF(low[0] - 1, low[1] - 1, high[0] - low[0] + 2, high[1] - low[1] + 2))
        self._pieces = {key: pieces for key, pieces in self._pieces.items() if key in new}
        return area

    def _pieces_of(self, stroke: Stroke) -> _Pieces:
        key = Identity(stroke)
        if key not in self._pieces:
            paths = stroke_painter.whole([(float(point[0]), float(point[1])) for point in stroke])
            self._pieces[key] = [(path.controlPointRect(), path) for path in paths]
        return self._pieces[key]


def _scale_of(drawing: Drawing, size: QSize) -> float:
    """Return the pixels per canvas unit: `CANVAS_HEIGHT` units fit from top to bottom, or more if ink needs them."""
    right, bottom = _reach_of(drawing)
    usual = size.height() / CANVAS_HEIGHT
    if right <= size.width() / usual + _ROUNDING and bottom <= CANVAS_HEIGHT + _ROUNDING:
        return usual
    return min(size.width() / (right + _MARGIN), size.height() / max(bottom + _MARGIN, CANVAS_HEIGHT))


def _reach_of(drawing: Drawing) -> tuple[float, float]:
    """Return how far ink goes to the right and down: beyond the edge where the window was wider when it was drawn."""
    farthest = [stroke[:, :2].max(axis=0) for stroke in drawing.strokes if len(stroke)]
    right, bottom = np.max(farthest, axis=0).tolist() if farthest else (0.0, 0.0)
    return right, bottom
