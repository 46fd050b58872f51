"""The view Step by Step: what is trained on, the buttons, and all lines of the next step."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QStandardItemModel
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from digitpad.app.steps.quantity_row import QuantityRow
from digitpad.app.widgets.choice import choice
from digitpad.app.widgets.help_button import HelpButton
from digitpad.app.widgets.key_override import KeyOverride
from digitpad.app.widgets.layouts import filled, scrolled
from digitpad.app.widgets.spin_box_style import indent
from digitpad.app.widgets.visibility import in_sight
from digitpad.data.dataset import CLASSES
from digitpad.engine.insight.quantities import Quantity

#: Automatic steps per second, for each entry of the speed box: 0 is none, the last two are as many as possible.
SPEEDS = (0, 1, 5, 25, 1000, 1000)
_SPEED_NAMES = ("Manual", "1 a second", "5 a second", "25 a second", "Full speed", "One epoch")
_EPOCH = len(SPEEDS) - 1
#: Digits that can be learned from at once, 0 standing for the drawing.
SOURCES = (0, 1, 32)
_BATCH = len(SOURCES) - 1


class StepsPanel(QWidget):
    """A passive view: it shows what it is given, and emits a signal for each request of the user."""

    changed = Signal()  # another digit, label or rate
    step_wanted = Signal()
    digit_chosen = Signal()  # another digit of the batch
    undo_wanted = Signal()
    keep_wanted = Signal()
    again_wanted = Signal()  # begin anew with the selected network
    speed_chosen = Signal(int)
    equation_wanted = Signal(str)
    check_wanted = Signal(object, int, int)

    def __init__(self) -> None:
        super().__init__()
        self.source = choice("What the step trains on", ["My drawing", "A training digit", "A batch of 32"])
        self.digit = QSpinBox(minimum=1, maximum=SOURCES[-1], prefix="Digit ", suffix=f" of {SOURCES[-1]}")
        self.digit.setWrapping(True)
        self.digit.setAccessibleName("Digit of the batch")
        self.digit.setToolTip("Whose numbers are shown; the gradients are those of the whole batch")
        self.digit.hide()
        self._label_name = QLabel("Label")
        digits = map(str, range(CLASSES))
        self.label = choice("Label", digits, "The digit that you meant; a key from 0 to 9 sets it too")
        tip = "Take steps automatically: on and on, or for one epoch of training digits"
        self.speed = choice("Speed", _SPEED_NAMES, tip)
        self.rate = QDoubleSpinBox(decimals=4, minimum=0.0001, maximum=10, singleStep=0.01, value=0.01)
        for box in (self.digit, self.rate):
            indent(box)
        self.rate.setAccessibleName("Learning rate")
        self.step, self.undo = QPushButton("Step"), QPushButton("Undo")
        self.keep, self.again = QPushButton("Keep as a Run"), QPushButton("Reset")
        self.step.setProperty("role", "primary")
        self.next, self.every = QPushButton("Line by Line"), QPushButton("All Lines")
        self.note = QLabel("Draw a digit, then press the digit you meant (0-9).", wordWrap=True)
        self.rows: list[QuantityRow] = []
        #: Whether somebody has said what the drawing is meant to be.
        self.has_label = False
        self._shown = 0
        self._list = QWidget()
        self._lines = QVBoxLayout(self._list)
        self._lines.setContentsMargins(0, 4, 0, 4)
        self._lines.addStretch()
        self.area = scrolled(self._list)
        self._lay_out()
        self._offer_epoch()
        self._connect()
        self._renew([])
        KeyOverride(self, QKeySequence.StandardKey.Undo, self.undo.click)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        return QSize(760, 620)

    def show_lines(self, lines: list[Quantity], note: str) -> None:
        """Show all lines of the step that would come next."""
        self.note.setText(note)
        if len(lines) != len(self.rows) or not all(row.fits(line) for row, line in zip(self.rows, lines, strict=True)):
            self._renew(lines)
        for row, line in zip(self.rows, lines, strict=True):
            row.show_quantity(line)

    def show_actions(self, *, can_step: bool, can_undo: bool, steps: int) -> None:
        """Enable the buttons that can be used."""
        self.step.setEnabled(can_step)
        self.undo.setEnabled(can_undo)
        self.keep.setEnabled(steps > 0)
        self.again.setEnabled(steps > 0)

    def show_check(self, quantity: Quantity, words: str) -> None:
        """Show the result of a gradient check of `quantity`."""
        for row in self.rows:
            if row.quantity is quantity:
                row.show_check(words)

    def stop(self) -> None:
        """Stop taking steps automatically."""
        self.speed.setCurrentIndex(0)
        self._choose_speed(0)

    def take_key(self, digit: int) -> bool:
        """Take the key of a digit as the step's label; return False while hidden, or if the label is known."""
        if not in_sight(self) or not self.learns_drawing:
            return False
        self.label.setCurrentIndex(digit)
        self._choose_label()
        return True

    @property
    def takes_epoch(self) -> bool:
        """Whether steps are taken automatically for one epoch: until they have used as many digits as one has."""
        return self.speed.currentIndex() == _EPOCH

    @property
    def learns_drawing(self) -> bool:
        """Whether a step is on the drawing, not on training digits."""
        return SOURCES[self.source.currentIndex()] == 0

    def _renew(self, lines: list[Quantity]) -> None:
        for row in self.rows:
            row.deleteLater()
        self.rows = [QuantityRow(line) for line in lines]
        for number, row in enumerate(self.rows):
            self._lines.insertWidget(number, row)
            row.equation_wanted.connect(self.equation_wanted)
            row.check_wanted.connect(self.check_wanted)
        for button in (self.next, self.every):
            button.setEnabled(bool(lines))
        self._show_every()

    def _show_next(self) -> None:
        """Show one line more; after the last one begin with the first."""
        self._shown = 1 if self._shown >= len(self.rows) else self._shown + 1
        for number, row in enumerate(self.rows):
            row.setVisible(number < self._shown)
        self.next.setText("Next Line" if self._shown < len(self.rows) else "Line by Line")
        if self._shown:
            self.area.ensureWidgetVisible(self.rows[self._shown - 1])

    def _show_every(self) -> None:
        self._shown = len(self.rows)
        self.next.setText("Line by Line")
        for row in self.rows:
            row.show()

    def _connect(self) -> None:
        self.source.activated.connect(self._choose_source)
        self.digit.valueChanged.connect(self.digit_chosen)
        self.label.activated.connect(self._choose_label)
        self.rate.valueChanged.connect(self.changed)
        self.speed.activated.connect(self._choose_speed)
        self.step.clicked.connect(self._press_step)
        self.undo.clicked.connect(self.undo_wanted)
        self.keep.clicked.connect(self.keep_wanted)
        self.again.clicked.connect(self.again_wanted)
        self.next.clicked.connect(self._show_next)
        self.every.clicked.connect(self._show_every)

    @property
    def digit_of_batch(self) -> int:
        """The number, from 0, of the digit whose lines are shown."""
        return self.digit.value() - 1 if self.source.currentIndex() == _BATCH else 0

    def _choose_source(self, number: int) -> None:
        self.digit.setVisible(number == _BATCH)
        # Only the drawing needs a label.
        for widget in (self._label_name, self.label):
            widget.setVisible(self.learns_drawing)
        self._offer_epoch()
        self.changed.emit()

    def _offer_epoch(self) -> None:
        """Offer an epoch for training digits only: of one drawing, it would be a single step. Stop a running one."""
        if self.takes_epoch:
            self.stop()
        speeds = self.speed.model()
        assert isinstance(speeds, QStandardItemModel)
        speeds.item(_EPOCH).setEnabled(not self.learns_drawing)

    def _choose_label(self) -> None:
        self.has_label = True
        self.changed.emit()

    def _press_step(self) -> None:
        """Take a step; if steps are taken automatically, stop that instead."""
        if self.speed.currentIndex():
            self.stop()
        else:
            self.step_wanted.emit()

    def _choose_speed(self, number: int) -> None:
        self.step.setText("Stop" if number else "Step")
        self.speed_chosen.emit(SPEEDS[number])

    def _lay_out(self) -> None:
        learned = QLabel("Train on"), self.source, self.digit, self._label_name, self.label
        rate, help_button = (QLabel("Learning rate"), self.rate), HelpButton("derivation", "the equations")
        above = filled(QHBoxLayout(), *learned, *rate, None, self.speed, help_button)
        below = filled(QHBoxLayout(), self.step, self.undo, self.keep, self.again, None, self.next, self.every)
        # So narrow, all of this fits beside the prediction on a laptop's screen.
        for row in (above, below):
            row.setSpacing(5)
        for button in (self.next, self.every):
            button.setProperty("role", "small")
        layout = filled(QVBoxLayout(self), above, below, self.note)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self.area, 1)
