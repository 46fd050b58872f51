"""Shows over a photo what was taken for ink and how it was cut, and lets the user correct it."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from digitpad.app.canvas.canvas import Canvas
from digitpad.app.photo.photo_tools import PhotoTools
from digitpad.app.session.controller import Controller
from digitpad.app.session.latest_task import LatestTask
from digitpad.app.widgets import image_conversion
from digitpad.app.widgets.actions import make_action
from digitpad.app.widgets.theme_colors import colors
from digitpad.data.drawing import Box, Drawing, Photo
from digitpad.data.photo.spots import Pixels
from digitpad.engine.reading.photo_reader import PhotoRead
from digitpad.engine.reading.prediction import symbols_of

#: The least side, in pixels of the photo, of a marked digit and of a cropped photo.
_LEAST = 4


class PhotoEditor(QWidget):
    """An overlay on `canvas` while that shows a photo. Its image is computed in the background.

    Dragging marks one digit, or crops the photo. Both can be undone, and so can a change of the ink threshold.
    """

    def __init__(self, canvas: Canvas, controller: Controller) -> None:
        super().__init__(canvas)
        self._selection = controller.selection
        self._canvas = canvas
        self._photo: Photo | None = None
        self._read: PhotoRead | None = None
        #: The photo with its cuts, as it lies over the plain one.
        self.shown: Pixels | None = None
        #: Where the mouse was pressed and is now.
        self._dragged: tuple[QPointF, QPointF] | None = None
        self.tools = PhotoTools(self)
        self.tools.installEventFilter(self)
        self.show_cuts = make_action(
            self, "canvas.show_segmentation", "Show &Photo Segmentation", "Ctrl+Shift+G",
            "Show the ink found in a photo, and how it is split into digits", checkable=True,
        )  # fmt: skip
        self.show_cuts.setChecked(True)
        self._fetcher = LatestTask(self)
        self._fetcher.fetched.connect(self._show)
        self.show_cuts.toggled.connect(self._draw)
        self.tools.threshold_changed.connect(self._change_threshold)
        canvas.drawing_changed.connect(self._on_drawing_changed)
        controller.reader.photo_read.connect(self._on_photo_read)
        self._selection.digit_changed.connect(lambda _: self._draw() if self._read is not None else None)
        controller.reader.failed.connect(lambda _: self.tools.show_reading(False))
        canvas.installEventFilter(self)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.hide()

    def close_fetching(self) -> None:
        """Stop the background work for good."""
        self._fetcher.close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._canvas and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._canvas.rect())
        elif watched is self.tools and event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Show):
            self._place_tools()
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place_tools()

    def _place_tools(self) -> None:
        """Lay the tools below the photo, as high as their letters need."""
        height = self.tools.sizeHint().height()
        self.tools.setGeometry(1, self.height() - height - 1, self.width() - 2, height)
        self._canvas.leave_below_photo(height + 2)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragged = (event.position(), event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged is not None:
            self._dragged = (self._dragged[0], event.position())
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        photo, dragged = self._photo, self._dragged
        self._dragged = None
        self.update()
        if dragged is None or photo is None:
            return
        left, top, right, bottom = box = self._in_photo(photo, *dragged)
        if (dragged[1] - dragged[0]).manhattanLength() < QApplication.startDragDistance():
            self._choose_at(box[:2])
            return
        if min(right - left, bottom - top) < _LEAST:
            return
        if self.tools.is_cropping:
            self.tools.crop.setChecked(False)
            self._canvas.replace(_cropped(photo, round(left), round(top), round(right), round(bottom)), "Crop")
        else:
            self._canvas.replace(replace(photo, marked=(*photo.marked, box)), "Mark Digit")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.shown is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            image = image_conversion.of_pixels(self.shown)
            painter.drawImage(self._canvas.ink_layer.photo_place(image), image)
        if self._dragged is not None:
            painter.setPen(QPen(QColor(colors(self.palette()).accent), 2, Qt.PenStyle.DashLine))
            painter.drawRect(QRectF(*self._dragged).normalized())

    def _in_photo(self, photo: Photo, begin: QPointF, end: QPointF) -> Box:
        """Return what was dragged over, in the photo's pixels and within it."""
        height, width = photo.pixels.shape[:2]
        place = self._canvas.ink_layer.photo_place(image_conversion.of_pixels(photo.pixels))
        corners = np.array([point.toTuple() for point in (begin, end)]) - place.topLeft().toTuple()
        within = np.clip(corners * (width / place.width()), 0, (width, height))
        (left, top), (right, bottom) = within.min(axis=0).tolist(), within.max(axis=0).tolist()
        return left, top, right, bottom

    def _choose_at(self, place: tuple[float, float]) -> None:
        """Choose the digit at a `place` in the photo."""
        # OpenCV takes half a second to import; with a photo on the canvas it is there.
        from digitpad.data.photo.overlay import digit_at

        read = self._read
        if read is None or read.look is None:
            return
        number = digit_at(place, read.look, symbols_of(read.predictions))
        if number is not None:
            self._selection.choose_digit(number)

    def _change_threshold(self, threshold: float | None) -> None:
        photo = self._photo
        if photo is not None and threshold != photo.threshold:
            self._canvas.replace(replace(photo, threshold=threshold), "Change Ink", merges=True)

    def _on_drawing_changed(self, drawing: Drawing) -> None:
        """Show the overlay on photos only, and remove that of the last photo."""
        photo = self._photo = drawing if isinstance(drawing, Photo) else None
        if photo is not None:
            self.tools.show_threshold(photo.threshold)
            self.tools.show_reading(True)
        else:
            self._dragged = None
            self.tools.crop.setChecked(False)
            self.setGeometry(self._canvas.rect())
        self.setVisible(photo is not None)
        if self._read is not None and self._read.photo is not drawing:
            self._read = None
            self._draw()

    def _on_photo_read(self, read: PhotoRead) -> None:
        self._read = read
        self.tools.show_reading(False)
        self._draw()

    def _draw(self) -> None:
        read = self._read
        if read is None or not self.show_cuts.isChecked():
            self._fetcher.forget()
            self._show(None)
        else:
            selected = self._selection.number
            self._fetcher.fetch(lambda _: _drawn(read, selected))

    def _show(self, shown: Pixels | None) -> None:
        self.shown = shown
        self.update()


def _cropped(photo: Photo, left: int, top: int, right: int, bottom: int) -> Photo:
    """Return a part of a photo, with the digits that were marked in it."""
    pixels = np.ascontiguousarray(photo.pixels[top:bottom, left:right])
    ends = [0.0, 0.0, float(right - left), float(bottom - top)]
    moved = np.clip(np.array(photo.marked).reshape(-1, 4) - [left, top, left, top], ends[:2] * 2, ends[2:] * 2)
    kept = [box for box in moved.tolist() if box[2] > box[0] and box[3] > box[1]]
    return Photo(pixels, photo.threshold, tuple((a, b, c, d) for a, b, c, d in kept))


def _drawn(read: PhotoRead, selected: int) -> Pixels | None:
    from digitpad.data.photo.overlay import drawn_over

    return (
        None if read.look is None else drawn_over(read.photo.pixels, read.look, symbols_of(read.predictions), selected)
    )
