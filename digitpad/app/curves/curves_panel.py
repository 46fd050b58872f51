"""The curves with their legend, the choice of axes and smoothing."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QStackedLayout, QVBoxLayout, QWidget

from digitpad.app.curves.legend import Legend
from digitpad.app.curves.plotted_run import PlottedRun
from digitpad.app.widgets.choice import choice
from digitpad.app.widgets.help_button import HelpButton
from digitpad.app.widgets.wheel_guard import WheelGuard

if TYPE_CHECKING:
    from digitpad.app.curves.run_plots import RunPlots

_EMPTY = "Press Start: the cost falls here and the accuracy rises,\non digits that are learned and on those held out"
_AXES = {"Epochs": "epoch", "Steps": "step", "Seconds": "seconds"}
#: The pages of help about cost, accuracy and rate, and what they are about.
_PAGES = (("cost", "cost"), ("validation", "accuracy and validation"), ("learning-rate", "the learning rate"))
#: Points to smooth over, at each place of the slider.
_WINDOWS = (1, 3, 5, 9, 15, 25, 41)


class CurvesPanel(QWidget):
    """Plots with their legend and controls above them; until there is something to plot, a hint in their place."""

    pointed = Signal(float)  # a place on the horizontal axis was clicked

    def __init__(self) -> None:
        super().__init__()
        self._plots: RunPlots | None = None
        self._is_logarithmic = self._is_error = False
        #: What is read where no curve is.
        self.empty = QLabel(_EMPTY)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setProperty("role", "hint")
        self.legend = Legend()
        # Its place stays, or what is beside it would spread.
        policy = self.legend.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.legend.setSizePolicy(policy)
        self.legend.hide()
        self.axis = choice("Horizontal axis", _AXES, "What the horizontal axis counts")
        self.smoothing = QSlider(Qt.Orientation.Horizontal)
        self.smoothing.setRange(0, len(_WINDOWS) - 1)
        self.smoothing.setFixedWidth(80)
        self.smoothing.setAccessibleName("Smoothing")
        self.smoothing.setToolTip("Smooth the curves; the measured points stay visible behind them")
        WheelGuard(self.smoothing)
        #: One for each plot, in the corner where its axes meet: nothing is drawn there.
        self.help_buttons = [HelpButton(page, subject, self) for page, subject in _PAGES]
        for button in self.help_buttons:
            button.hide()
        self._stack = QStackedLayout()
        self._stack.addWidget(self.empty)
        self._lay_out()
        self.setMinimumHeight(200)

    def _lay_out(self) -> None:
        smooth = QLabel("Smooth")
        smooth.setProperty("role", "hint")
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.legend, 1)
        for widget in (smooth, self.smoothing, self.axis):
            top.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addLayout(self._stack, 1)

    @property
    def plots(self) -> "RunPlots":
        """The plots, created at first use: importing pyqtgraph takes as long as importing all the rest."""
        if self._plots is None:
            from digitpad.app.curves.run_plots import RunPlots

            self._plots = RunPlots()
            self._plots.pointed.connect(self.pointed)
            self._plots.show_axis(self.horizontal)
            self._plots.smooth(_WINDOWS[self.smoothing.value()])
            self._plots.set_logarithmic(self._is_logarithmic)
            self._plots.set_error(self._is_error)
            self._stack.addWidget(self._plots)
            self._plots.laid_out.connect(self._place_help)
            self.axis.currentTextChanged.connect(lambda text: self.plots.show_axis(_AXES[text]))
            self.smoothing.valueChanged.connect(lambda place: self.plots.smooth(_WINDOWS[place]))
        return self._plots

    def _place_help(self) -> None:
        """Put each question mark into the corner of its plot."""
        for button, corner in zip(self.help_buttons, self.plots.corners, strict=True):
            size = button.sizeHint()
            place = self.plots.mapTo(self, corner)
            button.setGeometry(place.x(), place.y() + 2, size.width(), size.height())
            button.raise_()

    def show_hint(self, hint: str) -> None:
        """Say this until there is something to plot."""
        self.empty.setText(hint)

    def prepare(self) -> None:
        """Make the plots now, so that nobody waits for them later."""
        _ = self.plots

    @property
    def runs(self) -> list[PlottedRun]:
        """The runs that are shown."""
        return [] if self._plots is None else self._plots.runs

    @property
    def has_points(self) -> bool:
        """Whether there is anything to see."""
        return any(run.history.epoch or len(run.history) for run in self.runs)

    @property
    def horizontal(self) -> str:
        """What is on the horizontal axis: epoch, step or seconds."""
        return _AXES[self.axis.currentText()]

    def show_runs(self, runs: Sequence[PlottedRun], foremost: PlottedRun | None) -> None:
        """Show `runs`, `foremost` in front."""
        if runs or self._plots is not None:
            self.plots.show_runs(runs, foremost)
        self.legend.show_alone(len(runs) <= 1)
        self._show_plots()

    def refresh(self) -> None:
        """Draw what is new in the foremost run."""
        if self._plots is not None and self._plots.foremost is not None:
            self._show_plots()
            self._plots.refresh()

    def fit(self) -> None:
        """Show all that was measured, also after the user zoomed somewhere else."""
        if self._plots is not None:
            self._plots.follow()

    def set_logarithmic(self, on: bool) -> None:
        """Give the cost a logarithmic axis, or a linear one."""
        self._is_logarithmic = on
        if self._plots is not None:
            self._plots.set_logarithmic(on)

    def set_error(self, on: bool) -> None:
        """Show the error on a logarithmic axis in place of the accuracy."""
        self._is_error = on
        if self._plots is not None:
            self._plots.set_error(on)

    def _show_plots(self) -> None:
        """Show plots and legend as soon as there is something in them."""
        has_points = self.has_points
        self._stack.setCurrentIndex(1 if has_points else 0)
        self.legend.setVisible(has_points)
        for button in self.help_buttons:
            button.setVisible(has_points)
