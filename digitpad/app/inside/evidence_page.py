"""For and against: which pixels of the drawing speak for one digit, and which for another. It knows no network."""

import math

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from digitpad.app.look.diverging import Scale
from digitpad.app.look.heat_view import HeatView
from digitpad.data.dataset import CLASSES
from digitpad.engine.insight.evidence import Evidence

#: A difference of logits that is a factor of a million.
_MUCH = math.log(1e6)
_NOTHING = "Draw a digit: here is then to be seen why it is read as it is, pixel by pixel."


class EvidencePage(QWidget):
    """Asks for two digits, and shows what speaks for each."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.one, self.other = QComboBox(), QComboBox()
        for box, name in ((self.one, "For"), (self.other, "Against")):
            box.addItems([str(digit) for digit in range(CLASSES)])
            box.setAccessibleName(name)
            box.activated.connect(self._choose)
        self._is_chosen = False
        self.follow = QComboBox()
        self.follow.addItems(["The two most probable digits", "Two digits that I choose"])
        self.follow.setAccessibleName("Which digits")
        self.follow.activated.connect(self._follow)
        self.scale = Scale()
        self.pixels = HeatView("What each pixel speaks for", QSize(280, 280))
        self.words = QLabel(_NOTHING)
        self.words.setWordWrap(True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        choices = QHBoxLayout()
        for widget in (self.follow, QLabel("for"), self.one, QLabel("against"), self.other, self.scale):
            choices.addWidget(widget)
        choices.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addLayout(choices)
        layout.addWidget(self.pixels, 1)
        layout.addWidget(self.words)

    @property
    def pair(self) -> tuple[int, int] | None:
        """The two digits that were chosen; None for the most probable ones."""
        return (self.one.currentIndex(), self.other.currentIndex()) if self.follow.currentIndex() else None

    def show_evidence(self, found: Evidence | None) -> None:
        """Show what speaks for and against; None without a drawing."""
        if found is None:
            self.pixels.show_values(self.pixels.values[:0])
            self.words.setText(_NOTHING)
            return
        self.one.setCurrentIndex(found.one)
        self.other.setCurrentIndex(found.other)
        self.pixels.show_values(found.pixels)
        most = float(abs(found.pixels).max())
        self.scale.show_most(most)
        speaks_for, against = (float(found.pixels[sign * found.pixels > 0].sum()) for sign in (1, -1))
        self.words.setText(
            f"Orange pixels speak for {found.one}, together {speaks_for:+.2f}; blue ones for {found.other}, "
            f"{against:+.2f}. The biases and the subtracted mean add {found.rest:+.2f}, whatever is drawn. In sum the "
            f"logit of {found.one} is {found.difference:+.2f} above that of {found.other}: it is held to be "
            f"{_times(found.difference)} as probable."
        )

    def _choose(self) -> None:
        self.follow.setCurrentIndex(1)
        self.changed.emit()

    def _follow(self) -> None:
        self.changed.emit()


def _times(difference: float) -> str:
    """Return how many times as probable a digit is whose logit is higher by `difference`: e to the power of that."""
    if abs(difference) > _MUCH:
        return "over a million times" if difference > 0 else "less than a millionth"
    times = math.exp(difference)
    return f"{times:,.3g} times" if times >= 1 else f"1 / {1 / times:,.3g}"
