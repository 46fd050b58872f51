"""Connects the training panel with the controller."""

import dataclasses
import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from digitpad.app.files.documents import Documents
from digitpad.app.files.settings import Settings
from digitpad.app.session.controller import Controller
from digitpad.app.session.network_handle import NetworkHandle
from digitpad.app.session.training_state import TrainingState
from digitpad.app.training.continue_warnings import FLATTERED, warning_of
from digitpad.app.training.training_actions import TrainingActions
from digitpad.app.training.training_panel import TrainingPanel
from digitpad.app.widgets.message_bar import MessageBar
from digitpad.engine.runs.summary import RunSummary, changed_at
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.events import Change, Changed, Evaluation
from digitpad.errors import DigitpadError

if TYPE_CHECKING:
    from digitpad.engine.runs.recording import RecordedTraining


class TrainingPresenter(QObject):
    """Connects the actions and the panel with `controller`."""

    def __init__(
        self,
        controller: Controller,
        actions: TrainingActions,
        panel: TrainingPanel,
        documents: Documents,
        message_bar: MessageBar,
        settings: Settings,
    ) -> None:
        super().__init__(controller)
        self._controller = controller
        self._actions = actions
        self._panel = panel
        self._documents = documents
        self._message_bar = message_bar
        self._settings = settings
        self._has_offered = False
        #: Whether the training was begun from the form.
        self._is_of_form = False
        #: The last message about the form. It is withdrawn when the form changes or the training ends.
        self._said_of_form = ""
        actions.start.triggered.connect(self._start)
        actions.go_on.triggered.connect(self._go_on)
        actions.one_epoch.triggered.connect(self._go_on_for_one_epoch)
        actions.new_network.triggered.connect(self._make_network)
        actions.pause.triggered.connect(controller.pause_or_resume)
        actions.stop.triggered.connect(controller.stop)
        panel.form.live_changed.connect(self._change)
        panel.form.threads.valueChanged.connect(self._on_threads_changed)
        self._on_threads_changed(panel.form.threads.value())
        panel.form.failed.connect(message_bar.show_sentence)
        panel.form.described.connect(self._withdraw)
        panel.form.live_changed.connect(lambda name: self._withdraw() if name == "learning_rate" else None)
        controller.training_started.connect(self._show_started)
        controller.measured.connect(self._show_measured)
        controller.progressed.connect(panel.show_pace)
        controller.changed.connect(self._show_changed)
        controller.opened.connect(self._show_opened)
        controller.replaced.connect(panel.show_idle)
        controller.state_changed.connect(self._show_state)
        controller.failed.connect(self._show_failed)
        self._show_state(controller.state)

    def offer_interrupted(self, runs: list[RunSummary]) -> None:
        """Offer, once per start, to resume the latest training that was interrupted since the last offer."""
        if self._has_offered:
            return
        self._has_offered = True
        cut_off = (run for run in runs if run.status == "interrupted" and not run.problem)
        # A time in the future, from a clock that was wrong, must not prevent all later offers.
        timeline = {run.folder: min(changed_at(run.folder), time.time()) for run in cut_off}
        new = [run for run in runs if timeline.get(run.folder, 0.0) > self._settings.offered_until]
        if not new or not self._controller.is_idle:
            return
        cut = max(new, key=lambda run: timeline[run.folder])
        self._settings.offered_until = timeline[cut.folder]
        epochs = cut.config.epochs if cut.config is not None else 0
        others = (
            f" {'One more was' if len(new) == 2 else f'{len(new) - 1} more were'} interrupted too."
            if len(new) > 1
            else ""
        )
        self._message_bar.offer_besides(
            f"The training of {cut.name} was interrupted after {int(cut.figures.epochs)} of {epochs} epochs; "
            f"it can be resumed where it was.{others}",
            "Resume",
            lambda: self._go_on_with(cut),
        )

    def _go_on_with(self, run: RunSummary) -> None:
        if self._documents.may_lose_network():
            self._controller.extend_run(run.folder)

    def _start(self) -> None:
        config = self._config()
        if config is not None and self._documents.may_lose_network():
            self._is_of_form = True
            self._controller.start(config)

    def _go_on(self) -> None:
        config = self._config()
        if config is not None:
            self._go_on_by(config)

    def _go_on_for_one_epoch(self) -> None:
        config = self._config()
        if config is not None:
            self._go_on_by(dataclasses.replace(config, epochs=1))

    def _go_on_by(self, config: TrainingConfig) -> None:
        shown = self._controller.selection.network
        # Nothing is lost if the newest network itself is trained further: the new run starts from it, its own keeps it.
        if shown is not self._controller.selection.newest and not self._documents.may_lose_network():
            return
        self._is_of_form = True
        self._controller.continue_network(config, shown)
        sentence = warning_of(shown.network, shown.record, config)
        if sentence == FLATTERED:
            # It holds for all later metrics, whatever is changed in the form.
            self._message_bar.show_sentence(sentence)
        elif sentence:
            self._on_form_failed(sentence)

    def _make_network(self) -> None:
        config = self._config()
        if config is not None and self._documents.may_lose_network():
            self._controller.make_network(config)

    def _config(self) -> TrainingConfig | None:
        """Return what the form says and take the last message away, or say what is wrong with the form."""
        try:
            config = self._panel.form.config()
        except DigitpadError as error:
            self._on_form_failed(str(error))
            return None
        self._message_bar.hide()
        return config

    def _on_form_failed(self, sentence: str) -> None:
        self._said_of_form = sentence
        self._message_bar.show_sentence(sentence)

    def _withdraw(self) -> None:
        """Withdraw the message about the form: the form has changed, or its training has ended."""
        self._message_bar.withdraw(self._said_of_form)

    def _on_threads_changed(self, threads: int) -> None:
        self._controller.threads = threads

    def _change(self, name: str, value: Any) -> None:
        """Let the running training go on with another setting."""
        self._controller.change(Change(**{name: value}))

    def _show_started(self, training: "RecordedTraining") -> None:
        if not self._is_of_form:
            self._show_settings(training)
        self._panel.show_started(training)

    def _show_settings(self, training: "RecordedTraining") -> None:
        """Show the settings of `training` in the form.

        For a resumed run, the form keeps its epochs. The run's are its total, and *Continue* would add as many again.
        """
        form, settings = self._panel.form, training.settings_at_start
        is_gone_on_with = len(training.earlier) > 0
        epochs = form.fields["epochs"].read() if is_gone_on_with else settings.epochs
        form.show_config(dataclasses.replace(settings, epochs=epochs))

    def _show_measured(self, event: Evaluation, _: float) -> None:
        self._panel.show_measured(event)

    def _show_changed(self, changed: Changed, _: float) -> None:
        self._panel.form.show_changed(changed)

    def _show_opened(self) -> None:
        """Put the layers of the network that was opened into the form, so that Start trains one like it."""
        newest: NetworkHandle = self._controller.selection.newest
        self._panel.form.show_layers(newest.network.spec)
        self._panel.show_idle()

    def _show_state(self, state: TrainingState) -> None:
        if state is TrainingState.IDLE:
            self._is_of_form = False
            self._withdraw()
        self._actions.show_state(state)
        self._panel.show_state(state)

    def _show_failed(self, sentence: str) -> None:
        self._panel.show_failed(has_learned=self._controller.selection.newest.record.step > 0)
        self._message_bar.show_sentence(sentence)
