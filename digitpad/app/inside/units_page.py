"""The page of a layer's units, and one of them in full."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from digitpad.app.inside.unit_grid import UnitGrid, Units
from digitpad.app.widgets.choice import choice
from digitpad.app.widgets.digit_grid import DigitGrid, Indices
from digitpad.app.widgets.diverging_colors import Scale
from digitpad.app.widgets.heatmap import Heatmap
from digitpad.app.widgets.help_button import HelpButton
from digitpad.app.widgets.layouts import filled, scrolled
from digitpad.app.widgets.vertical_scroll_area import VerticalScrollArea
from digitpad.data.dataset import Images
from digitpad.nn.workspace import Array

_TERMS = QSize(168, 168)


class UnitsPage(QWidget):
    """A grid of units on the left; the chosen one, its sum and the digits that excite it on the right."""

    changed = Signal()  # another layer or another kind of picture is wanted
    unit_chosen = Signal(int)
    picked = Signal(int)  # the place of one of the exciting digits

    def __init__(self) -> None:
        super().__init__()
        self.stage = choice("Layer", [])
        self.stage.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        tip = "The weights themselves, or each weight times its input in the drawing"
        self.kind = choice("What is shown", ["Weights", "On my drawing"], tip)
        self.scale = Scale()
        self.note = QLabel(wordWrap=True)
        self.note.setProperty("role", "hint")
        self.grid = UnitGrid()
        self.area = scrolled(self.grid)
        self.unit_title = QLabel("Choose a unit")
        self.terms, self.terms_scale = Heatmap("The unit, term by term", _TERMS), Scale()
        self.sum = QLabel(wordWrap=True, textInteractionFlags=Qt.TextInteractionFlag.TextSelectableByMouse)
        self.exciting = DigitGrid("Digits that activate the unit most", in_one_row=True)
        self.exciting_title = QLabel(wordWrap=True)
        self._lay_out()
        self.stage.activated.connect(self.changed)
        self.kind.activated.connect(self.changed)
        self.grid.chosen.connect(self.unit_chosen)
        self.exciting.chosen.connect(self.picked)

    @property
    def shows_drawing(self) -> bool:
        """Whether to show what the units compute for the drawing instead of their weights."""
        return self.kind.currentIndex() == 1

    def show_stages(self, names: list[str]) -> None:
        """Offer the layers called `names`. The selected number stays, as far as there is such a layer."""
        if names != [self.stage.itemText(i) for i in range(self.stage.count())]:
            chosen = max(0, min(self.stage.currentIndex(), len(names) - 1))
            self.stage.clear()
            self.stage.addItems(names)
            self.stage.setCurrentIndex(chosen)

    def show_units(self, units: Units, most: float, note: str) -> None:
        """Show `units`, whose fullest colors stand for `most`."""
        self.grid.show_units(units)
        self.scale.show_most(most)
        self.note.setText(note)

    def show_sum(self, title: str, terms: Array | None, words: str) -> None:
        """Show a unit's weighted sum: its terms as a picture, and in words."""
        self.unit_title.setText(title)
        for widget in (self.terms, self.terms_scale):
            widget.setVisible(terms is not None)
        if terms is not None:
            self.terms.show_values(terms)
            self.terms_scale.show_most(self.terms.most)
        self.sum.setText(words)

    def show_top_examples(self, title: str, images: Images, places: Indices, caption: Callable[[int], str]) -> None:
        """Show the digits that excite the chosen unit most."""
        self.exciting_title.setText(title)
        self.exciting.show_digits(images, places, caption)

    def _lay_out(self) -> None:
        help_button = HelpButton("convolution", "filters and units")
        choices = filled(QHBoxLayout(), self.stage, self.kind, self.scale, None, help_button)
        one = QWidget()
        right = filled(QVBoxLayout(one), self.unit_title, self.terms)
        right.setContentsMargins(0, 0, 0, 0)
        right.addWidget(self.terms_scale, 0, Qt.AlignmentFlag.AlignLeft)
        filled(right, self.sum, None, self.exciting_title, self.exciting)
        self.terms.setMaximumHeight(240)
        below = QHBoxLayout()
        below.addWidget(self.area, 3)
        # The grid has fewer columns where there is little room.
        area = VerticalScrollArea(one)
        area.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        below.addWidget(area, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addLayout(choices)
        layout.addLayout(below, 1)
        layout.addWidget(self.note)
