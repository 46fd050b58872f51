"""Makes the views of what a network does and why, and connects them with the controller."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QMainWindow

from digitpad.app.canvas.canvas import Canvas
from digitpad.app.explain.explain_panel import ExplainPanel
from digitpad.app.explain.explain_presenter import ExplainPresenter
from digitpad.app.handwriting.handwriting_panel import HandwritingPanel
from digitpad.app.handwriting.handwriting_presenter import HandwritingPresenter
from digitpad.app.inside.inside_panel import InsidePanel
from digitpad.app.inside.inside_presenter import InsidePresenter
from digitpad.app.mistakes.mistakes_panel import MistakesPanel
from digitpad.app.mistakes.mistakes_presenter import MistakesPresenter
from digitpad.app.prediction.prediction_view import PredictionView
from digitpad.app.session.controller import Controller
from digitpad.app.steps.steps_panel import StepsPanel
from digitpad.app.steps.steps_presenter import StepsPresenter
from digitpad.app.widgets.visibility import in_sight
from digitpad.app.window.digit_keys import DigitKeys
from digitpad.app.window.docks import Docks
from digitpad.engine.reading.prediction import Prediction
from digitpad.engine.runs.summary import summarized


class InsightPresenter(QObject):
    """Makes the views, hidden at first, and lets them follow the selected network."""

    failed = Signal(str)
    digit_wanted = Signal(object)  # Picture: somebody wants it on the canvas
    run_kept = Signal(object)  # Path of a run that was made here
    done = Signal(str)
    equation_wanted = Signal(str)  # its line in the derivation

    def __init__(self, window: QMainWindow, controller: Controller, canvas: Canvas, read: PredictionView) -> None:
        super().__init__(window)
        self._written_at = (canvas, read.verdict)
        self._keys = DigitKeys(window)
        self._keys.pressed.connect(self._take_key)
        self.docks = Docks(window, read)
        self.mistakes = MistakesPanel()
        self._mistakes = MistakesPresenter(controller, self.mistakes)
        self.docks.add(
            self.mistakes, "mistakes", "&Mistakes", "Ctrl+M", "Which digits the network misclassifies",
            self._mistakes.refresh,
        )  # fmt: skip
        self.inside = InsidePanel()
        self._inside = InsidePresenter(controller, self.inside)
        self.docks.add(
            self.inside, "inside", "&Inside the Network", "Ctrl+I", "Units, attribution, preferred input, histograms",
            self._inside.refresh,
        )  # fmt: skip
        self.steps = StepsPanel()
        self._steps = StepsPresenter(controller, self.steps)
        self.docks.add(
            self.steps, "steps", "&Step by Step", "Ctrl+T", "Every number of a single step, equation by equation",
            self._steps.refresh,
        )  # fmt: skip
        self.hand = HandwritingPanel()
        self._hand = HandwritingPresenter(controller, self.hand, canvas)
        self.docks.add(
            self.hand, "hand", "My &Handwriting", "Ctrl+H", "Your own digits, and fine-tuning of the network on them",
            self._hand.refresh,
        )  # fmt: skip
        self._hand.done.connect(self.done)
        self.reasons = ExplainPanel()
        self._reasons = ExplainPresenter(controller, self.reasons)
        self.docks.add(
            self.reasons, "reasons", "E&xplain Prediction", "Ctrl+Shift+M",
            "Why the drawing is misclassified, and similar training digits", self._reasons.refresh,
        )  # fmt: skip
        for asking in (self._mistakes, self._inside, self._steps, self._hand):
            asking.failed.connect(self.failed)
        for asking in (self._mistakes, self._inside):
            asking.digit_wanted.connect(self.digit_wanted)
        self._steps.kept.connect(self._tell_kept)
        self._steps.equation_wanted.connect(self.equation_wanted)

    def _take_key(self, digit: int) -> None:
        """Give a digit's key to the views in sight that ask for one; at the canvas, without these, to My Hand."""
        is_step, is_reason = self.steps.take_key(digit), self._reasons.take_key(digit)
        focus = QApplication.focusWidget()
        is_at_hand = focus in self._written_at or (focus is not None and self.hand.isAncestorOf(focus))
        # The label of a step or of a question is no digit to learn, nor is a key at the list of runs.
        if is_at_hand and (in_sight(self.hand) or not (is_step or is_reason)):
            self._hand.label(digit)

    def show_prediction(self, prediction: Prediction | None) -> None:
        """Look at the digit that is chosen on the canvas."""
        self._hand.show_prediction(prediction)
        self._inside.show_prediction(prediction)
        self._steps.show_prediction(prediction)
        self._reasons.show_prediction(prediction)

    def _tell_kept(self, folder: Path) -> None:
        self.run_kept.emit(folder)
        self.done.emit(f"Kept as {summarized(folder).name}, in the list of runs")

    def close(self) -> None:
        """End what is under way in the background. The last call."""
        self._mistakes.close()
        self._inside.close()
        self._steps.close()
        self._hand.close()
        self._reasons.close()
