"""Has the drawing read by the network that is looked at: ink at once, a photo aside. It knows no widget."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from digitpad.app.session.fetching import Fetcher
from digitpad.app.session.gate import Gate
from digitpad.app.session.pen_rest import PEN_MS, PenRest
from digitpad.data.drawing import Drawing, Photo
from digitpad.data.ink import Ink
from digitpad.engine.reading.photo_reader import PhotoRead, PhotoReader
from digitpad.engine.reading.prediction import Prediction
from digitpad.engine.reading.recognizer import Recognizer
from digitpad.nn.network import Network


class DrawingReader(QObject):
    """Reads a drawing again whenever another network is to be used; `predictions` are what it told last."""

    predicted = Signal(object)  # tuple[Prediction, ...]
    photo_read = Signal(object)  # PhotoRead of the photo that is the drawing
    failed = Signal(str)  # it cannot be read

    def __init__(self, network: Network, gate: Gate, pen: PenRest, parent: QObject) -> None:
        super().__init__(parent)
        self.predictions: tuple[Prediction, ...] = ()
        self._gate, self._pen = gate, pen
        self._drawing: Drawing = Ink()
        self._is_done = True
        self._recognizer = Recognizer(network)
        # While the pen moves, its next point is read by the newest network anyway.
        self._soon = QTimer(self, singleShot=True, interval=PEN_MS)
        self._soon.timeout.connect(self._predict)
        self._photo: PhotoReader | None = None
        self._is_reading = self._is_stale = False
        self._fetcher = Fetcher(self)
        self._fetcher.fetched.connect(self._take)
        self._fetcher.failed.connect(self._fail)

    @property
    def drawing(self) -> Drawing:
        """What is read."""
        return self._drawing

    def read(self, drawing: Drawing, is_done: bool) -> None:
        """Read `drawing` now; that no stroke of it is under way `is_done` tells."""
        self._drawing, self._is_done = drawing, is_done
        self._predict()

    def use(self, network: Network) -> None:
        """Read with `network` from now on."""
        self._recognizer = self._recognizer.with_network(network)
        if self._pen.moves:
            self._soon.start()
        else:
            self._predict()

    def close(self) -> None:
        """End what is under way aside. The last call."""
        self._fetcher.close()

    def _predict(self) -> None:
        self._soon.stop()
        if isinstance(self._drawing, Photo):
            self._read_aside(self._drawing)
        else:
            self._photo = None
            self._fetcher.forget()
            self._tell(self._recognizer.read(self._drawing, cuts=self._is_done))

    def _read_aside(self, photo: Photo) -> None:
        """Read a photo, which may take seconds; of networks that come meanwhile only the newest gets its turn."""
        if self._photo is None or self._photo.photo is not photo:
            self._photo = PhotoReader(photo)
            self._is_reading = False
            self._tell(())
        self._is_stale = self._is_reading
        if self._is_reading:
            return
        self._is_reading = True
        reader, network, gate = self._photo, self._recognizer.network, self._gate

        def work(is_outdated: Callable[[], bool]) -> PhotoRead:
            def stops() -> bool:
                gate.wait()
                return is_outdated()

            return reader.read(network, stops)

        self._fetcher.fetch(work)

    def _take(self, read: PhotoRead) -> None:
        self._is_reading = False
        if read.photo is self._drawing:
            self._tell(read.predictions)
            self.photo_read.emit(read)
            if self._is_stale:
                self._read_aside(read.photo)

    def _fail(self, sentence: str) -> None:
        self._is_reading = False
        self.failed.emit(sentence)

    def _tell(self, predictions: tuple[Prediction, ...]) -> None:
        self.predictions = predictions
        self.predicted.emit(predictions)
