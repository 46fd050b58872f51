"""A value axis with readable numbers, linear or logarithmic."""

import math
from collections.abc import Iterable
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QGraphicsItem, QWidget

from digitpad.app.widgets.zoom import zoom_of

#: The width in pixels of the left axis, with its numbers and label. It is the same in all plots, so that they align.
_LEFT_WIDTH = 56
#: Decades that are labeled at most.
_MOST_LABELS = 5


def left_width(widget: QWidget) -> int:
    """Return how wide the axes left of plots in `widget` are."""
    return round(_LEFT_WIDTH * zoom_of(widget))


def fit_letters(plots: Iterable[pg.PlotItem], widget: QWidget) -> None:
    """Give the axes of `plots` the font of the `widget` that contains them, and room for it."""
    for plot in plots:
        plot.getAxis("left").setWidth(left_width(widget))
        for side in ("left", "bottom"):
            plot.getAxis(side).label.setFont(widget.font())


class ValueAxis(pg.AxisItem):
    """As pyqtgraph's, but on a logarithmic axis with at most a handful of labels: powers of ten, or 1, 2 and 5."""

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation)
        self.is_logarithmic = False
        self.enableAutoSIPrefix(False)
        # Numbers and grid change seldom, curves every frame; drawn from a cache they cost half.
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self._bounds, self._bounds_of = QRectF(), tuple[Any, ...]()

    def boundingRect(self) -> QRectF:
        # Qt asks a dozen times a frame, and pyqtgraph would work it out anew each time.
        view = self.linkedView()
        where = (self.geometry(), None if view is None else view.geometry(), self.grid)
        if where != self._bounds_of:
            self._bounds, self._bounds_of = super().boundingRect(), where
        return QRectF(self._bounds)

    def show_logarithmic(self, on: bool) -> None:
        """Label powers of ten from now on, or plain values."""
        self.is_logarithmic = on
        self.picture = None
        self.update()

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        if not self.is_logarithmic:
            found: list[tuple[float, list[float]]] = super().tickValues(low, high, size)
            return found[:2]
        return [(1.0, log_ticks(low, high))]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        if not self.is_logarithmic:
            strings: list[str] = super().tickStrings(values, scale, spacing)
            # Nothing that is shown here is negative, only the margin is; blanks keep its place among the labels.
            blank = "\N{FIGURE SPACE}"
            return [blank * len(text) if value < 0 else text for value, text in zip(values, strings, strict=True)]
        return [label(10**value) for value in values]

    def generateDrawSpecs(self, painter: Any) -> Any:
        # pyqtgraph labels only one level where the second would crowd it.
        self.setStyle(maxTextLevel=0 if self.is_logarithmic else 1)
        return super().generateDrawSpecs(painter)


def log_ticks(low: float, high: float) -> list[float]:
    """Return where to put labels between two powers of ten: about five at most, and where possible at least two."""
    first, last = math.ceil(low - 1e-9), math.floor(high + 1e-9)
    if last - first >= 2:
        stride = math.ceil((last - first + 1) / _MOST_LABELS)
        return [float(power) for power in range(first, last + 1) if power % stride == 0]
    span = 10**high - 10**low
    fine = [math.log10(k * 10.0**power) for power in range(math.floor(low), math.ceil(high) + 1) for k in (1, 2, 5)]
    inside = [tick for tick in fine if low <= tick <= high]
    if len(inside) >= 2:
        return inside
    step = 10.0 ** math.floor(math.log10(span / 2)) if span > 0 else 1.0
    step *= 2 if span / step > _MOST_LABELS else 1
    values = [k * step for k in range(math.ceil(10**low / step), math.floor(10**high / step) + 1)]
    return [math.log10(value) for value in values if value > 0][:_MOST_LABELS]


def label(value: float) -> str:
    """Return a value as short as it can be read: 0.001, 20, 1e9."""
    if 1e-4 <= value < 1e5:
        return f"{value:.6g}"
    return f"{value:.0e}".replace("e+0", "e").replace("e+", "e").replace("e-0", "e-")
