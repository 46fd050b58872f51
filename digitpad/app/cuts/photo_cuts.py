"""Lays over a photo on the canvas what was taken for ink and how it was cut, as the network in use reads it."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from digitpad.app.look import qimage
from digitpad.app.look.acts import act
from digitpad.app.paper.canvas import Canvas
from digitpad.app.session.controller import Controller
from digitpad.app.session.fetching import Fetcher
from digitpad.data.photo.spots import Pixels
from digitpad.engine.reading.photo_reader import PhotoRead
from digitpad.engine.reading.prediction import signs_of


class PhotoCuts(QWidget):
    """A layer over `canvas` that no event reaches; it is drawn aside."""

    def __init__(self, canvas: Canvas, controller: Controller) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._read: PhotoRead | None = None
        self._shown: Pixels | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.show_cuts = act(
            self, "Show How a &Photo Is Cut", "Ctrl+Shift+G", "Lay over a photo what was taken for ink, and each digit",
            checkable=True,
        )  # fmt: skip
        self.show_cuts.setChecked(True)
        self._fetcher = Fetcher(self)
        self._fetcher.fetched.connect(self._show)
        self.show_cuts.toggled.connect(self._draw)
        canvas.drawing_changed.connect(self._forget)
        controller.reader.photo_read.connect(self._take)
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
        if self._shown is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        image = qimage.of_pixels(self._shown)
        painter.drawImage(qimage.place_in(QRectF(self.rect()), image), image)

    def _forget(self) -> None:
        """Another drawing is there: nothing of the one before may lie over it."""
        if self._read is not None and self._read.photo is not self._canvas.drawing:
            self._read = None
            self._draw()

    def _take(self, read: PhotoRead) -> None:
        self._read = read
        self._draw()

    def _draw(self) -> None:
        read = self._read
        if read is None or not self.show_cuts.isChecked():
            self._fetcher.forget()
            self.hide()
        else:
            self._fetcher.fetch(lambda _: _drawn(read))

    def _show(self, shown: Pixels | None) -> None:
        self._shown = shown
        self.setGeometry(self._canvas.rect())
        self.setVisible(shown is not None)
        self.update()


def _drawn(read: PhotoRead) -> Pixels | None:
    from digitpad.data.photo.overlay import drawn_over

    return None if read.look is None else drawn_over(read.photo.pixels, read.look, signs_of(read.predictions))
