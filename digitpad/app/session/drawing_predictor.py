"""Predicts the drawing with the selected network: ink at once, photos and very much ink in the background."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from digitpad.app.session.gui_priority import PEN_MS, GuiPriority
from digitpad.app.session.latest_task import LatestTask
from digitpad.data.drawing import Drawing, Photo
from digitpad.data.ink import Ink
from digitpad.engine.reading.photo_reader import PhotoRead, PhotoReader
from digitpad.engine.reading.prediction import Prediction
from digitpad.engine.reading.recognizer import Recognizer
from digitpad.nn.network import Network

#: Ink of at most so many points is read at once, because the pen can wait that long; real numbers have up to 2,300.
_MOST_AT_ONCE = 1_500


@dataclass(frozen=True, slots=True, eq=False)
class _InkRead:
    """What was read in the background of some ink."""

    drawing: Drawing
    predictions: tuple[Prediction, ...]


class DrawingPredictor(QObject):
    """Predicts a drawing again whenever another network is to be used."""

    predicted = Signal(object, object)  # Drawing, tuple[Prediction, ...]
    photo_read = Signal(object)  # PhotoRead of the photo that is the drawing
    failed = Signal(str)  # it cannot be read

    def __init__(self, network: Network, priority: GuiPriority, parent: QObject) -> None:
        super().__init__(parent)
        self._priority = priority
        self._drawing: Drawing = Ink()
        self._is_done = True
        self._recognizer = Recognizer(network)
        # While the pen moves, its next point is read by the newest network anyway.
        self._soon = QTimer(self, singleShot=True, interval=PEN_MS)
        self._soon.timeout.connect(self._predict)
        self._photo: PhotoReader | None = None
        # A second one for the background thread: a recognizer's cache must not be changed by two threads.
        self._aside = Recognizer(network)
        self._is_reading = self._is_stale = False
        self._fetcher = LatestTask(self, priority, for_pen=False)
        self._fetcher.fetched.connect(self._on_fetched)
        self._fetcher.failed.connect(self._fail)

    def read(self, drawing: Drawing, is_done: bool) -> None:
        """Predict `drawing` now. `is_done` tells that no stroke of it is under way."""
        self._drawing, self._is_done = drawing, is_done
        self._predict()

    def use(self, network: Network) -> None:
        """Read with `network` from now on."""
        if network is self._recognizer.network:
            return
        self._recognizer = self._recognizer.with_network(network)
        if self._priority.pen_moves:
            self._soon.start()
        else:
            self._predict()

    def close(self) -> None:
        """Stop the background work for good."""
        self._fetcher.close()

    def _predict(self) -> None:
        self._soon.stop()
        if isinstance(self._drawing, Photo):
            if self._photo is None or self._photo.photo is not self._drawing:
                self._photo = PhotoReader(self._drawing)
                self._is_reading = False
                self.predicted.emit(self._drawing, ())
            self._read_in_background()
        elif sum(map(len, self._drawing.strokes)) > _MOST_AT_ONCE:
            if self._photo is not None:
                self._photo, self._is_reading = None, False
                self._fetcher.forget()
            self._read_in_background()
        else:
            self._photo, self._is_reading = None, False
            self._fetcher.forget()
            self.predicted.emit(self._drawing, self._recognizer.read(self._drawing, cuts=self._is_done))

    def _read_in_background(self) -> None:
        """Predict in the background, which may take seconds. Of what comes meanwhile, only the newest is predicted."""
        self._is_stale = self._is_reading
        if self._is_reading:
            return
        self._is_reading = True
        network = self._recognizer.network
        if (photo := self._photo) is not None:
            self._fetcher.fetch(lambda token: photo.read(network, token))
            return
        if self._aside.network is not network:
            self._aside = self._aside.with_network(network)
        drawing, cuts, recognizer = self._drawing, self._is_done, self._aside
        self._fetcher.fetch(lambda _: _InkRead(drawing, recognizer.read(drawing, cuts=cuts)))

    def _on_fetched(self, read: PhotoRead | _InkRead) -> None:
        self._is_reading = False
        if isinstance(read, PhotoRead):
            if read.photo is not self._drawing:
                return
            self.predicted.emit(read.photo, read.predictions)
            self.photo_read.emit(read)
        else:
            # Also where a stroke has grown meanwhile: it is read again at once.
            self.predicted.emit(read.drawing, read.predictions)
        if self._is_stale:
            self._predict()

    def _fail(self, sentence: str) -> None:
        self._is_reading = False
        self.failed.emit(sentence)
