"""The prediction, all ten probabilities, and the 28x28 network input."""

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from digitpad.app.prediction.network_input import NetworkInput
from digitpad.app.prediction.prediction_label import PredictionLabel
from digitpad.app.prediction.probability_bars import ProbabilityBars
from digitpad.app.session.network_handle import NetworkHandle
from digitpad.app.session.selection import Selection
from digitpad.app.widgets.help_button import HelpButton
from digitpad.engine.reading.prediction import Prediction

_INPUT = "Network input (28\N{MULTIPLICATION SIGN}28)"


class PredictionView(QWidget):
    """Shows all predictions, and of the selected digit the probabilities and the image; or that there is none."""

    def __init__(self, selection: Selection) -> None:
        super().__init__()
        self._selection = selection
        self.label = PredictionLabel()
        self.bars = ProbabilityBars()
        self.seen = NetworkInput()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for title, widget, help_button in (
            ("Prediction", self.label, None),
            ("Probabilities", self.bars, HelpButton("predictions", "probabilities")),
            (_INPUT, self.seen, HelpButton("network-input", "the network input")),
        ):
            heading = QLabel(title)
            heading.setProperty("heading", True)
            above = QHBoxLayout()
            above.addWidget(heading, 1)
            if help_button is not None:
                above.addWidget(help_button)
            layout.addLayout(above)
            # At 1280 x 720, these few more pixels give each pixel of the image four screen pixels instead of three.
            layout.addWidget(widget, {self.label: 0, self.bars: 20, self.seen: 23}[widget])
            if widget is not self.seen:
                layout.addSpacing(4)
        self.label.digit_chosen.connect(selection.choose_digit)
        selection.digit_changed.connect(self._show_digit)
        selection.network_changed.connect(self._show_network)
        self._show_network(selection.network)

    def _show_network(self, shown: NetworkHandle) -> None:
        self.label.show_untrained(shown.is_untrained)

    def _show_digit(self, prediction: Prediction | None) -> None:
        self.label.show_predictions(self._selection.predictions, self._selection.number)
        self.bars.show_prediction(prediction)
        self.seen.show_prediction(prediction)
