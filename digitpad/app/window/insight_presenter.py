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
from digitpad.app.session.view_presenter import ViewPresenter
from digitpad.app.steps.steps_panel import StepsPanel
from digitpad.app.steps.steps_presenter import StepsPresenter
from digitpad.app.widgets.visibility import in_sight
from digitpad.app.window.digit_keys import DigitKeys
from digitpad.app.window.docks import Docks
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
        self._written_at = (canvas, read.label)
        self._keys = DigitKeys(window)
        self._keys.pressed.connect(self._on_digit_key)
        self.docks = Docks(window, read)
        self.mistakes, self.inside, self.steps = MistakesPanel(), InsidePanel(), StepsPanel()
        self.handwriting, self.explain = HandwritingPanel(), ExplainPanel()
        steps = StepsPresenter(controller, self.steps)
        self._handwriting = HandwritingPresenter(controller, self.handwriting, canvas)
        self._explain = ExplainPresenter(controller, self.explain)
        self._views: tuple[ViewPresenter, ...] = (
            MistakesPresenter(controller, self.mistakes), InsidePresenter(controller, self.inside), steps,
            self._handwriting, self._explain,
        )  # fmt: skip
        for view in self._views:
            self.docks.add(view.panel, view.NAME, view.TITLE, view.KEYS, view.EXPLANATION, view.refresh)
            view.failed.connect(self.failed)
            view.done.connect(self.done)
            view.digit_wanted.connect(self.digit_wanted)
        steps.kept.connect(self._on_steps_kept)
        steps.equation_wanted.connect(self.equation_wanted)

    def _on_digit_key(self, digit: int) -> None:
        """Pass the key of a digit to the visible views that ask for a label.

        With the focus on the canvas, the prediction or My Handwriting, the key also labels the digit for My
        Handwriting, if that view is visible or no other view has taken the key.
        """
        is_step, is_reason = self.steps.take_key(digit), self._explain.take_key(digit)
        focus = QApplication.focusWidget()
        is_at_hand = focus in self._written_at or (focus is not None and self.handwriting.isAncestorOf(focus))
        # A label for a step or an explanation is no digit to save, nor is a key that is pressed in the list of runs.
        if is_at_hand and (in_sight(self.handwriting) or not (is_step or is_reason)):
            self._handwriting.label(digit)

    def _on_steps_kept(self, folder: Path) -> None:
        self.run_kept.emit(folder)
        self.done.emit(f"Kept as {summarized(folder).name}, in the list of runs")

    def close(self) -> None:
        """Stop the background work for good."""
        for view in self._views:
            view.close()
