"""The bar over a photo: ink threshold, cropping, and a hint about dragging."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSlider, QWidget

from digitpad.app.widgets.elided_label import ElidedLabel

#: The last position of the slider, counted from 0; Sauvola's k at the middle one, which digitpad tries first; and the
#: factor by which k shrinks from one position to the next.
_PLACES, _USUAL, _FACTOR = 20, 0.2, 2**0.25
_MARK, _CROP = "Wrong split? Drag over the digit", "Drag over what to keep"
#: Milliseconds without a change after which the slider is taken to rest.
_REST_MS = 150
_READING = "Reading\N{HORIZONTAL ELLIPSIS}"


class PhotoTools(QFrame):
    """`is_cropping` tells what dragging shall do."""

    threshold_changed = Signal(object)  # Sauvola's k, or None for what digitpad finds best by itself

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAutoFillBackground(True)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.hint = ElidedLabel()
        self.hint.setText(_MARK)
        self.hint.setProperty("role", "hint")
        self.crop = QPushButton("Crop")
        self.crop.setCheckable(True)
        self.crop.setToolTip("Keep only a part of the photo")
        self.ink = QSlider(Qt.Orientation.Horizontal)
        self.ink.setMaximum(_PLACES)
        self.ink.setMinimumWidth(70)
        self.ink.setAccessibleName("Ink threshold")
        self.ink.setToolTip("Ink threshold: less ink to the left, more to the right")
        self.by_itself = QPushButton("Auto")
        self.by_itself.setCheckable(True)
        self.by_itself.setToolTip("Find the threshold automatically")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 4)
        layout.setSpacing(8)
        layout.addWidget(self.hint, 1)
        for widget in (QLabel("Ink"), self.ink, self.by_itself, self.crop):
            layout.addWidget(widget)
        self._is_reading = False
        self.crop.toggled.connect(self._show_hint)
        # While the slider moves, what comes of it is shown whenever it rests.
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(lambda: self.threshold_changed.emit(_k_at(self.ink.value())))
        self.ink.valueChanged.connect(self._rest.start)
        self.by_itself.clicked.connect(self._leave_it)

    @property
    def is_cropping(self) -> bool:
        """Whether dragging crops."""
        return self.crop.isChecked()

    def show_reading(self, on: bool) -> None:
        """Say that the photo is being read, or what can be done with it."""
        self._is_reading = on
        self._show_hint()

    def show_threshold(self, threshold: float | None) -> None:
        """Show the threshold of the photo on the canvas, None for the automatic one."""
        self._rest.stop()
        self.by_itself.setChecked(threshold is None)
        place = min(range(_PLACES + 1), key=lambda place: abs(_k_at(place) - (threshold or _USUAL)))
        if not self.ink.isSliderDown():
            self.ink.blockSignals(True)
            self.ink.setValue(place)
            self.ink.blockSignals(False)

    def _show_hint(self) -> None:
        self.hint.setText(_CROP if self.is_cropping else _READING if self._is_reading else _MARK)

    def _leave_it(self) -> None:
        self._rest.stop()
        self.by_itself.setChecked(True)
        self.threshold_changed.emit(None)


def _k_at(place: int) -> float:
    """Return Sauvola's k at a place of the slider: the higher, the less is ink."""
    k: float = _USUAL * _FACTOR ** (_PLACES // 2 - place)
    return k
