"""The page of attribution: which pixels support one digit, and which another."""

import math

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from digitpad.app.widgets.choice import choice
from digitpad.app.widgets.diverging_colors import Scale
from digitpad.app.widgets.heatmap import Heatmap
from digitpad.app.widgets.help_button import HelpButton
from digitpad.app.widgets.layouts import filled
from digitpad.app.widgets.text_layout import signed
from digitpad.data.dataset import CLASSES, SIDE
from digitpad.engine.insight.attribution import Attribution
from digitpad.nn.workspace import Array

#: A difference of logits that is a factor of a million.
_MUCH = math.log(1e6)
_NOTHING = "Draw a digit to see, pixel by pixel, what supports its prediction."


class AttributionPage(QWidget):
    """Asks for two digits, and shows which pixels support each."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.one, self.other = (choice(name, map(str, range(CLASSES))) for name in ("For", "Against"))
        for box in (self.one, self.other):
            box.activated.connect(self._choose)
        self.follow = choice("Which digits", ["The two most probable digits", "Two digits that I choose"])
        self.follow.activated.connect(self.changed)
        self.scale = Scale()
        self.pixels = Heatmap("Which digit each pixel supports", QSize(280, 280))
        selectable = Qt.TextInteractionFlag.TextSelectableByMouse
        self.words = QLabel(_NOTHING, wordWrap=True, textInteractionFlags=selectable)
        pair = QLabel("for"), self.one, QLabel("against"), self.other
        choices = filled(QHBoxLayout(), self.follow, *pair, None, HelpButton("attribution", "attribution"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addLayout(choices)
        layout.addWidget(self.pixels, 1)
        layout.addWidget(self.scale, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self.words)

    @property
    def pair(self) -> tuple[int, int] | None:
        """The two digits that were chosen; None for the most probable ones."""
        return (self.one.currentIndex(), self.other.currentIndex()) if self.follow.currentIndex() else None

    def show_attribution(self, found: Attribution | None) -> None:
        """Show an attribution; None without a drawing."""
        if found is None:
            self.pixels.show_values(self.pixels.values[:0])
            self.words.setText(_NOTHING)
            return
        if self.pair is None:
            self.one.setCurrentIndex(found.one)
            self.other.setCurrentIndex(found.other)
        self.pixels.show_values(found.pixels)
        self.scale.show_most(self.pixels.most)
        there, other_there = _where(found.pixels), _where(-found.pixels)
        which = (
            f"The ink {there} supports both most."
            if there == other_there
            else f"The ink {there} supports {found.one} most, that {other_there} supports {found.other}."
        )
        speaks_for, against = (float(found.pixels[sign * found.pixels > 0].sum()) for sign in (1, -1))
        self.words.setText(
            f"{which} Orange pixels support {found.one}, together {signed(speaks_for)}; "
            f"blue ones {found.other}, {signed(against)}; the rest, "
            f"the biases and the mean that was subtracted, adds {signed(found.rest)} for this drawing. In "
            f"sum the logit of {found.one}, its score before the softmax, is {signed(found.difference)} above that of "
            f"{found.other}: it is {_times(found.difference)} as probable."
        )

    def _choose(self) -> None:
        self.follow.setCurrentIndex(1)
        self.changed.emit()


def _where(parts: Array) -> str:
    """Return in words which ninth of the picture has the largest sum of positive `parts` (28, 28)."""
    edges = (0, 11, 17, SIDE)
    sums = {
        f"{row} {column}".strip(): float(parts[top:bottom, left:right].clip(0).sum())
        for row, top, bottom in zip(("at the top", "in the middle", "at the bottom"), edges, edges[1:], strict=False)
        for column, left, right in zip(("left", "", "right"), edges, edges[1:], strict=False)
    }
    return max(sums, key=lambda place: sums[place])


def _times(difference: float) -> str:
    """Return how many times as probable a digit is whose logit is higher by `difference`: e to the power of that."""
    if abs(difference) > _MUCH:
        return "over a million times" if difference > 0 else "less than a millionth"
    times = math.exp(difference)
    return f"{_three_digits(times)} times" if times >= 1 else f"1 / {_three_digits(1 / times)}"


def _three_digits(number: float) -> str:
    """Return `number`, from 1 to a million, as people write it: 1.23, 4,360."""
    return f"{float(f'{number:.3g}'):,.7g}"
