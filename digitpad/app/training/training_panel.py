"""The settings, the buttons and the progress of a training."""

from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from digitpad.app.session.pace import Pace
from digitpad.app.session.training_state import TrainingState
from digitpad.app.training.estimator import Estimator
from digitpad.app.training.training_form import TrainingForm
from digitpad.app.widgets.action_button import ActionButton, button_row
from digitpad.app.widgets.elided_label import ElidedLabel
from digitpad.app.widgets.layouts import filled
from digitpad.app.widgets.vertical_scroll_area import VerticalScrollArea
from digitpad.engine.runs.time_texts import duration
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.events import Evaluation, TrainingEnd

if TYPE_CHECKING:
    from digitpad.engine.runs.recording import RecordedTraining

_STEPS = 1_000


class TrainingPanel(QWidget):
    """Shows a training; its buttons are the actions given."""

    def __init__(self, actions: list[QAction]) -> None:
        super().__init__()
        self.form = TrainingForm()
        self.estimator = Estimator(self)
        self.form.described.connect(self._estimate)
        self.estimator.estimated.connect(self.form.show_estimate)
        self.area = VerticalScrollArea(self.form)
        buttons = button_row(*actions)
        buttons.findChildren(ActionButton)[0].setProperty("role", "primary")
        self.progress = QProgressBar(maximum=_STEPS, textVisible=False)
        self.progress.setFixedHeight(6)
        self.status = ElidedLabel()
        self.status.setProperty("role", "hint")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.area, 1)
        # Where curves and runs are windows of their own, the buttons stay below the settings.
        filled(layout, buttons, self.progress, self.status, None)
        self._state = TrainingState.IDLE
        self._has_started = False
        self._text = ""
        self.show_idle()

    def show_idle(self) -> None:
        """Say what can be done. The result of the last training is removed: it is not that of the network in use."""
        self.progress.setValue(0)
        self._show_text("Start trains a new network; Continue trains the current one further.")

    def _estimate(self, config: TrainingConfig, parameters: int) -> None:
        self.estimator.ask(config, parameters, self.form.threads.value())

    def show_digits(self, name: str) -> None:
        """Say that the next training learns the digits in a folder of that name."""
        self._show_text(f"The next training learns the digits in {name}.")

    def show_state(self, state: TrainingState) -> None:
        """Enable the whole form between trainings, and during one only the settings that it can take."""
        self.form.show_training(state is not TrainingState.IDLE)
        if state is TrainingState.IDLE:
            self.progress.setValue(0)
        elif state is TrainingState.RUNNING and self._state is TrainingState.IDLE:
            self.progress.setValue(0)
            self._show_text("Loading the digits\N{HORIZONTAL ELLIPSIS}")
            self._has_started = False
            self.estimator.forget()
        self._state = state
        self._show_text(self._text)

    def show_started(self, training: "RecordedTraining") -> None:
        """Show that `training` has started."""
        self._has_started = True
        self.progress.setValue(0)
        if synthetic := training.plan.config.synthetic + training.plan.config.outliers:
            # For tens of seconds nothing is measured.
            self._show_text(f"Drawing {synthetic:,} synthetic digits and outliers\N{HORIZONTAL ELLIPSIS}")

    def show_pace(self, pace: Pace) -> None:
        """Show how far the training is, and how fast."""
        self.progress.setValue(round(_STEPS * pace.progress.epoch / pace.epochs))
        parts = [f"Epoch {min(int(pace.progress.epoch) + 1, pace.epochs)} of {pace.epochs}"]
        if pace.seconds_left is not None:
            parts += [f"{pace.digits_per_second:,.0f} digits/s", f"{duration(pace.seconds_left)} left"]
        self._show_text("  \N{MIDDLE DOT}  ".join(parts))

    def show_measured(self, event: Evaluation) -> None:
        """Show the metrics of the evaluation before the first step, and of the last one; ignore all others."""
        if isinstance(event, TrainingEnd):
            self._show_text(_result(event))
        elif event.step == 0:
            self._show_text(f"Before the first step: {_figures(event)}.")

    def show_failed(self, has_learned: bool) -> None:
        """Say that the training ended early, with something learned or not, or never began."""
        if self._has_started and has_learned:
            self._show_text("The training ended early; its last good network is kept.")
        elif self._has_started:
            self._show_text(
                "The training ended early and learned nothing; the network from before its first step is kept."
            )
        else:
            self._show_text("Nothing was trained; the network in use has not changed.")

    def _show_text(self, text: str) -> None:
        """Show `text`, and that the training is paused, if it is."""
        self._text = text
        is_paused = self._state is TrainingState.PAUSED
        self.status.setText(f"Paused  \N{MIDDLE DOT}  {text}" if is_paused else text)
        # Where the window is too narrow for it.
        self.status.setToolTip(self.status.text())


def _result(event: TrainingEnd) -> str:
    if event.stopped:
        when = f"{event.epoch:.1f} epochs" if event.epoch >= 1 else f"{event.step:,} steps"
        return f"Stopped after {when}; sample: {_figures(event)}. Continue resumes there."
    return f"Done: {_figures(event, 2)}, test accuracy {100 * (event.test_accuracy or 0):.2f} %."


def _figures(event: Evaluation, decimals: int = 1) -> str:
    figures = [f"training {100 * event.train_accuracy:.{decimals}f} %"]
    if event.validation_accuracy is not None:
        figures.append(f"validation {100 * event.validation_accuracy:.{decimals}f} %")
    return ", ".join(figures)
