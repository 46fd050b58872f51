"""One line of a step: its equation, an explanation, and its numbers."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from digitpad.app.widgets.diverging_colors import Scale
from digitpad.app.widgets.heatmap import Heatmap, row_size
from digitpad.app.widgets.layouts import filled
from digitpad.engine.insight.quantities import Quantity
from digitpad.nn.workspace import Array

_PICTURE_HEIGHT, _NUMBERS = 132, 260


class QuantityRow(QWidget):
    """Shows a `Quantity`; its numbers are under the pointer, and those of a gradient can be checked."""

    equation_wanted = Signal(str)
    check_wanted = Signal(object, int, int)  # Quantity, row, column

    def __init__(self, quantity: Quantity) -> None:
        super().__init__()
        self.quantity = quantity
        self.link = QToolButton()
        self.link.setText(f"({quantity.equation})" if quantity.equation else "")
        self.link.setAutoRaise(True)
        self.link.setEnabled(bool(quantity.equation))
        self.link.setToolTip("Open its line in the derivation")
        self.link.setAccessibleName(f"Equation {quantity.equation}")
        self.symbol = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.symbol.setProperty("role", "heading")
        self.words, self.checked = QLabel(wordWrap=True), QLabel(wordWrap=True)
        for label in (self.words, self.checked):
            label.setProperty("role", "hint")
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.scale = Scale()
        self.numbers: Heatmap | None = None
        if quantity.values is not None:
            self.numbers = Heatmap(quantity.symbol, self._room(quantity.values))
            self.numbers.chosen.connect(self._check)
        self._fit()
        self._lay_out()
        self.link.clicked.connect(self._open)
        self.show_quantity(quantity)

    def _lay_out(self) -> None:
        said, beside = filled(QVBoxLayout(), self.symbol, self.words, None), QHBoxLayout()
        beside.addWidget(self.link, 0, Qt.AlignmentFlag.AlignTop)
        beside.addLayout(said, 1)
        if self.numbers is not None:
            column = QVBoxLayout()
            column.setSpacing(0)
            column.addWidget(self.numbers)
            column.addWidget(self.scale, 0, Qt.AlignmentFlag.AlignHCenter)
            if self.numbers.width() > _NUMBERS:
                # Beside so many numbers there is no room for words.
                said.addLayout(column)
                said.setAlignment(column, Qt.AlignmentFlag.AlignRight)
            else:
                beside.addLayout(column)
        filled(QVBoxLayout(self), beside, self.checked).setContentsMargins(0, 2, 0, 6)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        """Give all equation numbers the same width, and the picture of the values the size that it needs."""
        self.link.setFixedWidth(12 + self.link.fontMetrics().horizontalAdvance("(0.00)"))
        if self.numbers is not None and self.quantity.values is not None:
            self.numbers.setFixedSize(self._room(self.quantity.values))

    def _room(self, values: Array) -> QSize:
        """Return how large the picture of `values` is."""
        return row_size(values, _NUMBERS, self.font()) if len(values) == 1 else QSize(_NUMBERS, _PICTURE_HEIGHT)

    def fits(self, quantity: Quantity) -> bool:
        """Tell whether this row can show `quantity`: it is the same quantity, perhaps of another step."""
        lines = self.quantity, quantity
        mine, other = ((line.equation, line.symbol, line.values is not None and line.values.shape) for line in lines)
        return mine == other

    def show_quantity(self, quantity: Quantity) -> None:
        """Show the numbers of `quantity`, which `fits`. If it is shown already, the result of a check stays, too."""
        if quantity is self.quantity and self.symbol.text():
            return
        self.quantity = quantity
        # Where there is little room a line may end before a function's argument.
        self.symbol.setText(quantity.symbol.replace("(", "\N{ZERO WIDTH SPACE}("))
        hint = ". Click a number to check it." if quantity.parameter else ""
        self.words.setText((quantity.words or quantity.meaning) + hint)
        self.checked.hide()
        if self.numbers is not None and quantity.values is not None:
            self.numbers.show_values(quantity.values)
            self.scale.show_most(self.numbers.most)

    def show_check(self, words: str) -> None:
        """Show the result of a gradient check."""
        self.checked.setText(words)
        self.checked.show()

    def _open(self) -> None:
        self.equation_wanted.emit(self.quantity.equation)

    def _check(self, row: int, column: int) -> None:
        if self.quantity.parameter:
            self.check_wanted.emit(self.quantity, row, column)
