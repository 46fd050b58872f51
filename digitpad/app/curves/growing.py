"""A line that grows while it is drawn. It knows one figure of one run."""

from collections.abc import Callable

import numpy as np
import pyqtgraph as pg

from digitpad.app.curves.points import Floats, smoothed, thinned
from digitpad.engine.runs.history import History

#: Points of a line; beyond them it is thinned, which no screen shows.
_MOST_POINTS = 4_000


class GrowingLine:
    """The line of a figure, and under a smoothed one its raw points; drawn when asked."""

    def __init__(self, plot: pg.PlotItem, figure: str) -> None:
        self.figure = figure
        #: All points, in their order, as they were measured.
        self.x: Floats = np.empty(0)
        self.y: Floats = np.empty(0)
        self.raw = pg.PlotDataItem()
        self.line = pg.PlotDataItem()
        plot.addItem(self.raw)
        plot.addItem(self.line)
        self._seen = 0
        self._is_dirty = True

    def restart(self) -> None:
        """Take all points anew at the next `follow`."""
        self.x, self.y = np.empty(0), np.empty(0)
        self._seen = 0
        self._is_dirty = True

    def follow(self, history: History | None, axis: str) -> None:
        """Take in the points that are new in `history`."""
        count = history.count(self.figure) if history is not None else 0
        if history is None or count == self._seen:
            return
        x, y = history.series(self.figure, axis, self._seen)
        self._seen = count
        is_there = ~np.isnan(y)
        self.x, self.y = np.concatenate([self.x, x[is_there]]), np.concatenate([self.y, y[is_there]])
        if len(self.x) > 2 * _MOST_POINTS:
            self.x, self.y = thinned(self.x, self.y, _MOST_POINTS)
        self._is_dirty = True

    def draw(self, to_axis: Callable[[Floats], Floats], window: int) -> bool:
        """Bring the line up to date; tell whether there was anything to do."""
        if not self._is_dirty:
            return False
        self._is_dirty = False
        y = to_axis(self.y)
        self.line.setData(self.x, smoothed(y, window))
        self.raw.setData(self.x if window > 1 else [], y if window > 1 else [])
        return True

    def redraw(self) -> None:
        """Draw at the next occasion, whatever is new."""
        self._is_dirty = True
