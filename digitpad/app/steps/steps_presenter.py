"""Takes steps on a copy of the selected network, in the background, one at a time."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import QTimer, Signal

from digitpad.app.session.controller import Controller
from digitpad.app.session.labeled_digit import LabeledDigitTracker
from digitpad.app.session.latest_task import LatestTask, Work
from digitpad.app.session.network_digits import data_of, digits_of, training_digits
from digitpad.app.session.network_handle import NetworkHandle
from digitpad.app.session.view_presenter import ViewPresenter
from digitpad.app.steps import step_status
from digitpad.app.steps.checked_gradient import CheckedGradient, checked_gradient
from digitpad.app.steps.step_results import NextStep, StepsTaken
from digitpad.app.steps.steps_panel import SOURCES, StepsPanel
from digitpad.app.widgets.visibility import in_sight
from digitpad.cancellation import CancelToken
from digitpad.data.ink import pixels
from digitpad.engine.insight import run_of_steps
from digitpad.engine.insight.quantities import Quantity, quantities
from digitpad.engine.insight.step_batches import Batches
from digitpad.engine.insight.stepper import Step, Stepper
from digitpad.engine.reading.prediction import Prediction
from digitpad.engine.runs.metadata import Parent

#: Milliseconds before a request is carried out, and while a training brings new networks: computing all lines is slow.
_PAUSE_MS, _TRAINING_PAUSE_MS = 60, 700
#: Seconds of steps between two updates of the view at full speed, and in an epoch, which should end soon.
_FAST_SECONDS, _EPOCH_SECONDS = 0.04, 0.3


class StepsPresenter(ViewPresenter):
    """Connects `panel` with `controller`; nothing is computed while the panel is out of sight."""

    NAME, TITLE, KEYS = "steps", "&Step by Step", "Ctrl+T"
    EXPLANATION = "Every number of a single step, equation by equation"

    kept = Signal(object)  # Path of the new run
    equation_wanted = Signal(str)

    def __init__(self, controller: Controller, panel: StepsPanel) -> None:
        super().__init__(controller, panel)
        self._panel = panel
        self._origin: NetworkHandle | None = None
        self._stepper: Stepper | None = None
        self._next: NextStep | None = None
        self._is_busy = self._is_requested = self._is_step_requested = self._is_kept = False
        #: Counts resets. A result from before the last reset is discarded.
        self._beginning = 0
        self._batches: Batches | None = None
        #: The stepper, origin and batches before the last reset, if steps were not kept. Undo restores them.
        self._before_reset: tuple[Stepper | None, NetworkHandle | None, Batches | None] | None = None
        #: After how many steps the epoch that is under way ends, where it is known already.
        self._epoch_end: int | None = None
        self._speeds = 0  # how often a speed was selected
        self._labeled = LabeledDigitTracker()
        self._fetcher = LatestTask(self, controller.priority, for_pen=False)
        self._fetcher.fetched.connect(self._on_fetched)
        self._fetcher.failed.connect(self._on_failed)
        self._soon = QTimer(self, singleShot=True)
        self._soon.timeout.connect(self._request)
        self._beat = QTimer(self)
        self._beat.timeout.connect(self._take_steps)
        panel.changed.connect(self._note_label)
        panel.changed.connect(self.refresh)
        panel.step_wanted.connect(self._step)
        panel.digit_chosen.connect(self._show_digit)
        panel.undo_wanted.connect(self._undo)
        panel.again_wanted.connect(self._reset)
        panel.keep_wanted.connect(self._keep)
        panel.speed_chosen.connect(self._choose_speed)
        panel.check_wanted.connect(self._check)
        panel.equation_wanted.connect(self.equation_wanted)
        self._show_actions()

    def _on_digit_changed(self, prediction: Prediction | None) -> None:
        if prediction is None or not self._labeled.is_that(self._selection.drawing, prediction):
            self._panel.has_label = False
        self._note_label()
        self.refresh()

    def _note_label(self) -> None:
        """Note which drawing the label is for. Further strokes keep the label; another drawing has none."""
        self._labeled.note(self._selection.drawing, self._selection.prediction if self._panel.has_label else None)

    def refresh(self) -> None:
        """Compute the next step soon, without taking it."""
        if in_sight(self._panel) and not self._soon.isActive():
            self._soon.start(_TRAINING_PAUSE_MS if self._controller.is_growing else _PAUSE_MS)

    def close(self) -> None:
        """Stop the background work for good."""
        self._beat.stop()
        self._soon.stop()
        self._fetcher.close()

    def _on_network_changed(self, shown: NetworkHandle) -> None:
        """Reset to the network that is selected now, unless that would discard steps that are not kept."""
        if self._stepper is None or self._stepper.steps == 0 or self._is_kept:
            self._reset()
        else:
            self.refresh()

    def _reset(self) -> None:
        self._panel.stop()
        self._beginning += 1
        if self._stepper is not None and self._stepper.steps and not self._is_kept:
            self._before_reset = self._stepper, self._origin, self._batches
        self._stepper = self._origin = self._batches = self._next = None
        self._is_step_requested = False
        self._is_kept = False
        self._show_actions()
        self.refresh()

    def _request(self) -> None:
        if not in_sight(self._panel):
            return
        if self._controller.priority.pen_moves:
            self._soon.start(_PAUSE_MS)
            return
        prediction = self._selection.prediction
        if prediction is not None and not self._panel.has_label:
            # Until the user gives a label, the predicted digit is the label.
            self._panel.label.setCurrentIndex(prediction.digit)
        self._compute(lambda stepper: None)

    def _step(self) -> None:
        """Take a step, as soon as nothing else is under way."""
        self._is_step_requested = self._is_busy
        self._take_steps()

    def _take_steps(self) -> None:
        looked = self._next
        if not in_sight(self._panel):
            self._panel.stop()
        elif looked is not None and not self._is_busy:
            self._is_kept = False
            is_fast = self._beat.isActive() and self._beat.interval() <= 1
            seconds = _EPOCH_SECONDS if self._panel.takes_epoch else _FAST_SECONDS
            self._compute(lambda stepper: stepper.apply(looked.step), seconds if is_fast else 0.0)

    def _undo(self) -> None:
        self._panel.stop()
        if self._is_busy:
            return
        if self._steps == 0 and self._before_reset is not None:
            self._beginning += 1
            (self._stepper, self._origin, self._batches), self._before_reset = self._before_reset, None
            self._compute(lambda stepper: None)
        else:
            self._compute(lambda stepper: stepper.undo())

    @property
    def _steps(self) -> int:
        return 0 if self._stepper is None else self._stepper.steps

    def _keep(self) -> None:
        self._panel.stop()
        stepper, origin, store = self._stepper, self._origin, self._controller.store
        if stepper is None or origin is None or self._is_busy:
            return

        def work(_: CancelToken) -> Any:
            step = origin.snapshot.step if origin.snapshot is not None else None
            parent = Parent.of(origin.name, step, origin.record.epoch, origin.run)
            return run_of_steps.keep(stepper, origin.record, parent, digits_of(data_of(origin)), store)

        self._start_work(work)

    def _compute(self, action: Callable[[Stepper], None], seconds: float = 0.0) -> None:
        """Do `action` with the stepper, take steps for `seconds` more, and compute the next one, in the background.

        If something is under way already, `action` is not done: only the next step is computed again afterwards.
        """
        if self._is_busy:
            self._is_requested = True
            return
        if self._stepper is None:
            self._origin = self._selection.network
            self._batches = Batches(partial(training_digits, self._origin))
        origin, batches, stepper = self._origin, self._batches, self._stepper
        image = self._selection.image
        assert origin is not None
        assert batches is not None
        count, label = SOURCES[self._panel.source.currentIndex()], self._panel.label.currentIndex()
        rate, shown = self._panel.rate.value(), self._panel.digit_of_batch
        beginning, speeds = self._beginning, self._speeds
        takes_epoch, epoch_end = self._panel.takes_epoch and seconds > 0, self._epoch_end

        def look(mine: Stepper) -> Step:
            if count == 0:
                assert image is not None
                return mine.compute(pixels(image)[np.newaxis], np.array([label]), rate)
            return mine.compute(*batches.at(mine.steps, count), rate)

        def work(token: CancelToken) -> StepsTaken:
            token.check()
            mine = Stepper(origin.network) if stepper is None else stepper
            last = epoch_end
            if takes_epoch and last is None:
                last = mine.steps + batches.steps_an_epoch(count)
            end = time.monotonic() + seconds
            action(mine)
            if count == 0 and image is None:
                return StepsTaken(beginning, speeds, mine, None, last)
            step = look(mine)
            while time.monotonic() < end and mine.steps != last:
                mine.apply(step)
                token.check()
                step = look(mine)
            return StepsTaken(
                beginning, speeds, mine, NextStep(step, shown, quantities(step, mine.network, shown)), last
            )

        self._start_work(work)

    def _start_work(self, work: Work) -> None:
        self._is_busy = True
        self._show_actions()
        self._fetcher.fetch(work)

    def _on_fetched(self, found: Any) -> None:
        if isinstance(found, CheckedGradient):
            self._panel.show_check(found.quantity, found.words)
        elif not isinstance(found, StepsTaken):
            self._is_kept = True
            self.kept.emit(found)
        elif found.beginning == self._beginning:
            self._stepper, self._next = found.stepper, found.looked
            # Another speed may have been chosen meanwhile, as another digit may have been.
            self._epoch_end = found.epoch_end if found.speeds == self._speeds else None
            if self._stepper.steps == self._epoch_end:
                self._panel.stop()
            self._show_digit()
        else:
            self._is_requested = True
        self._end_work()
        self._show_actions()

    def _end_work(self) -> None:
        """Note that nothing is under way any more, and do what was requested meanwhile."""
        self._is_busy = False
        if self._is_step_requested:
            self._is_step_requested = False
            self._take_steps()
        elif self._is_requested:
            self._is_requested = False
            self.refresh()

    def _show_digit(self) -> None:
        """Show the numbers of the digit that is selected in the batch."""
        if self._stepper is None or self._origin is None:
            return
        looked, digit = self._next, self._panel.digit_of_batch
        if looked is not None and looked.digit != digit < len(looked.step.labels):
            lines = quantities(looked.step, self._stepper.network, digit)
            # The gradients are those of the whole batch, so the results of their checks stay.
            kept = [old if old.parameter else new for old, new in zip(looked.lines, lines, strict=True)]
            self._next = NextStep(looked.step, digit, kept)
        where = step_status.position_text(self._origin, self._stepper.steps, self._epoch_end, self._selection.network)
        if self._next is None:
            self._panel.show_lines([], f"{where} {step_status.NOTHING}")
            return
        learns_drawing, has_label = self._panel.learns_drawing, self._panel.has_label
        what = step_status.next_step_text(self._next.step, learns_drawing=learns_drawing, has_label=has_label)
        self._panel.show_lines(self._next.lines, f"{where} {what}")

    def _show_actions(self) -> None:
        can_undo = (self._stepper is not None and self._stepper.can_undo) or (
            not self._steps and bool(self._before_reset)
        )
        self._panel.show_actions(can_step=self._next is not None, can_undo=can_undo, steps=self._steps)

    def _choose_speed(self, steps_a_second: int) -> None:
        self._beat.stop()
        self._epoch_end, self._speeds = None, self._speeds + 1
        if steps_a_second:
            self._beat.start(max(1, 1000 // steps_a_second))

    def _check(self, quantity: Quantity, row: int, column: int) -> None:
        if self._next is not None and self._stepper is not None and not self._is_busy:
            step, network = self._next.step, self._stepper.network
            # No step is taken meanwhile, so the network stays as it is.
            self._start_work(lambda _: checked_gradient(step, network, quantity, row, column))

    def _on_failed(self, sentence: str) -> None:
        self._panel.stop()
        self._end_work()
        self._show_actions()
        self.failed.emit(sentence)
