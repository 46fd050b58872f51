"""Histograms of a layer's weights, activations and gradients over the epochs of a run."""

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from digitpad.app.inside.histogram_view import HistogramView
from digitpad.app.widgets.help_button import HelpButton
from digitpad.app.widgets.layouts import filled
from digitpad.engine.insight.histograms import KINDS, Histogram

_NOTHING = "Choose a run, or train a network, to see histograms of its weights, activations and gradients."
_EXPLAINED = {
    "weights": "Weights",
    "activations": "Outputs (activations)",
    "gradients": "Gradients of the cost with respect to the weights",
}


class HistogramsPage(QWidget):
    """Three pictures: a column for each kept network."""

    def __init__(self) -> None:
        super().__init__()
        self.note = QLabel(_NOTHING, wordWrap=True)
        self.views = {kind: HistogramView(_EXPLAINED[kind]) for kind in KINDS}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addLayout(filled(QHBoxLayout(), self.note, HelpButton("optimization", "histograms")))
        for view in self.views.values():
            layout.addWidget(view, 1)
        self._nothing = QWidget()
        layout.addWidget(self._nothing, 1)
        self.show_histograms({}, "", [])

    def show_histograms(self, spreads: dict[str, Histogram], words: str, epochs: list[float]) -> None:
        """Show how numbers are spread after so many `epochs`; `words` say of what. Nothing without a run."""
        self.note.setText(words or _NOTHING)
        self._nothing.setVisible(not spreads)
        for kind, view in self.views.items():
            view.setVisible(kind in spreads)
            if kind in spreads:
                view.show_histogram(spreads[kind], epochs)
        widest = max(view.numbers_width for view in self.views.values())
        for view in self.views.values():
            view.give_numbers(widest)
