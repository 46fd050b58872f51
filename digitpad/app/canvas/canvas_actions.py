"""The actions of the canvas: undo, eraser, pen, guides, copy and paste."""

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QActionGroup, QGuiApplication, QImage

from digitpad.app.canvas import pen_width
from digitpad.app.canvas.canvas import Canvas
from digitpad.app.canvas.ink_layer import PEN_WIDTH
from digitpad.app.session.background import run_in_background
from digitpad.app.widgets import image_conversion
from digitpad.app.widgets.actions import Key, allow, make_action
from digitpad.data import ink_files, pictures, svg_files
from digitpad.data.drawing import Drawing, Photo
from digitpad.data.ink import Ink, fitted
from digitpad.data.ink_files import LabeledInk
from digitpad.errors import DigitpadError

_INK_TYPE = "application/x-ndjson"
_SVG_TYPE = "image/svg+xml"
#: The pen width that stands for: as wide as fits the drawing.
FITTING = 0.0


class CanvasActions(QObject):
    """The actions, connected with `canvas`."""

    failed = Signal(str)

    def __init__(self, canvas: Canvas, parent: QObject) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self.undo = make_action(self, "edit.undo", "&Undo", Key.Undo, "Undo the last stroke or action", "Undo")
        self.redo = make_action(self, "edit.redo", "&Redo", Key.Redo, "Redo what was undone", "Redo")
        self.clear = make_action(self, "edit.clear", "&Clear", "Ctrl+Backspace", "Clear the canvas", "Clear")
        self.copy = make_action(self, "edit.copy", "C&opy", Key.Copy, "Copy the drawing, for digitpad and as a picture")
        self.paste = make_action(
            self, "edit.paste", "&Paste", Key.Paste, "Put a drawing or a picture from the clipboard on the canvas"
        )
        self.eraser = make_action(
            self, "canvas.eraser", "&Eraser", "Ctrl+E",
            "Erase with the left button too; the right one always does", "Eraser", checkable=True,
        )  # fmt: skip
        self.guides = make_action(
            self, "canvas.guides", "&Guides", "Ctrl+G",
            "Show the box that MNIST's digits fill, and its center", "Guides", checkable=True,
        )  # fmt: skip
        self.pen_widths = _pen_widths(self)
        #: The actions that have a button below the canvas.
        self.at_the_canvas = (self.clear, self.undo, self.redo, self.eraser, self.guides)
        self.undo.triggered.connect(canvas.undo)
        self.redo.triggered.connect(canvas.redo)
        self.clear.triggered.connect(canvas.clear)
        self.copy.triggered.connect(self._copy)
        self.paste.triggered.connect(self._paste)
        self.eraser.toggled.connect(canvas.choose_eraser)
        self.guides.toggled.connect(canvas.show_guides)
        self.pen_widths.triggered.connect(self._fit_pen)
        canvas.lifted.connect(self._fit_pen)
        canvas.undo_stack.canUndoChanged.connect(self._allow_undoing)
        canvas.undo_stack.canRedoChanged.connect(self._allow_undoing)
        canvas.drawing_changed.connect(self._show_drawing)
        self._show_drawing(canvas.drawing)
        self._allow_undoing()

    @property
    def pen_width(self) -> float:
        """The selected pen width in canvas units, or `FITTING`."""
        chosen: float = self.pen_widths.checkedAction().data()
        return chosen

    def _show_drawing(self, drawing: Drawing) -> None:
        for action in (self.clear, self.copy):
            allow(action, "" if drawing else "the canvas is empty")
        self._fit_pen()

    def _allow_undoing(self) -> None:
        stack = self._canvas.undo_stack
        allow(self.undo, "" if stack.canUndo() else "there is nothing to undo")
        allow(self.redo, "" if stack.canRedo() else "there is nothing to redo")

    def _fit_pen(self) -> None:
        """Apply the selected pen width, or the one that fits the drawing.

        Do nothing while a stroke is under way: its width would jump.
        """
        if self._canvas.is_in_use:
            return
        width = self.pen_width or pen_width.width_for(self._canvas.drawing)
        if width != self._canvas.pen_width:
            self._canvas.set_pen_width(width)

    def _copy(self) -> None:
        """Put the drawing on the clipboard: as ink for digitpad, as SVG and as a picture for other programs."""
        drawing = self._canvas.drawing
        data = QMimeData()
        if isinstance(drawing, Ink):
            try:
                ink = ink_files.text_of(LabeledInk(drawing)).encode()
                svg = svg_files.text_of(drawing, self._canvas.ink_layer.extent, self._canvas.pen_width).encode()
            except DigitpadError as error:
                self.failed.emit(str(error))
                return
            data.setData(_INK_TYPE, ink)
            data.setData(_SVG_TYPE, svg)
            data.setImageData(self._canvas.image())
        elif isinstance(drawing, Photo):
            data.setImageData(image_conversion.of_pixels(drawing.pixels))
        else:
            data.setImageData(image_conversion.shaded(drawing.image, "#000000", "#ffffff"))
        QGuiApplication.clipboard().setMimeData(data)

    def _paste(self) -> None:
        """Put what is on the clipboard on the canvas."""
        data = QGuiApplication.clipboard().mimeData()
        try:
            if data is not None and data.hasFormat(_INK_TYPE):
                content = bytes(data.data(_INK_TYPE).data())
                if len(content) > ink_files.MAX_BYTES:
                    raise DigitpadError("the clipboard holds more ink than a file may hold: copy less")
                ink = run_in_background(lambda: ink_files.parse(content.decode("utf-8", "replace"), "the clipboard"))[
                    0
                ].ink
                if not ink:
                    raise DigitpadError("the clipboard holds a drawing without strokes: copy another")
                self._canvas.replace(fitted(ink, self._canvas.ink_layer.room), "Paste")
            elif data is not None and data.hasImage() and isinstance(image := data.imageData(), QImage) and image:
                pictures.check_size(image.width(), image.height(), "the clipboard's picture")
                self._canvas.replace(Photo(image_conversion.pixels_of(image)), "Paste")
            else:
                raise DigitpadError("the clipboard holds neither a drawing nor a picture: copy one first")
        except DigitpadError as error:
            self.failed.emit(str(error))


_OF_WIDTHS = "How thick ink is on the canvas; what is read is as thick as MNIST's ink in any case"


def _pen_widths(parent: QObject) -> QActionGroup:
    group = QActionGroup(parent)
    widths = (("&Fine Pen", 8.0), ("&Medium Pen", PEN_WIDTH), ("&Broad Pen", 30.0), ("Pen That Fits &Rows", FITTING))
    for number, (text, width) in enumerate(widths, 1):
        action = make_action(group, f"canvas.pen_{number}", text, f"Ctrl+{number}", _OF_WIDTHS, checkable=True)
        action.setChecked(width == FITTING)
        action.setData(width)
    return group
