"""The view that explains a prediction."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from digitpad.app.widgets.choice import choice
from digitpad.app.widgets.digit_grid import DigitGrid
from digitpad.app.widgets.heatmap import Heatmap
from digitpad.app.widgets.help_button import HelpButton
from digitpad.app.widgets.layouts import filled
from digitpad.app.widgets.text_layout import unbroken
from digitpad.app.widgets.wheel_guard import WheelGuard
from digitpad.data.dataset import CLASSES, Dataset, Images
from digitpad.engine.insight.attribution import Attribution
from digitpad.engine.reading.prediction import a_digit

HOW = "Draw a digit that is misclassified and choose the digit you meant, here or by its key: the reasons appear here."
_NOT_SAID = "not chosen"


class ExplainPanel(QWidget):
    """Asks what the drawing should be, and shows why it is not read as that."""

    label_chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.should_be = choice("The digit you meant", [_NOT_SAID, *map(str, range(CLASSES))])
        WheelGuard(self.should_be)
        self.words = QLabel(HOW, wordWrap=True)
        self.mended = DigitGrid("The prediction, and what it becomes without each flaw", in_one_row=True)
        self.near_words = QLabel()
        self.near = DigitGrid("Nearest training digits", in_one_row=True)
        self.legend = QLabel()
        self.pixels = Heatmap("Attribution: which pixels support each of the two digits", QSize(200, 200))
        self._lay_out()
        self.should_be.activated.connect(self.label_chosen)
        self.show_nothing()

    @property
    def label(self) -> int | None:
        """What the drawing should be, if that was said."""
        return self.should_be.currentIndex() - 1 if self.should_be.currentIndex() else None

    def say_label(self, label: int | None) -> None:
        """Show the label that was given elsewhere, None for a drawing without one."""
        self.should_be.setCurrentIndex(0 if label is None else label + 1)

    def show_nothing(self) -> None:
        """Show that there is nothing to explain."""
        self.words.setText(HOW)
        for widget in (self.mended, self.near_words, self.near, self.legend, self.pixels):
            widget.hide()

    def show_words(self, words: str) -> None:
        """Say `words` and nothing else."""
        self.show_nothing()
        self.words.setText(unbroken(words))

    def show_reasons(self, words: str, images: Images, captions: Sequence[str], evidence: Attribution) -> None:
        """Say why, show the drawing and what it is without each fault (n, 784), and which pixels support what."""
        self.words.setText(unbroken(words))
        self.mended.show_digits(images, np.arange(len(images)), lambda place: captions[place])
        self.mended.setVisible(len(images) > 1)
        self.legend.setText(f"Orange pixels support {evidence.one}, blue ones {evidence.other}:")
        self.pixels.show_values(evidence.pixels)
        self.legend.show()
        self.pixels.show()
        self.near_words.setText("Looking for the most similar training digits\N{HORIZONTAL ELLIPSIS}")
        self.near_words.show()
        self.near.hide()

    def show_near(self, words: str, digits: Dataset) -> None:
        """Show the training digits that the drawing is most like, which `words` are about."""
        self.near_words.setText(words)
        captions = [a_digit(label) for label in digits.labels.tolist()]
        self.near.show_digits(digits.images, np.arange(len(digits)), lambda place: captions[place])
        self.near.show()

    def sizeHint(self) -> QSize:
        return QSize(460, 640)

    def _lay_out(self) -> None:
        help_button = HelpButton("explain", "why a drawing is misclassified")
        question = filled(QHBoxLayout(), QLabel("The digit you meant"), self.should_be, None, help_button)
        layout = filled(QVBoxLayout(self), question, self.words, self.mended, self.near_words, self.near, self.legend)
        layout.addWidget(self.pixels, 1)
        layout.addStretch()
