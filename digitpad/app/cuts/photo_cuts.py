"""Lays over a photo on the canvas what was taken for ink and how it was cut, as the network in use reads it."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from digitpad.app.look import qimage
from digitpad.app.look.acts import act
from digitpad.app.paper.canvas import Canvas
from digitpad.app.session.controller import Controller
from digitpad.app.session.fetching import Fetcher
from digitpad.data.drawing import Photo
from digitpad.data.photo.spots import Pixels
from digitpad.engine.reading.recognizer import Recognizer


@dataclass(frozen=True, slots=True, eq=False)
class _Cut:
    """A photo and how it looks with what is read of it."""

    photo: Photo
    shown: Pixels


class PhotoCuts(QWidget):
    """A layer over `canvas` that no event reaches; it is looked for aside, since a photo takes its time."""

    def __init__(self, canvas: Canvas, controller: Controller) -> None:
        super().__init__(canvas)
        self._canvas, self._controller = canvas, controller
        self._cut: _Cut | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.show_cuts = act(
            self, "Show How a &Photo Is Cut", "Ctrl+Shift+G", "Lay over a photo what was taken for ink, and each digit",
            checkable=True,
        )  # fmt: skip
        self.show_cuts.setChecked(True)
        self._fetcher = Fetcher(self)
        self._fetcher.fetched.connect(self._show)
        self.show_cuts.toggled.connect(self._look)
        canvas.drawing_changed.connect(self._look)
        controller.network_changed.connect(self._look)
        canvas.installEventFilter(self)
        self.hide()

    def close_fetching(self) -> None:
        """Look no more. The last call."""
        self._fetcher.close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._canvas.rect())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._cut is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        image = qimage.of_pixels(self._cut.shown)
        size = QSizeF(image.size()).scaled(QSizeF(self.size()), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF(QPointF(0, 0), size)
        place.moveCenter(QRectF(self.rect()).center())
        painter.drawImage(place, image)

    def _look(self) -> None:
        photo = self._canvas.drawing
        if not isinstance(photo, Photo) or not self.show_cuts.isChecked():
            self._cut = None
            self._fetcher.forget()
            self.hide()
            return
        network = self._controller.looked_at.network

        def work(_: object) -> _Cut | None:
            from digitpad.data.photo.overlay import drawn_over

            look, found = Recognizer(network).look_at(photo)
            if look is None:
                return None
            return _Cut(photo, drawn_over(photo.pixels, look, [(p.row, p.parts, p.sign) for p in found]))

        self._fetcher.fetch(work)

    def _show(self, cut: _Cut | None) -> None:
        if cut is not None and cut.photo is self._canvas.drawing:
            self._cut = cut
            self.setGeometry(self._canvas.rect())
            self.show()
            self.update()
