"""Labels drawings, keeps them as the user's digits, and fine-tunes on them in the background."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QObject

from digitpad.app.canvas.canvas import Canvas
from digitpad.app.handwriting.handwriting_panel import HOW, HandwritingPanel
from digitpad.app.session.background import run_in_background
from digitpad.app.session.controller import Controller
from digitpad.app.session.latest_task import LatestTask
from digitpad.app.session.network_digits import data_of, digits_of
from digitpad.app.session.network_handle import NetworkHandle
from digitpad.app.session.view_presenter import ViewPresenter
from digitpad.app.widgets.file_dialogs import ask_save
from digitpad.app.widgets.visibility import in_sight
from digitpad.cancellation import CancelToken
from digitpad.data.dataset import CLASSES, Dataset
from digitpad.data.ink import Ink
from digitpad.data.ink_digits import dataset_of
from digitpad.data.ink_files import LabeledInk
from digitpad.engine.finetuning.fine_tuning import FineTuning, fine_tune
from digitpad.engine.finetuning.my_digits import Entry, MyDigits
from digitpad.engine.insight.counterfactuals import explain
from digitpad.engine.reading.prediction import a_digit
from digitpad.engine.training.validation_split import rows_in_order
from digitpad.errors import DigitpadError
from digitpad.identity import Identity, identities

#: The most MNIST digits on which the accuracy before and after fine-tuning is measured.
_MOST_KEPT = 5_000
#: How often practice asks for each digit.
_TIMES = 3


class HandwritingPresenter(ViewPresenter):
    """Connects `panel` with `controller`, and what is written on `canvas` with the user's digits."""

    NAME, TITLE, KEYS = "handwriting", "My &Handwriting", "Ctrl+H"
    EXPLANATION = "Your own digits, and fine-tuning of the network on them"

    def __init__(self, controller: Controller, panel: HandwritingPanel, canvas: Canvas) -> None:
        super().__init__(controller, panel)
        self._panel, self._canvas = panel, canvas
        self._mine = MyDigits()
        #: The entry in the file for strokes that were labeled.
        self._labeled: dict[tuple[Identity, ...], Entry] = {}
        #: The digits that the panel shows.
        self._shown: list[Entry] = []
        self._asked: list[int] = []
        self._tuned: tuple[NetworkHandle, FineTuning] | None = None
        self._before: NetworkHandle | None = None
        self._fine_tuning, self._reasons = LatestTask(self, controller.priority), LatestTask(self)
        self._fine_tuning.fetched.connect(self._show_outcome)
        self._fine_tuning.failed.connect(self._fail)
        self._reasons.fetched.connect(panel.note.setText)
        panel.installEventFilter(self)
        panel.practice_wanted.connect(self._practise)
        panel.fine_tune_wanted.connect(self._fine_tune)
        panel.removed.connect(self._remove)
        panel.export_wanted.connect(self._export)
        panel.kept.connect(self._keep)
        panel.dropped.connect(self._drop)
        panel.undone.connect(self._undo)

    def refresh(self) -> None:
        """Show the digits that there are."""
        if in_sight(self._panel):
            self._show_digits({})

    def close(self) -> None:
        """Stop the background work for good."""
        self._fine_tuning.close()
        self._reasons.close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # A spontaneous event means that the window was minimized: the panel itself was not closed.
        if event.type() == QEvent.Type.Hide and not event.spontaneous():
            self._panel.practice.setChecked(False)
        return False

    def label(self, digit: int) -> None:
        """Save the digit that is selected on the canvas, labeled `digit`. Labeling it again corrects the label."""
        prediction = self._selection.prediction
        strokes = (prediction.strokes if prediction is not None else ()) or self._canvas.drawing.strokes
        drawing = Ink(strokes)
        if not strokes:
            self.done.emit("There is nothing to label: write a digit, then press its key")
            return
        mine, key = self._mine, identities(strokes)
        known = self._labeled.get(key)

        def work() -> tuple[Entry, int]:
            labeled = LabeledInk(drawing, digit)
            entry = mine.add(labeled) if known is None else mine.change(known, labeled)
            lines = [other.line for other in mine.entries()]
            return entry, len(lines) - lines[::-1].index(entry.line) if entry.line in lines else len(lines)

        try:
            entry, count = run_in_background(work)
        except (DigitpadError, OSError) as error:
            self.failed.emit(str(error))
            return
        self._labeled[key] = entry
        self._explain(drawing, digit)
        self._show_digits({})
        where = "" if in_sight(self._panel) else ": Ctrl+H shows all"
        self.done.emit(f"Saved as {a_digit(digit)}, your {count}{_ordinal(count)} digit{where}")
        if self._panel.practice.isChecked():
            self._ask_next(digit)

    def _explain(self, drawing: Ink, digit: int) -> None:
        network = self._selection.network.network
        prediction = self._selection.prediction
        if prediction is None or prediction.digit != digit or not prediction.is_sure:
            self._reasons.fetch(lambda _: f"You meant {a_digit(digit)}. {explain(network, drawing, digit).sentence}")
        elif not self._panel.practice.isChecked():
            self._panel.note.setText(HOW)

    def _show_digits(self, changes: dict[bytes, str]) -> None:
        """Show all digits. `changes` says how the prediction has changed, by a digit's line in the file."""
        try:
            self._shown, digits = run_in_background(self._digits)
        except (DigitpadError, OSError) as error:
            self.failed.emit(str(error))
            return
        lines = enumerate(entry.line for entry in self._shown)
        self._panel.show_digits(digits, {number: changes[line] for number, line in lines if line in changes})

    def _digits(self) -> tuple[list[Entry], Dataset]:
        entries = self._mine.entries()
        return entries, dataset_of([entry.drawing for entry in entries])

    def _practise(self, on: bool) -> None:
        self._asked = list(np.random.default_rng().permutation(np.repeat(np.arange(CLASSES), _TIMES))) if on else []
        self._panel.note.setText(self._question() if on else HOW)
        if on:
            self._canvas.clear()
            self._canvas.setFocus()

    def _ask_next(self, digit: int) -> None:
        """Take `digit` off the list, if it is on it. Clear the canvas, and ask for the next digit or end practice."""
        if digit in self._asked:
            self._asked.remove(digit)
        self._canvas.clear()
        if self._asked:
            self._panel.note.setText(self._question())
        else:
            self._panel.practice.setChecked(False)
            self.done.emit("Practice is complete: press Fine-tune to train the network on your digits")

    def _question(self) -> str:
        left = len(self._asked)
        return f"Write {a_digit(self._asked[0])}, and press its key. {left} {'digits' if left > 1 else 'digit'} to go."

    def _remove(self, place: int) -> None:
        removed = self._shown[place : place + 1]
        try:
            run_in_background(lambda: self._mine.remove(removed))
        except (DigitpadError, OSError) as error:
            self.failed.emit(str(error))
        self._labeled.clear()
        self._show_digits({})

    def _export(self) -> None:
        path = ask_save(self._panel, "Export My Digits", Path.home() / "my-digits.jsonl", [("Ink", ".jsonl")])
        if path is None:
            return
        try:
            run_in_background(lambda: self._mine.export(path))
            self.done.emit(f"Exported to {path}")
        except (DigitpadError, OSError) as error:
            self.failed.emit(str(error))

    def _fine_tune(self) -> None:
        if not self._controller.is_idle:
            self.failed.emit("a network is being trained: stop the training, then fine-tune")
            return
        shown = self._selection.network

        def work(token: CancelToken) -> tuple[NetworkHandle, FineTuning, list[Entry]]:
            entries, own = self._digits()
            digits, held_out = digits_of(data_of(shown)), shown.record.held_out or 0
            rows = rows_in_order(len(digits.training))[: min(held_out, _MOST_KEPT)]
            kept = digits.training.take(rows) if len(rows) >= 1_000 else digits.test.take(slice(_MOST_KEPT))
            return shown, fine_tune(shown.network, own, digits, kept, held_out, token=token), entries

        self._panel.show_busy(True)
        self._fine_tuning.fetch(work)

    def _fail(self, sentence: str) -> None:
        self._panel.show_busy(False)
        self.failed.emit(sentence)

    def _show_outcome(self, tuned: tuple[NetworkHandle, FineTuning, list[Entry]]) -> None:
        self._panel.show_busy(False)
        self._tuned = tuned[:2]
        shown, outcome, entries = tuned
        own = f"{100 * outcome.own_before:.1f} %", f"{100 * outcome.own_after:.1f} %"
        self._panel.show_result([own, (f"{100 * outcome.kept_before:.2f} %", f"{100 * outcome.kept_after:.2f} %")])
        held_out = (shown.record.held_out or 0) >= 1_000
        kind = "validation digits" if held_out else "test digits, as it was trained on all others"
        self._panel.note.setText(
            f"The prediction changed for {len(outcome.changes)} of your drawings. Each was predicted by a network that "
            f"was fine-tuned on your other drawings. MNIST's accuracy is measured on up to {_MOST_KEPT:,} {kind}."
        )
        arrow = "\N{RIGHTWARDS ARROW}"
        self._show_digits(
            {entries[change.number].line: f"{change.before}{arrow}{change.after}" for change in outcome.changes}
        )

    def _keep(self) -> None:
        assert self._tuned is not None
        shown, outcome = self._tuned
        record = replace(shown.record, train_accuracy=None, validation_accuracy=None, test_accuracy=None)
        self._before = shown
        self._use(NetworkHandle(outcome.network, record, f"{shown.name}, fine-tuned", is_kept=False))
        self._panel.undo.show()
        self.done.emit("The fine-tuned network is in use: save it, or undo the fine-tuning")
        self._drop()

    def _drop(self) -> None:
        self._tuned = None
        self._panel.show_result(None)
        self._panel.note.setText(self._question() if self._panel.practice.isChecked() else HOW)

    def _undo(self) -> None:
        assert self._before is not None
        self._use(self._before)
        self._panel.undo.hide()
        self.done.emit("The network is as it was before the fine-tuning")

    def _use(self, shown: NetworkHandle) -> None:
        if not self._controller.is_idle:
            self.failed.emit("a network is being trained: stop the training first")
            return
        self._controller.use_network(shown)


def _ordinal(count: int) -> str:
    """Return the ending of an ordinal number."""
    return "th" if count % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")
