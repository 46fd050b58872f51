"""What the acts do that concern the canvas: undo, eraser, pen, guides, copy and paste. It knows no network."""

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QAction, QGuiApplication, QImage

from digitpad.app.actions import Actions
from digitpad.app.look import qimage
from digitpad.app.paper.canvas import Canvas
from digitpad.app.paper.sheet import SHEET
from digitpad.app.session.aside import run_aside
from digitpad.data import ink_files, svg_files
from digitpad.data.drawing import Drawing, Photo
from digitpad.data.ink import Ink, fitted
from digitpad.data.ink_files import LabelledInk
from digitpad.errors import DigitpadError

_INK_TYPE = "application/x-ndjson"
_SVG_TYPE = "image/svg+xml"


class CanvasActs(QObject):
    """Connects the acts with `canvas`."""

    failed = Signal(str)

    def __init__(self, acts: Actions, canvas: Canvas, parent: QObject) -> None:
        super().__init__(parent)
        self._acts = acts
        self._canvas = canvas
        acts.undo.triggered.connect(canvas.undo)
        acts.redo.triggered.connect(canvas.redo)
        acts.clear.triggered.connect(canvas.clear)
        acts.copy.triggered.connect(self._copy)
        acts.paste.triggered.connect(self._paste)
        acts.eraser.toggled.connect(canvas.choose_eraser)
        acts.guides.toggled.connect(canvas.show_guides)
        acts.pen_widths.triggered.connect(self._choose_pen_width)
        canvas.undo_stack.canUndoChanged.connect(acts.undo.setEnabled)
        canvas.undo_stack.canRedoChanged.connect(acts.redo.setEnabled)
        canvas.drawing_changed.connect(self._show_drawing)
        self._show_drawing(canvas.drawing)
        acts.undo.setEnabled(False)
        acts.redo.setEnabled(False)

    def _show_drawing(self, drawing: Drawing) -> None:
        self._acts.clear.setEnabled(bool(drawing))
        self._acts.copy.setEnabled(bool(drawing))

    def _choose_pen_width(self, action: QAction) -> None:
        self._canvas.set_pen_width(action.data())

    def _copy(self) -> None:
        """Put the drawing on the clipboard: as ink for digitpad, as SVG and as a picture for other programs."""
        drawing = self._canvas.drawing
        data = QMimeData()
        if isinstance(drawing, Ink):
            data.setData(_INK_TYPE, ink_files.text_of(LabelledInk(drawing)).encode())
            data.setData(_SVG_TYPE, svg_files.text_of(drawing, SHEET, self._canvas.pen_width).encode())
            data.setImageData(self._canvas.image())
        elif isinstance(drawing, Photo):
            data.setImageData(qimage.of_pixels(drawing.pixels))
        else:
            data.setImageData(qimage.shaded(drawing.image, "#000000", "#ffffff"))
        QGuiApplication.clipboard().setMimeData(data)

    def _paste(self) -> None:
        """Put what is on the clipboard on the canvas."""
        data = QGuiApplication.clipboard().mimeData()
        try:
            if data is not None and data.hasFormat(_INK_TYPE):
                text = bytes(data.data(_INK_TYPE).data()).decode("utf-8", "replace")
                self._canvas.replace(fitted(ink_files.parse(text, "the clipboard")[0].ink, SHEET), "Paste")
            elif data is not None and data.hasImage() and isinstance(image := data.imageData(), QImage):
                photo = Photo(qimage.pixels_of(image))
                run_aside(lambda: photo.rows)
                self._canvas.replace(photo, "Paste")
            else:
                raise DigitpadError("the clipboard holds neither a drawing nor a picture: copy one first")
        except DigitpadError as error:
            self.failed.emit(str(error))
