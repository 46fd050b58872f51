"""Opening and saving networks and drawings, with the questions that this takes."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QInputDialog, QMessageBox, QWidget

from digitpad.app.canvas.canvas import Canvas
from digitpad.app.files.settings import Settings
from digitpad.app.session.background import run_in_background
from digitpad.app.session.controller import Controller
from digitpad.app.widgets import file_dialogs, image_conversion
from digitpad.data import ink_files, pictures, svg_files
from digitpad.data.dataset import CLASSES
from digitpad.data.drawing import Drawing, Photo, Picture
from digitpad.data.ink import Ink, fitted
from digitpad.data.ink_files import LabeledInk
from digitpad.engine.files import weights
from digitpad.engine.files.tensor_files import ForeignError
from digitpad.errors import DigitpadError

_WEIGHTS = f"Weights (*{' *'.join(weights.SUFFIXES)})"
_DRAWINGS = f"Drawings and photos (*.jsonl *.jsonl.gz *.svg *{' *'.join(pictures.SUFFIXES)})"
_WEIGHTS_KINDS = (("Weights", ".safetensors"), ("NumPy weights", ".npz"), ("ONNX model", ".onnx"))
_INK_KIND, _SVG_KIND = ("Ink, JSON lines", ".jsonl"), ("SVG", ".svg")
#: For slides, and what a network is shown.
_SHEET_KIND, _SMALL_KIND = ("Picture of the canvas", ".png"), ("28x28 picture", ".28x28.png")
#: What a drawing can be labeled as.
_LABELS = ["no label", *map(str, range(CLASSES))]
_Button = QMessageBox.StandardButton


class Documents(QObject):
    """The files of one window."""

    failed = Signal(str)
    succeeded = Signal(str)  # a file was opened or saved: one sentence

    def __init__(self, window: QWidget, controller: Controller, canvas: Canvas, settings: Settings) -> None:
        super().__init__(window)
        self._window = window
        self._controller = controller
        self._canvas = canvas
        self._settings = settings

    def open(self, path: Path) -> None:
        """Open whatever `path` is: weights, or a drawing."""
        if path.suffix.lower() in weights.SUFFIXES:
            self._open_weights(path)
        else:
            self._open_drawing(path)

    def choose_weights(self) -> None:
        """Ask for a weights file and use it."""
        path = file_dialogs.ask_open(self._window, "Open weights", self._settings.weights_folder, _WEIGHTS)
        if path is not None:
            self._open_weights(path)

    def choose_drawing(self) -> None:
        """Ask for a drawing and put it on the canvas."""
        path = file_dialogs.ask_open(self._window, "Open drawing", self._settings.drawings_folder, _DRAWINGS)
        if path is not None:
            self._open_drawing(path)

    def save(self) -> bool:
        """Save the selected network to its file, or ask for one; tell whether it is saved."""
        path = self._controller.selection.network.path
        return self.save_as() if path is None else self._save(path)

    def save_as(self) -> bool:
        """Ask for a file and save the selected network there; tell whether it is saved."""
        shown = self._controller.selection.network
        # A network that was opened from another program's file is called as that is.
        name = shown.title if Path(shown.title).suffix.lower() not in weights.SUFFIXES else Path(shown.title).stem
        suggestion = shown.path or Path(self._settings.weights_folder) / f"{name}.safetensors"
        path = file_dialogs.ask_save(self._window, f"Save the weights of {shown.title}", suggestion, _WEIGHTS_KINDS)
        return path is not None and self._save(path)

    def save_drawing(self) -> None:
        """Ask for a file and save strokes, a picture of the canvas, or the 28x28 image, depending on its ending."""
        drawing = self._canvas.drawing
        if isinstance(drawing, Photo):
            self.failed.emit("a photo is not saved again: draw a digit, or copy the photo to another program")
            return
        if drawing.digit is None:
            self.failed.emit("there is nothing to save: draw a digit first")
            return
        kinds = [_INK_KIND, _SVG_KIND, _SHEET_KIND, _SMALL_KIND] if drawing.strokes else [_SMALL_KIND, _SHEET_KIND]
        suggestion = Path(self._settings.drawings_folder) / f"drawing{kinds[0][1]}"
        path = file_dialogs.ask_save(self._window, "Save drawing", suggestion, kinds)
        write = None if path is None else self._writing(path, drawing)
        if path is None or write is None:
            return
        try:
            run_in_background(write)
        except DigitpadError as error:
            self.failed.emit(str(error))
        else:
            self._remember(path, f"The drawing was saved to {path.name}")

    def _writing(self, path: Path, drawing: Ink | Picture) -> Callable[[], None] | None:
        """Return a function that writes `drawing` to `path`.

        Return None if the user cancels the question about the label, or if several digits do not fit in 28x28 pixels.
        """
        count = len(self._controller.selection.predictions)
        if path.name.lower().endswith(_SMALL_KIND[1]):
            image = drawing.digit
            assert image is not None
            if count > 1:
                self.failed.emit(f"{count} digits do not fit in 28x28 pixels: save a picture of the canvas")
                return None
            return lambda: pictures.write(path, image)
        if path.suffix.lower() == ".png" or not drawing.strokes:
            pixels = image_conversion.pixels_of(self._canvas.image())
            return lambda: pictures.write_bytes(path, pixels)
        if path.suffix.lower() == svg_files.SUFFIX:
            extent, pen_width = self._canvas.ink_layer.extent, self._canvas.pen_width
            return lambda: svg_files.write(path, Ink(drawing.strokes), extent, pen_width)
        label = None
        if count == 1:
            answer, is_given = QInputDialog.getItem(
                self._window, "Save drawing", "Which digit did you mean?", _LABELS, 0, False
            )
            if not is_given:
                return None
            label = None if answer == _LABELS[0] else int(answer)
        return lambda: ink_files.write(path, LabeledInk(Ink(drawing.strokes), label))

    def may_lose_network(self) -> bool:
        """Ask whether to save the newest network, if it is not saved; return whether to go on."""
        if self._controller.selection.newest.is_kept:
            return True
        self._controller.select_newest()
        question = QMessageBox(self._window)
        question.setIcon(QMessageBox.Icon.Question)
        question.setText(f"Save {self._controller.selection.newest.title}?")
        question.setInformativeText("This network is not saved: it belongs to no run and to no file of digitpad's.")
        question.setStandardButtons(_Button.Save | _Button.Discard | _Button.Cancel)
        question.setDefaultButton(_Button.Save)
        answer = question.exec()
        return self.save() if answer == _Button.Save else answer == _Button.Discard

    def _open_weights(self, path: Path) -> None:
        if not self._controller.is_idle:
            self.failed.emit("a training is running: stop it before another network is opened")
            return
        if not self.may_lose_network():
            return
        try:
            self._controller.open(path)
        except ForeignError:
            self._open_foreign(path)
        except DigitpadError as error:
            self.failed.emit(str(error))
        else:
            if self._controller.selection.newest.path is not None:
                self._remember(path, "")
            else:
                self.succeeded.emit("")

    def _open_foreign(self, path: Path) -> None:
        """Ask what a file of another program's does not tell, and use its network."""
        # Imported only when it is needed, so that the window appears sooner.
        from digitpad.app.files.foreign_weights_dialog import ForeignDialog
        from digitpad.engine.files import foreign_weights

        try:
            found = run_in_background(lambda: foreign_weights.read(path))
        except DigitpadError as error:
            self.failed.emit(str(error))
            return
        dialog = ForeignDialog(self._window, path, found, self._controller)
        try:
            if dialog.exec() and dialog.chosen is not None:
                self._controller.use_network(dialog.chosen, was_opened=True)
                self._remember(path, "")
        finally:
            dialog.deleteLater()

    def _open_drawing(self, path: Path) -> None:
        try:
            drawing = self._read_drawing(path)
        except DigitpadError as error:
            self.failed.emit(str(error))
            return
        if drawing is not None:
            self._canvas.replace(drawing, "Open Drawing")
            self._remember(path, "")

    def _read_drawing(self, path: Path) -> Drawing | None:
        """Return the drawing in a file, the one the user picks of several, or None if they would rather not."""
        if path.suffix.lower() in pictures.SUFFIXES:
            return run_in_background(lambda: pictures.read(path))
        if path.suffix.lower() == svg_files.SUFFIX:
            return fitted(run_in_background(lambda: svg_files.read(path)), self._canvas.ink_layer.room)
        drawings = run_in_background(lambda: ink_files.read(path))
        number, is_chosen = 1, True
        if len(drawings) > 1:
            question = f"{path.name} holds {len(drawings):,} drawings. Which one?"
            number, is_chosen = QInputDialog.getInt(self._window, "Open drawing", question, 1, 1, len(drawings))
        return fitted(drawings[number - 1].ink, self._canvas.ink_layer.room) if is_chosen else None

    def _save(self, path: Path) -> bool:
        title = self._controller.selection.network.title
        try:
            self._controller.save(path)
        except DigitpadError as error:
            self.failed.emit(str(error))
            return False
        self._remember(path, f"{title} was saved to {path.name}")
        return True

    def _remember(self, path: Path, sentence: str) -> None:
        self._settings.add_recent(path)
        self.succeeded.emit(sentence)
