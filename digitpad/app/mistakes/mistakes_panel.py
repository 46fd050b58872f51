"""The view of mistakes: the matrix, the digits of a cell, and the neighbors of one."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QPushButton, QSplitter, QVBoxLayout, QWidget

from digitpad.app.mistakes.confusion_view import Confusion, ConfusionView
from digitpad.app.widgets.choice import choice
from digitpad.app.widgets.digit_grid import DigitGrid, Indices
from digitpad.app.widgets.help_button import HelpButton
from digitpad.app.widgets.layouts import filled
from digitpad.data.dataset import Images

_TEST_NOTE = "Test digits are for the very end: whoever chooses settings by them overfits to them."
_CHOOSE = "Choose a cell, by a click or by the arrow keys and Enter, to see its digits"


class MistakesPanel(QWidget):
    """A passive view: it shows what it is given, and emits a signal for each request of the user."""

    cell_chosen = Signal(int, int)  # true digit and answer
    mistakes_wanted = Signal()  # all of them
    all_wanted = Signal()  # all evaluated digits
    source_chosen = Signal()
    picked = Signal(int)  # the index of a digit among those evaluated

    def __init__(self) -> None:
        super().__init__()
        self.source = choice("Which digits are evaluated", ["Validation digits", "Test digits"], _TEST_NOTE)
        self.shares = QCheckBox("Percent")
        self.wrong, self.every = QPushButton("All Mistakes"), QPushButton("All Digits")
        self.every.setToolTip("Every digit that is evaluated, the worst first")
        for button in (self.wrong, self.every):
            button.setProperty("role", "small")
        self.note = QLabel(wordWrap=True)
        self.note.setProperty("role", "hint")
        self.matrix = ConfusionView()
        self.title = QLabel(_CHOOSE, wordWrap=True)
        self.digit_grid = DigitGrid("Digits")
        self.beside = QLabel(wordWrap=True)
        self.neighbors = DigitGrid("Nearest training digits", in_one_row=True)
        self._hide_neighbors()
        self._lay_out()
        self.source.activated.connect(self.source_chosen)
        self.shares.toggled.connect(self.matrix.show_shares)
        self.wrong.clicked.connect(self.mistakes_wanted)
        self.every.clicked.connect(self.all_wanted)
        self.matrix.chosen.connect(self.cell_chosen)
        self.digit_grid.chosen.connect(self.picked)

    def sizeHint(self) -> QSize:
        return QSize(900, 560)

    @property
    def asks_test(self) -> bool:
        """Whether the test digits are wanted."""
        return self.source.currentIndex() == 1

    def show_confusion(self, confusion: Confusion, note: str) -> None:
        """Show a matrix (10, 10), and what it is of."""
        self.matrix.show_confusion(confusion)
        self.note.setText(f"{note} {_TEST_NOTE}" if self.asks_test else note)

    def show_note(self, note: str) -> None:
        """Say what is under way."""
        self.note.setText(note)

    def show_digits(self, title: str, images: Images, places: Indices, caption: Callable[[int], str]) -> None:
        """Show the digits at `places`, each with its caption."""
        self.title.setText(title)
        self.digit_grid.show_digits(images, places, caption)
        self._hide_neighbors()

    def show_neighbors(self, words: str, images: Images, places: Indices, caption: Callable[[int], str]) -> None:
        """Show the training digits that are nearest to the one that was picked."""
        self.beside.setText(words)
        self.beside.show()
        self.neighbors.show()
        self.neighbors.show_digits(images, places, caption)

    def forget_digits(self) -> None:
        """Show no digits: they were those of another network."""
        nothing = np.zeros((0, 784), np.uint8), np.zeros(0, np.intp), str
        self.show_digits(_CHOOSE, *nothing)

    def show_searching(self) -> None:
        """Say that the neighbors are looked for."""
        self._hide_neighbors()
        self.beside.setText("Looking among the training digits\N{HORIZONTAL ELLIPSIS}")
        self.beside.show()

    def _hide_neighbors(self) -> None:
        self.beside.hide()
        self.neighbors.hide()

    def _lay_out(self) -> None:
        help_button = HelpButton("validation", "validation and test digits")
        choices = filled(QHBoxLayout(), self.source, self.shares, None, help_button, self.wrong, self.every)
        left, right = QWidget(), QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 8, 0)
        column.addLayout(choices)
        column.addWidget(self.matrix, 1)
        column.addWidget(self.note)
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.title)
        column.addWidget(self.digit_grid, 1)
        filled(column, self.beside, self.neighbors)
        both = QSplitter(Qt.Orientation.Horizontal)
        both.addWidget(left)
        both.addWidget(right)
        both.setChildrenCollapsible(False)
        both.setStretchFactor(1, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.addWidget(both)
