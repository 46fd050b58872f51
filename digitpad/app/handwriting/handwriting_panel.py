"""The view of the user's digits and of the result of fine-tuning."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from digitpad.app.widgets.digit_grid import DigitGrid
from digitpad.app.widgets.help_button import HelpButton
from digitpad.app.widgets.layouts import filled
from digitpad.data.dataset import Dataset

HOW = (
    "Write a digit, then press its key, 0 to 9: it joins your digits, whatever the prediction. "
    "Practice asks for each digit three times. Fine-tune trains the network on them all."
)
_ROWS = ("Accuracy on your digits", "Accuracy on MNIST's digits")


class HandwritingPanel(QWidget):
    """A passive view: it shows what it is given, and emits a signal for each request of the user."""

    practice_wanted = Signal(bool)
    fine_tune_wanted = Signal()
    removed = Signal(int)  # the place of a digit
    export_wanted = Signal()
    kept = Signal()
    dropped = Signal()
    undone = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.note = QLabel(HOW, wordWrap=True)
        self.digit_grid = DigitGrid("My digits")
        self.practice, self.fine_tune = QPushButton("Practice"), QPushButton("Fine-tune")
        self.practice.setCheckable(True)
        self.remove, self.export = QPushButton("Remove"), QPushButton("Export\N{HORIZONTAL ELLIPSIS}")
        self.keep, self.drop, self.undo = QPushButton("Keep"), QPushButton("Discard"), QPushButton("Undo Fine-Tuning")
        self.figures = [[QLabel() for _ in range(2)] for _ in _ROWS]
        self.result = self._table()
        self._lay_out()
        self._connect()
        for button in (self.fine_tune, self.remove, self.export):
            button.setEnabled(False)
        self.show_result(None)
        self.undo.hide()

    def sizeHint(self) -> QSize:
        return QSize(460, 560)

    def show_digits(self, digits: Dataset, changes: dict[int, str]) -> None:
        """Show all digits, captioned by their labels and by what fine-tuning changed of their predictions."""
        captions = [f"{label}  {changes.get(place, '')}".rstrip() for place, label in enumerate(digits.labels.tolist())]
        self.digit_grid.show_digits(digits.images, np.arange(len(digits)), lambda place: captions[place])
        self.fine_tune.setEnabled(len(digits) >= 2)
        self.fine_tune.setToolTip("" if len(digits) >= 2 else "Label at least two digits")
        self.remove.setEnabled(len(digits) > 0)
        self.export.setEnabled(len(digits) > 0)

    def show_result(self, shares: Sequence[tuple[str, str]] | None) -> None:
        """Show accuracies before and after fine-tuning, on the user's digits and on MNIST's; None hides them."""
        for labels, pair in zip(self.figures, shares or (), strict=False):
            for label, text in zip(labels, pair, strict=True):
                label.setText(text)
        self.result.setVisible(shares is not None)
        for button in (self.keep, self.drop):
            button.setVisible(shares is not None)

    def show_busy(self, is_busy: bool) -> None:
        """Disable Fine-tune while a fine-tuning is running."""
        # A disabled button passes its focus on to the next one: there the space bar would remove a digit.
        self.digit_grid.setFocus()
        self.fine_tune.setEnabled(not is_busy)
        self.fine_tune.setText("Fine-tuning\N{HORIZONTAL ELLIPSIS}" if is_busy else "Fine-tune")

    def _table(self) -> QWidget:
        table = QWidget()
        grid = QGridLayout(table)
        grid.setContentsMargins(0, 0, 0, 0)
        for column, title in enumerate(("before", "after"), 1):
            heading = QLabel(title)
            heading.setProperty("heading", True)
            grid.addWidget(heading, 0, column)
        for row, (name, labels) in enumerate(zip(_ROWS, self.figures, strict=True), 1):
            grid.addWidget(QLabel(name), row, 0)
            for column, label in enumerate(labels, 1):
                grid.addWidget(label, row, column)
        grid.setColumnStretch(3, 1)
        return table

    def _lay_out(self) -> None:
        top = filled(QHBoxLayout(), self.note, HelpButton("fine-tuning", "my handwriting"))
        buttons = filled(QHBoxLayout(), self.practice, self.fine_tune, self.remove, self.export)
        answers = filled(QHBoxLayout(), self.keep, self.drop, self.undo, None)
        layout = filled(QVBoxLayout(self), top, buttons, self.result, answers)
        layout.addWidget(self.digit_grid, 1)

    def _connect(self) -> None:
        self.practice.toggled.connect(self.practice_wanted)
        self.fine_tune.clicked.connect(self.fine_tune_wanted)
        self.export.clicked.connect(self.export_wanted)
        self.keep.clicked.connect(self.kept)
        self.drop.clicked.connect(self.dropped)
        self.undo.clicked.connect(self.undone)
        self.remove.clicked.connect(self._remove)

    def _remove(self) -> None:
        """Remove the digit that is chosen, or the newest."""
        index = self.digit_grid.currentIndex()
        self.removed.emit(index.row() if index.isValid() else len(self.digit_grid.places) - 1)
