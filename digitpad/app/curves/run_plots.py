"""Cost, accuracy and learning rate of runs over each other."""

import math
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from digitpad.app.curves import readout
from digitpad.app.curves.figure_plot import FigurePlot, Manner
from digitpad.app.curves.plotted_run import HIGHEST_COST, PlottedRun
from digitpad.app.curves.pointer import Pointer
from digitpad.app.curves.points import LOWEST_COST, LOWEST_ERROR
from digitpad.app.curves.rate_plot import RatePlot
from digitpad.app.curves.value_axis import fit_letters, left_width
from digitpad.app.widgets.theme_colors import colors
from digitpad.engine.runs.history import RUNNING_COST, History

_SECONDS_BETWEEN_RANGES, _SECONDS_BETWEEN_MARKS = 0.25, 0.8
#: A training of at most so many epochs is shown whole from its start; a longer one up to this multiple of its progress.
_FEW_EPOCHS, _AHEAD = 10, 1.5
#: The share of a range that must be in use, or it shrinks.
_LEAST_USE = 0.75
#: The least range, as a share of its values.
_LEAST_SPAN = 0.02
_HIGHEST_LOG_COST = 1e12
_NAMES = {"epoch": "Epoch", "step": "Step", "seconds": "Training time (s)"}
_LABEL = 9  #: Screen pixels that a label at the edge of an axis needs.


class RunPlots(QWidget):
    """Three plots over one horizontal axis; the foremost run may grow, the others are a picture behind it."""

    pointed = Signal(float)  # a place on the horizontal axis was clicked
    laid_out = Signal()  # the plots have other places

    def __init__(self) -> None:
        super().__init__()
        self.view = pg.GraphicsLayoutWidget()
        self.view.setAccessibleName("Curves of cost, accuracy and learning rate")
        self.view.setAccessibleDescription("The tab Numbers shows the same figures as a table")
        self.view.ci.layout.setContentsMargins(0, 0, 0, 0)
        self.view.ci.layout.setSpacing(4)
        self.cost = FigurePlot(self.view, 0, 0, (RUNNING_COST, "train_cost", "validation_cost"))
        self.accuracy = FigurePlot(self.view, 0, 1, ("train_accuracy", "validation_accuracy"))
        self.rates = RatePlot(self.view)
        self.rate = self.rates.item
        self._items = (self.cost.item, self.accuracy.item, self.rate)
        self.runs: list[PlottedRun] = []
        self.foremost: PlottedRun | None = None
        self._drawn: History | None = None  #: The history of the foremost run, as far as points of it are drawn.
        #: What is on the horizontal axis.
        self.axis = "epoch"
        self._window = 1
        self._is_logarithmic = self._as_error = False
        self._is_following = True
        self._ranged_at = self._marked_at = 0.0
        self._marked = (-1, -1)
        self._shown: dict[tuple[pg.PlotItem, str], tuple[float, float]] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        for item in self._items:
            # Not linked by pyqtgraph, which would align places on the screen, and these lie beside each other.
            item.getViewBox().sigXRangeChanged.connect(self._on_x_range_changed)
            item.getViewBox().sigRangeChangedManually.connect(self._on_range_changed_manually)
            item.getViewBox().sigResized.connect(self.laid_out)
        cursors = (self.cost.cursor, self.accuracy.cursor, self.rates.cursor)
        self.pointer = Pointer(self.view, cursors, self._place, self._told)
        self.view.scene().sigMouseClicked.connect(self._click)
        fit_letters(self._items, self)
        self._show_manner()
        self.show_runs([], None)

    @property
    def corners(self) -> list[QPoint]:
        """The lower left corner of the room that cost, accuracy and rate have with their axes, in that order."""
        places = [item.vb.sceneBoundingRect().bottomLeft() for item in self._items]
        left = QPoint(left_width(self), 0)
        return [self.view.mapTo(self, self.view.mapFromScene(place)) - left for place in places]

    def show_runs(self, runs: Sequence[PlottedRun], foremost: PlottedRun | None) -> None:
        """Show `runs` from now on, `foremost`, one of them, in front."""
        history = None if foremost is None else foremost.history
        if history is not self._drawn:
            self._drawn = history
            for plot in (self.cost, self.accuracy):
                plot.restart()
        shown, before = ({run.folder for run in some} for some in (runs, self.runs))
        self.runs, self.foremost = list(runs), foremost
        self._marked = (-1, -1)
        self._apply_colors()
        if shown != before:
            self.follow()
        else:
            # The same runs, some of them further: the view stays where the user has put it.
            self.settle()

    def refresh(self) -> None:
        """Draw what is new in the foremost run. Called once a frame; ranges follow a few times a second."""
        drawn = [plot.follow(self.foremost) for plot in (self.cost, self.accuracy)]
        now = time.monotonic()
        if not any(drawn):
            return
        # Not both in one frame: each takes as long as a frame may.
        if now - self._ranged_at > _SECONDS_BETWEEN_RANGES:
            self._range()
        elif now - self._marked_at > _SECONDS_BETWEEN_MARKS:
            self._show_sparse()

    def settle(self) -> None:
        """Draw everything as it is."""
        self.refresh()
        self._show_sparse()
        self._range()
        # What the new ranges have brought into view.
        self.refresh()

    def follow(self) -> None:
        """Show all that was measured, also after the user zoomed somewhere else."""
        self._is_following = True
        self._shown.clear()
        self.settle()

    def show_axis(self, axis: str) -> None:
        """Lay the curves over epochs, steps or seconds."""
        self.axis = axis
        self._show_manner()
        self.follow()

    def smooth(self, window: int) -> None:
        """Smooth curves over so many points; the raw points stay visible, and the view where it is."""
        self._window = window
        self._show_manner()
        self.settle()

    def set_logarithmic(self, on: bool) -> None:
        """Give the cost a logarithmic axis, or a linear one; to the right and left the view stays where it is."""
        self._is_logarithmic = on
        self._show_manner()
        self._renew_range(self.cost)

    def set_error(self, on: bool) -> None:
        """Show the error on a logarithmic axis in place of the accuracy, as `set_logarithmic` does."""
        self._as_error = on
        self._show_manner()
        self._renew_range(self.accuracy)

    def _renew_range(self, plot: FigurePlot) -> None:
        """Let the vertical range of `plot`, whose axis is another one now, show all that was measured."""
        self._shown.pop((plot.item, "y"), None)
        (self._range_cost if plot is self.cost else self._range_accuracy)()
        self.settle()

    def _show_manner(self) -> None:
        manner = Manner(self.axis, self._window)
        self.cost.show_manner(replace(manner, is_logarithmic=self._is_logarithmic, lowest=LOWEST_COST))
        on = self._as_error
        shares = replace(manner, percent=True, as_error=on, is_logarithmic=on, lowest=LOWEST_ERROR)
        self.accuracy.show_manner(shares)
        self.cost.item.setLabel("left", "Cost (nats)")
        self.accuracy.item.setLabel("left", "Error (%)" if self._as_error else "Accuracy (%)")
        self.rate.setLabel("bottom", _NAMES[self.axis])
        self._marked = (-1, -1)
        self._show_others()

    def _show_others(self) -> None:
        shades = colors(self.palette())
        self.rates.forget()
        others = [run for run in self.runs if run is not self.foremost]
        for plot in (self.cost, self.accuracy):
            plot.show_others(others, shades)

    def _show_sparse(self) -> None:
        """Bring up to date what changes seldom: marks, best epochs, the rate."""
        self._marked_at = time.monotonic()
        foremost = self.foremost
        version = (foremost.history.version if foremost else 0, len(foremost.marks) if foremost else 0)
        if version == self._marked:
            return
        self._marked = version
        shades = colors(self.palette())
        for plot in (self.cost, self.accuracy):
            plot.show_best(foremost, shades)
            plot.show_marks(foremost, shades, with_words=plot is self.cost)
        top = self.rates.show_runs(self.runs, foremost, self.axis, shades)
        self._show(self.rate, "y", 0, top)

    def _range(self) -> None:
        """Move the view to what has been measured, unless the user looks elsewhere."""
        self._ranged_at = time.monotonic()
        if not self._is_following or not self.runs:
            return
        ends = [float(run.history.place(np.array([run.history.epoch]), self.axis)[0]) for run in self.runs]
        self._range_cost()
        self._range_accuracy()
        self._range_x(max(ends, default=0.0))

    def _range_cost(self) -> None:
        # A divergence leaves the view on a linear axis, where all else would be flat; its mark stays.
        highest = _HIGHEST_LOG_COST if self._is_logarithmic else HIGHEST_COST
        cost, usually = self.cost.extents(self.runs, self.foremost, highest)
        if cost is not None and usually is not None:
            low, high = self.cost.manner.places(np.array([cost[0] if self._is_logarithmic else 0.0, usually[1]]))
            self._show(self.cost.item, "y", float(low), float(high))

    def _range_accuracy(self) -> None:
        accuracy, usually = self.accuracy.extents(self.runs, self.foremost, 1.0)
        if accuracy is not None and usually is not None:
            worst, best = (usually[0], accuracy[1]) if self._as_error else (min(0.99, usually[0]), 1.0)
            places = self.accuracy.manner.places(np.array([worst, best]))
            self._show(self.accuracy.item, "y", float(places.min()), float(places.max()))

    def _range_x(self, now: float) -> None:
        if self.axis != "epoch":
            self._show(self.rate, "x", 0, max(now, 1e-3), ahead=1.2)
            return
        planned = max([run.epochs for run in self.runs] + [now], default=1.0)
        # A long training is unrolled as it goes.
        end = min(planned, max(_FEW_EPOCHS, now))
        self._show(self.rate, "x", 0, max(end, 1e-3), ahead=min(_AHEAD, planned / end) if end else 1.0)

    def _show(self, plot: pg.PlotItem, axis: str, low: float, high: float, ahead: float = 1.0) -> None:
        """Set a range, unless the one that is set still has `low` to `high` in it and hardly more.

        Each change costs ten times a frame, because all numbers at the axes are drawn anew.
        """
        if high - low < _LEAST_SPAN * abs(high):
            # One measurement, or several that are the same: its number shall not fill the axis.
            low, high = low - 0.1 * abs(high), high + 0.1 * abs(high)
        if high <= low:
            low, high = low - 0.5, high + 0.5
        shown_low, shown_high = self._shown.get((plot, axis), (math.inf, -math.inf))
        is_inside = shown_low <= low and high <= shown_high
        if not is_inside or high * ahead - low < _LEAST_USE * (shown_high - shown_low):
            self._shown[plot, axis] = low, high * ahead
            padding = min(0.2, max(0.03, _LABEL / max(40.0, float(plot.vb.height()))))
            (plot.setXRange if axis == "x" else plot.setYRange)(low, high * ahead, padding=padding)

    def _on_x_range_changed(self, moved: pg.ViewBox, place: tuple[float, float]) -> None:
        """Show the same horizontal range in all plots."""
        for item in self._items:
            view = item.getViewBox()
            if view is not moved and tuple(view.viewRange()[0]) != tuple(place):
                view.setXRange(*place, padding=0)

    def _on_range_changed_manually(self) -> None:
        """Leave the view where the user has moved it, and draw what has come into it."""
        self._is_following = False
        self.refresh()

    def _told(self, place: float) -> str:
        return readout.html(self.runs, self.axis, place, colors(self.palette()))

    def _click(self, event: Any) -> None:
        place = self._place(event.scenePos())
        if place is not None and self.foremost is not None:
            self.pointed.emit(place)

    def _place(self, position: QPointF) -> float | None:
        """Return where on the horizontal axis a position in the scene lies, None outside of the plots."""
        for item in self._items:
            if item.vb.sceneBoundingRect().contains(position):
                place = float(item.vb.mapSceneToView(position).x())
                return place if place >= 0 else None
        return None

    def _apply_colors(self) -> None:
        shades = colors(self.palette())
        self.view.setBackground(None)
        for plot in (self.cost, self.accuracy):
            plot.apply_colors(shades, self.foremost, is_alone=len(self.runs) <= 1)
        self.rates.apply_colors(shades)
        self._marked = (-1, -1)
        self._show_others()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._shown.clear()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.FontChange:
            fit_letters(self._items, self)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.DevicePixelRatioChange):
            self._apply_colors()
            self.settle()
        super().changeEvent(event)
