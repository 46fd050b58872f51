"""How a layer's weights, activations and gradients were spread, over the epochs of a run. It knows no network."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from digitpad.app.look.heat_view import HeatView
from digitpad.app.look.help_button import HelpButton
from digitpad.engine.insight.distributions import KINDS, Spread

_NOTHING = "Choose a run, or train a network: how its weights, activations and gradients move is then shown here."
_EXPLAINED = {
    "weights": "Weights",
    "activations": "What the layer sends on",
    "gradients": "Gradients of the cost by the weights",
}


class EpochsPage(QWidget):
    """Three pictures: a column for each kept network, from its most negative numbers below to its largest above."""

    def __init__(self) -> None:
        super().__init__()
        self.note = QLabel(_NOTHING)
        self.note.setWordWrap(True)
        self.pictures = {kind: HeatView(_EXPLAINED[kind], QSize(260, 90)) for kind in KINDS}
        self._titles = {kind: QLabel() for kind in KINDS}
        grid = QGridLayout()
        for row, kind in enumerate(KINDS):
            grid.addWidget(self._titles[kind], 2 * row, 0)
            grid.addWidget(self.pictures[kind], 2 * row + 1, 0)
            self._titles[kind].setTextFormat(Qt.TextFormat.PlainText)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        above = QHBoxLayout()
        above.addWidget(self.note, 1)
        above.addWidget(HelpButton("descent", "how weights and gradients move"))
        layout.addLayout(above)
        layout.addLayout(grid, 1)
        self.show_spreads({}, "")

    def show_spreads(self, spreads: dict[str, Spread], words: str) -> None:
        """Show how numbers are spread; `words` say of what. Nothing without a run."""
        self.note.setText(words or _NOTHING)
        for kind in KINDS:
            spread = spreads.get(kind)
            self._titles[kind].setVisible(spread is not None)
            self.pictures[kind].setVisible(spread is not None)
            if spread is not None:
                self._titles[kind].setText(f"{_EXPLAINED[kind]}, from {-spread.most:.3g} to {spread.most:.3g}")
                # The middle bin of an untrained layer would leave all others pale.
                self.pictures[kind].show_values(spread.shares.T[::-1] ** 0.5, stretched=True)
