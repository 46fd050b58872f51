"""Diagnoses the training in the background, and offers the cure."""

import dataclasses
import math
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from digitpad.app.session.controller import Controller
from digitpad.app.session.latest_task import LatestTask
from digitpad.app.session.training_state import TrainingState
from digitpad.app.training.training_form import TrainingForm
from digitpad.app.widgets.message_bar import MessageBar
from digitpad.cancellation import CancelToken
from digitpad.engine.insight.diagnosis_case import Finding
from digitpad.engine.insight.run_diagnosis import consulted, last_good
from digitpad.engine.runs.history import History
from digitpad.engine.runs.snapshot import Snapshot
from digitpad.engine.runs.summary import summarized
from digitpad.engine.training.events import Changed, EpochEnd, Evaluation
from digitpad.errors import DigitpadError

#: What is worth saying while there is still time to stop; the rest can wait until the end.
_URGENT = ("diverged", "exploding", "dead", "flat", "slow", "learned")


@dataclass(frozen=True, slots=True)
class _Diagnosis:
    """What was found of a run, and where its last good network is."""

    folder: Path
    name: str
    found: list[Finding]
    good: Snapshot | None


class DiagnosisPresenter(QObject):
    """Diagnoses after each epoch and when a training ends or fails. Each finding is told once per run.

    Within an epoch, it also diagnoses after an evaluation with a higher training cost than the first one.
    """

    done = Signal(str)
    diagnosed = Signal(object)  # list[Finding], after each diagnosis

    def __init__(self, controller: Controller, form: TrainingForm, message_bar: MessageBar) -> None:
        super().__init__(controller)
        self._controller = controller
        self._form = form
        self._message_bar = message_bar
        self._folder: Path | None = None
        self._history = History()
        self._told: set[str] = set()
        self._first_cost = math.inf
        self._fetcher = LatestTask(self, controller.priority, for_pen=False)
        self._fetcher.fetched.connect(self._on_diagnosed)
        self._fetcher.failed.connect(self.done)
        controller.training_started.connect(self._on_started)
        controller.measured.connect(self._on_measured)
        controller.changed.connect(self._on_changed)
        controller.state_changed.connect(self._on_state_changed)

    def close(self) -> None:
        """Stop the background work for good."""
        self._fetcher.close()

    def _on_started(self) -> None:
        training = self._controller.training
        assert training is not None
        self._folder = training.folder
        self._history = training.earlier.copy()
        self._told = set()
        self._first_cost = math.inf

    def _on_changed(self, event: Changed, seconds: float) -> None:
        self._history.add(event, seconds)

    def _on_measured(self, event: Evaluation, seconds: float) -> None:
        self._history.add(event, seconds)
        if math.isinf(self._first_cost):
            self._first_cost = event.train_cost
        # Within an epoch, diagnose only if the cost is higher than in the first evaluation.
        if isinstance(event, EpochEnd) or event.train_cost > self._first_cost:
            self._diagnose()

    def _on_state_changed(self, state: TrainingState) -> None:
        if state is TrainingState.IDLE:
            self._diagnose()

    def _diagnose(self) -> None:
        folder, measured = self._folder, self._history.copy()
        if folder is None:
            return

        def work(token: CancelToken) -> _Diagnosis:
            token.check()
            run = summarized(folder)
            found = consulted(run, measured)
            good = last_good(folder, measured) if any(finding.goes_back for finding in found) else None
            return _Diagnosis(folder, run.name, found, good)

        self._fetcher.fetch(work)

    def _on_diagnosed(self, diagnosis: _Diagnosis) -> None:
        is_over = self._controller.is_idle
        for finding in diagnosis.found:
            if (
                diagnosis.folder == self._folder
                and finding.name not in self._told
                and (is_over or finding.name in _URGENT)
            ):
                self._told.add(finding.name)
                action = partial(self._cure, finding, diagnosis) if finding.cure or diagnosis.good else None
                self._message_bar.offer(f"{finding.seen} {finding.cause}", finding.advice, action)
                break
        self.diagnosed.emit(diagnosis.found)

    def _cure(self, finding: Finding, diagnosis: _Diagnosis) -> None:
        """Stop the training, put the cure into the form, and select the last good network if the finding says so."""
        self._controller.stop()
        try:
            self._form.show_config(dataclasses.replace(self._form.config(), **finding.cure))
            advice = finding.advice[:1].lower() + finding.advice[1:]
            self.done.emit(f"In the form now: {advice}. Press Start to train with it")
        except DigitpadError as error:
            # Half a number in a field.
            self._message_bar.show_sentence(str(error))
        if finding.goes_back and diagnosis.good is not None:
            self._controller.select_snapshot(diagnosis.folder, diagnosis.name, diagnosis.good)
