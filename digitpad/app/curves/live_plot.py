"""Two live plots over each other, cost and accuracy by epoch. They know events' figures, no threads and no networks."""

import math
import time
from collections.abc import Callable, Sequence

import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QGraphicsItem, QVBoxLayout, QWidget

from digitpad.app.look.theme_colors import colors
from digitpad.engine.training.events import Evaluation, Progress

_SECONDS_BETWEEN_RANGES = 0.25
_MOST_POINTS = 10_000
#: A training of no more epochs is shown whole from its start; a longer one up to so many times its present.
_FEW_EPOCHS, _AHEAD = 10, 1.5
#: The share of a range that must be in use, or it shrinks.
_LEAST_USE = 0.75
_LOWEST_COST = 1e-4
#: Guessing costs 2.3; what once was beyond this was a divergence, and would flatten everything else.
_HIGHEST_COST = 20.0
#: The share of the epochs so far whose points may leave the view, so that the plunge at the start hides nothing later.
_FORGOTTEN = 0.1


class Curve:
    """Points that come one by one, and the line through them, which is drawn when asked."""

    def __init__(self, plot: pg.PlotItem, name: str) -> None:
        self.x: list[float] = []
        self.y: list[float] = []
        self._is_dirty = False
        self.item = plot.plot(name=name)

    def append(self, x: float, y: float | None) -> None:
        """Add a point; None, which is not measured, adds nothing. Beyond `_MOST_POINTS` every second one goes."""
        if y is None:
            return
        self.x.append(x)
        self.y.append(y)
        self._is_dirty = True
        if len(self.x) > _MOST_POINTS:
            del self.x[1:-1:2], self.y[1:-1:2]

    def clear(self) -> None:
        """Forget all points."""
        self.x, self.y = [], []
        self._is_dirty = True

    def draw(self) -> bool:
        """Bring the line up to date; tell whether there was anything to do."""
        was_dirty = self._is_dirty
        if was_dirty:
            self.item.setData(self.x, self.y)
            self._is_dirty = False
        return was_dirty


class LivePlot(QWidget):
    """Training and validation cost above, accuracies below; both over the same epochs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = pg.GraphicsLayoutWidget()
        self.cost_plot = self._plot(0, "Cost (nats)", legend_y=10)
        self.accuracy_plot = self._plot(1, "Accuracy (%)", legend_y=-10)
        self.accuracy_plot.setLabel("bottom", "Epoch")
        self.cost_plot.setXLink(self.accuracy_plot)
        self.running_cost = Curve(self.cost_plot, "running")
        self.train_cost = Curve(self.cost_plot, "training")
        self.validation_cost = Curve(self.cost_plot, "validation")
        self.train_accuracy = Curve(self.accuracy_plot, "training")
        self.validation_accuracy = Curve(self.accuracy_plot, "validation")
        self._offset = 0.0
        self._last_epoch = 1.0
        self._ranged_at = 0.0
        self._is_following = True
        self._is_logarithmic = False
        self._shown: dict[Callable[..., None], tuple[float, float]] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._view)
        self._range()
        self._colour()

    @property
    def curves(self) -> Sequence[Curve]:
        """All curves, of both plots."""
        return (self.running_cost, self.train_cost, self.validation_cost, self.train_accuracy, self.validation_accuracy)

    def begin(self, epochs: float, *, goes_on: bool) -> None:
        """Expect a training of `epochs`: with new curves, or going on where the old ones end."""
        self._offset = max((curve.x[-1] for curve in self.curves if curve.x), default=0.0) if goes_on else 0.0
        if not goes_on:
            for curve in self.curves:
                curve.clear()
        self._last_epoch = self._offset + epochs
        self.follow()

    def add_progress(self, progress: Progress) -> None:
        """Add a point of the running training cost."""
        x = self._offset + progress.epoch
        if not self.running_cost.x or x > self.running_cost.x[-1]:
            self.running_cost.append(x, progress.cost)

    def add_evaluation(self, event: Evaluation) -> None:
        """Add what `event` measured to the four curves."""
        x = self._offset + event.epoch
        self.train_cost.append(x, event.train_cost)
        self.validation_cost.append(x, event.validation_cost)
        self.train_accuracy.append(x, 100 * event.train_accuracy)
        if event.validation_accuracy is not None:
            self.validation_accuracy.append(x, 100 * event.validation_accuracy)

    def refresh(self) -> None:
        """Draw what is new. Called once a frame; the ranges follow only a few times a second, which is what costs."""
        drawn = [curve for curve in self.curves if curve.draw()]
        if drawn and time.monotonic() - self._ranged_at > _SECONDS_BETWEEN_RANGES:
            self._range()

    def settle(self) -> None:
        """Draw what is left at the end of a training."""
        self.refresh()
        self._range()

    def follow(self) -> None:
        """Show all epochs and all values, also after the user zoomed somewhere else."""
        self._is_following = True
        self._shown.clear()
        self._range()

    def set_logarithmic(self, on: bool) -> None:
        """Give the cost a logarithmic axis, or a linear one."""
        self._is_logarithmic = on
        self.cost_plot.setLogMode(y=on)
        self.follow()

    def _range(self) -> None:
        """Move the view to what has been measured, unless the user looks elsewhere."""
        self._ranged_at = time.monotonic()
        if not self._is_following:
            return
        costs = self._recent(self.running_cost, self.train_cost, self.validation_cost)
        accuracies = self._recent(self.train_accuracy, self.validation_accuracy)
        # Where the curves have got to is in sight, wherever that is.
        newest = [curve.y[-1] for curve in (self.running_cost, self.train_cost, self.validation_cost) if curve.y]
        low, high = min(costs, default=0.01), min(max(costs, default=2.5), max([_HIGHEST_COST, *newest]))
        if self._is_logarithmic:
            low, high = (math.log10(max(cost, _LOWEST_COST)) for cost in (low, high))
            # Between two powers of ten every tick has its number; over several only the powers have.
            self.cost_plot.getAxis("left").setStyle(maxTextLevel=0 if high - low >= 1 else 2)
        self._show(self.cost_plot.setYRange, low if self._is_logarithmic else 0, high)
        self._show(self.accuracy_plot.setYRange, min([99.0, *accuracies]) if accuracies else 0, 100)
        # A long training is unrolled as it goes.
        now = max((curve.x[-1] for curve in self.curves if curve.x), default=0.0)
        end = min(self._last_epoch, max(_FEW_EPOCHS, now))
        self._show(self.accuracy_plot.setXRange, 0, end, ahead=min(_AHEAD, self._last_epoch / end))

    def _show(self, set_range: Callable[..., None], low: float, high: float, ahead: float = 1.0) -> None:
        """Set a range, unless the one that is set still has `low` to `high` in it and hardly more.

        Each change costs ten times a frame, because all numbers at the axes are drawn anew.
        """
        shown_low, shown_high = self._shown.get(set_range, (math.inf, -math.inf))
        is_inside = shown_low <= low and high <= shown_high
        if not is_inside or high * ahead - low < _LEAST_USE * (shown_high - shown_low):
            self._shown[set_range] = low, high * ahead
            set_range(low, high * ahead, padding=0.05)

    def _recent(self, *curves: Curve) -> list[float]:
        """Return the values of all `curves` but those at the very start."""
        now = max((curve.x[-1] for curve in curves if curve.x), default=0.0)
        return [y for curve in curves for x, y in zip(curve.x, curve.y, strict=True) if x >= _FORGOTTEN * now]

    def _leave(self) -> None:
        """Let the view where the user has put it."""
        self._is_following = False

    def _plot(self, row: int, title: str, *, legend_y: int) -> pg.PlotItem:
        plot = self._view.addPlot(row=row, col=0, enableMenu=False)
        plot.setLabel("left", title)
        plot.getAxis("left").setWidth(56)
        for side in ("left", "bottom"):
            plot.getAxis(side).enableAutoSIPrefix(False)
            # Numbers and grid change seldom, curves every frame; drawn from a cache they cost half.
            plot.getAxis(side).setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        plot.hideButtons()
        plot.setDownsampling(auto=True, mode="peak")
        plot.setClipToView(True)
        plot.addLegend(offset=(-10, legend_y), colCount=3, labelTextSize="9pt")
        plot.legend.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        plot.getViewBox().sigRangeChangedManually.connect(self._leave)
        return plot

    def _colour(self) -> None:
        """Take the colours that go with the palette; dashes tell training and validation apart without them."""
        shades = colors(self.palette())
        self._view.setBackground(None)
        for plot in (self.cost_plot, self.accuracy_plot):
            plot.showGrid(x=True, y=True, alpha=0.15)
            plot.legend.setBrush(self.palette().color(QPalette.ColorRole.Window))
            for _, label in plot.legend.items:
                label.setText(label.text, color=shades.ink)
            for side in ("left", "bottom"):
                plot.getAxis(side).setPen(shades.border)
                plot.getAxis(side).setTextPen(shades.hint)
        # pyqtgraph's pens count the screen's own pixels.
        pixel = self.devicePixelRatioF()
        faint = QColor(shades.training)
        faint.setAlpha(130)
        self.running_cost.item.setPen(pg.mkPen(faint, width=pixel))
        for curve, color, dash in (
            (self.train_cost, shades.training, Qt.PenStyle.SolidLine),
            (self.validation_cost, shades.validation, Qt.PenStyle.DashLine),
            (self.train_accuracy, shades.training, Qt.PenStyle.SolidLine),
            (self.validation_accuracy, shades.validation, Qt.PenStyle.DashLine),
        ):
            curve.item.opts["antialias"] = True
            curve.item.setPen(pg.mkPen(color, width=2 * pixel, style=dash))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.DevicePixelRatioChange):
            self._colour()
        super().changeEvent(event)
