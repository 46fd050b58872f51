"""A line that grows while it is drawn."""

from collections.abc import Callable, Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from digitpad.app.curves.plot_strokes import stroke
from digitpad.app.curves.points import Floats, smoothed, thinned
from digitpad.app.curves.view_item import ViewItem
from digitpad.engine.runs.history import RUNNING_COST, History

#: About how many points of a line are kept, more than a plot is wide in pixels, and how many are drawn.
_MOST_POINTS, _MOST_DRAWN = 4_000, 300
#: A line of more points is drawn without antialiasing, which would cost ten times as much.
_MOST_SMOOTH = 160


class Curve:
    """A line through points in a plot's own coordinates, and nothing more: pyqtgraph's own takes twice as long."""

    def __init__(self) -> None:
        self.xs: Floats = np.empty(0)
        self.ys: Floats = np.empty(0)
        self.pen = QPen()
        self._path = QPainterPath()
        self._is_smooth = False

    def show_points(self, x: Floats, y: Floats, *, is_smooth: bool) -> None:
        """Draw a line through these points from now on, antialiased if it `is_smooth`."""
        self.xs, self.ys, self._is_smooth = x, y, is_smooth
        self._path = pg.arrayToQPath(x, y)

    def paint(self, painter: QPainter, widget: QWidget | None) -> None:
        """Draw the line with its pen; `widget` is None when it is exported to a file."""
        if len(self.xs):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, self._is_smooth)
            stroke(painter, self._path, self.pen, widget)


class GrowingLine:
    """The line of a metric, and if it is smoothed, the line of its raw points. `draw` updates both."""

    def __init__(self, figure: str) -> None:
        self.figure = figure
        #: The measured points that the line is drawn through (see `History.tells`), in order.
        self.x: Floats = np.empty(0)
        self.y: Floats = np.empty(0)
        self._epochs = 0
        self.raw, self.line = Curve(), Curve()
        #: Whether it is antialiased, as long as it is short.
        self.is_fine = True
        self._seen = 0
        self._is_dirty = True
        self._has_raw = False

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
        # With each further epoch other points tell something.
        epochs = history.epochs if history.has_many_epochs and self.figure != RUNNING_COST else 0
        if epochs != self._epochs:
            self.restart()
            self._epochs = epochs
        x, y = history.series(self.figure, axis, self._seen)
        is_there = ~np.isnan(y) & history.tells(self.figure, self._seen)
        self._seen = count
        self.x, self.y = np.concatenate([self.x, x[is_there]]), np.concatenate([self.y, y[is_there]])
        if len(self.x) > 2 * _MOST_POINTS:
            self.x, self.y = thinned(self.x, self.y, _MOST_POINTS)
        self._is_dirty = True

    def draw(self, to_axis: Callable[[Floats], Floats], window: int, view: tuple[float, float]) -> bool:
        """Bring the line up to date, as far as it lies in `view`; tell whether there was anything to do."""
        if not self._is_dirty:
            return False
        self._is_dirty = False
        # One point beyond either edge, so that the line leaves the view there.
        first, last = np.searchsorted(self.x, view)
        part = slice(max(0, int(first) - 1), int(last) + 1)
        y = to_axis(self.y)
        x, fine = thinned(self.x[part], smoothed(y, window)[part], _MOST_DRAWN)
        self.line.show_points(x, fine, is_smooth=self.is_fine and len(x) <= _MOST_SMOOTH)
        if window > 1 or self._has_raw:
            self._has_raw = window > 1
            raw = thinned(self.x[part], y[part], _MOST_DRAWN) if window > 1 else (np.empty(0), np.empty(0))
            self.raw.show_points(*raw, is_smooth=False)
        return True

    def redraw(self) -> None:
        """Draw at the next occasion, whatever is new."""
        self._is_dirty = True


class GrowingLines(ViewItem):
    """Draws lines that grow, all of a plot as one item: Qt asks each item of a scene for a dozen things a frame."""

    def __init__(self, lines: Sequence[GrowingLine]) -> None:
        super().__init__()
        self._curves = [curve for line in lines for curve in (line.raw, line.line)]

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        for curve in self._curves:
            curve.paint(painter, widget)
