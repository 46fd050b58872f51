"""The page of the preferred input, drawn step by step."""

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from digitpad.app.widgets import image_conversion
from digitpad.app.widgets.choice import choice
from digitpad.app.widgets.help_button import HelpButton
from digitpad.app.widgets.layouts import filled
from digitpad.app.widgets.theme_colors import colors
from digitpad.data.dataset import CLASSES
from digitpad.data.ink import Image
from digitpad.engine.reading.prediction import a_digit, percent


class PreferredInputPage(QWidget):
    """Asks for a digit and a beginning, and shows the drawing as it grows."""

    started = Signal(int, bool)  # the digit, and whether to begin with the drawing
    stopped = Signal()
    canvas_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.digit = choice("Digit", map(str, range(CLASSES)))
        self.digit.setCurrentIndex(3)
        self.beginning = choice("Start from", ["From noise", "From my drawing"])
        self.button, self.keep = QPushButton("Draw"), QPushButton("Copy to Canvas")
        self.keep.setEnabled(False)
        self.picture = _Picture()
        self.words = QLabel(wordWrap=True)
        self.show_preferred_input(None, 0, 0, 0.0, "")
        asked = QLabel("Preferred input for"), self.digit, self.beginning, self.button, self.keep
        choices = filled(QHBoxLayout(), *asked, None, HelpButton("attribution", "the preferred input"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addLayout(choices)
        layout.addWidget(self.picture, 1)
        layout.addWidget(self.words)
        self._is_running = False
        self.button.clicked.connect(self._press)
        self.keep.clicked.connect(self.canvas_wanted)

    def show_running(self, on: bool) -> None:
        """Tell whether it is being drawn."""
        self._is_running = on
        self.button.setText("Stop" if on else "Draw")

    def show_preferred_input(self, image: Image | None, digit: int, steps: int, probability: float, title: str) -> None:
        """Show `image` (28, 28) after `steps` steps, and the probability of `digit` by the network called `title`."""
        self.picture.image = image
        self.picture.update()
        self.keep.setEnabled(image is not None)
        self.words.setText(
            "Each step changes the pixels along the gradient of the digit's probability; the weights stay as they are. "
            "The result is what the network looks for (activation maximization), which is seldom what people write."
            if image is None
            else f"After {steps} steps {title} gives {percent(probability)} to {a_digit(digit)}. "
            "With each step the ink fades a little and is smoothed, or it would be noise."
        )
        self.picture.setAccessibleDescription(self.words.text())

    def _press(self) -> None:
        if self._is_running:
            self.stopped.emit()
        else:
            self.started.emit(self.digit.currentIndex(), self.beginning.currentIndex() == 1)


class _Picture(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.image: Image | None = None
        self.setMinimumSize(224, 224)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Preferred Input")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        shades = colors(self.palette())
        side = min(self.width(), self.height())
        area = QRectF((self.width() - side) / 2, 0, side, side)
        painter.fillRect(area, QColor(shades.paper))
        if self.image is not None:
            painter.drawImage(area, image_conversion.shaded(self.image, shades.paper, shades.ink))
        painter.setPen(QColor(shades.border))
        painter.drawRect(area.adjusted(0, 0, -1, -1))
