"""One plot of metrics of several runs. The foremost run may grow."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product, zip_longest

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from digitpad.app.curves.backdrop import Backdrop, Band, Line, Upright
from digitpad.app.curves.growing_line import GrowingLine, GrowingLines
from digitpad.app.curves.mark_line import MarkLine
from digitpad.app.curves.plotted_run import Mark, PlottedRun, usual
from digitpad.app.curves.points import Floats, on_axis, smoothed, thinned
from digitpad.app.curves.stars import Star, Stars
from digitpad.app.curves.value_axis import ValueAxis
from digitpad.app.widgets.theme_colors import Colors
from digitpad.engine.runs import seeds

#: Points of a line that does not grow; a plot is no wider in pixels.
_MOST_POINTS = 1_500
_RAW_OPACITY, _RUNNING_OPACITY = 0.35, 0.6
_HOLDOUT = "validation"
#: How high the words of marks stand, in turn, as shares of the plot.
_WORDS_AT = (0.92, 0.78, 0.64, 0.5)
#: The share of a run so far whose points may leave the view, so that the plunge at the start hides nothing later.
_FORGOTTEN = 0.1
#: The lowest and the highest of some values.
Extent = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Manner:
    """How values are shown: the horizontal `axis`, a `window` to smooth over, and the kind of the vertical axis.

    `as_error` shows 1 minus the accuracy; `percent` shows shares of 1 as percentages.
    """

    axis: str = "epoch"
    window: int = 1
    is_logarithmic: bool = False
    as_error: bool = False
    percent: bool = False
    lowest: float = 1e-5

    def values(self, y: Floats) -> Floats:
        """Return what is shown of measured values, in the axis' unit."""
        y = 1 - y if self.as_error else y
        return 100 * y if self.percent else y

    def places(self, y: Floats) -> Floats:
        """Return where measured values lie on the vertical axis."""
        return on_axis(self.values(y), is_logarithmic=self.is_logarithmic, lowest=self.lowest)


class FigurePlot:
    """Draws the metrics `figures` of runs in the plot `item`."""

    def __init__(self, view: pg.GraphicsLayoutWidget, row: int, column: int, figures: Sequence[str]) -> None:
        self.figures = figures
        self.axis = ValueAxis("left")
        self.item = view.addPlot(
            row=row, col=column, enableMenu=False, axisItems={"left": self.axis, "bottom": ValueAxis("bottom")}
        )
        self.item.hideButtons()
        self.backdrop = Backdrop(self.item.getViewBox())
        self.lines = [GrowingLine(figure) for figure in figures]
        self._growing = GrowingLines(self.lines)
        self.best = Stars()
        self.cursor = pg.InfiniteLine(angle=90, movable=False)
        self.cursor.hide()
        for item in (self._growing, self.best, self.cursor):
            self.item.addItem(item, ignoreBounds=True)
        self._marks: list[pg.InfiniteLine] = []
        self.manner = Manner()
        self._is_alone = True
        self.item.getViewBox().sigXRangeChanged.connect(self._redraw)

    def show_manner(self, manner: Manner) -> None:
        """Show values in another manner from now on."""
        if manner.axis != self.manner.axis:
            for line in self.lines:
                line.restart()
        self.manner = manner
        self.axis.show_logarithmic(manner.is_logarithmic)
        self._redraw()

    def _redraw(self) -> None:
        """Draw at the next occasion what has come into view."""
        for line in self.lines:
            line.redraw()

    def restart(self) -> None:
        """Drop all points of the foremost run: another run takes its place."""
        for line in self.lines:
            line.restart()
            line.follow(None, self.manner.axis)

    def follow(self, run: PlottedRun | None) -> bool:
        """Draw what is new in the foremost run; tell whether there was anything."""
        for line in self.lines:
            line.follow(run.history if run is not None else None, self.manner.axis)
        view = tuple(self.item.getViewBox().viewRange()[0])
        drawn = [line.draw(self.manner.places, self.manner.window, view) for line in self.lines]
        if any(drawn):
            self._growing.update()
        return any(drawn)

    def show_others(self, runs: Sequence[PlottedRun], shades: Colors) -> None:
        """Draw the runs that do not grow."""
        lines, bands, uprights = list[Line](), list[Band](), list[Upright]()
        for run in runs:
            color = shades.run(run.color_index)
            uprights += [Upright(self._place(run, mark), color) for mark in run.turns]
            for figure in self.figures:
                lines += self.still(run, figure, color)
                if run.siblings and _HOLDOUT in figure:
                    x, low, high = seeds.spread_of(run.siblings, figure, self.manner.axis)
                    bands.append(Band(x, self.manner.places(low), self.manner.places(high), color))
        stars = [star for run in runs for star in self._stars(run, shades)]
        self.backdrop.show_lines(lines, bands, stars, uprights)

    def still(self, run: PlottedRun, figure: str, color: str) -> list[Line]:
        """Return the line of a metric of a run that does not grow, and the line of its raw points if it is smoothed."""
        x, y = run.history.series(figure, self.manner.axis)
        is_there = ~np.isnan(y) & run.history.tells(figure)
        x, y = thinned(x[is_there], self.manner.places(y[is_there]), _MOST_POINTS)
        if not len(x):
            return []
        is_dashed, opacity = _HOLDOUT in figure, _RUNNING_OPACITY if figure == "running_cost" else 1.0
        line = Line(x, smoothed(y, self.manner.window), color, opacity, is_dashed)
        return [line] if self.manner.window <= 1 else [line, Line(x, y, color, _RAW_OPACITY, is_dashed)]

    def show_best(self, foremost: PlottedRun | None, shades: Colors) -> None:
        """Mark the epoch with the lowest validation cost of the foremost run."""
        self.best.show_stars([] if foremost is None else self._stars(foremost, shades))

    def _stars(self, run: PlottedRun, shades: Colors) -> list[Star]:
        number = run.history.best
        figure = next((f for f in self.figures if _HOLDOUT in f), None)
        if number is None or figure is None:
            return []
        x, y = (run.history.columns[name][number] for name in (self.manner.axis, figure))
        color = shades.validation if self._is_alone else shades.run(run.color_index)
        return [Star(x, float(self.manner.places(np.array([y]))[0]), color, shades.paper)]

    def show_marks(self, run: PlottedRun | None, shades: Colors, *, with_words: bool) -> None:
        """Mark where something happened to the foremost run."""
        marks = run.marks if run is not None else []
        while len(self._marks) < len(marks):
            self._marks.append(self._new_mark())
        for number, (line, mark) in enumerate(zip_longest(self._marks, marks)):
            line.setVisible(mark is not None)
            if mark is None or run is None:
                continue
            color = shades.error if mark.is_bad else shades.hint
            line.setPos(self._place(run, mark))
            line.setPen(pg.mkPen(color, width=1, style=Qt.PenStyle.DotLine))
            line.label.setColor(color)
            line.label.setFormat(mark.text if with_words else "")
            # Words of marks that lie close to each other are read below each other.
            high = _WORDS_AT[number % len(_WORDS_AT)]
            line.label.setPosition(high if mark.height is None else mark.height)

    def _place(self, run: PlottedRun, mark: Mark) -> float:
        """Return where `mark` lies on the horizontal axis."""
        return float(run.history.place(np.array([mark.epoch]), self.manner.axis)[0])

    def _new_mark(self) -> pg.InfiniteLine:
        """Add a line and return it. Lines are never removed: Qt and pyqtgraph both own them, so deleting is unsafe."""
        line = MarkLine(angle=90, label="", labelOpts={"position": 0.9, "movable": False})
        self.item.addItem(line, ignoreBounds=True)
        return line

    def apply_colors(self, shades: Colors, run: PlottedRun | None, *, is_alone: bool) -> None:
        """Take the theme's colors; alone, training and validation have one each, else each run has its own."""
        self.item.showGrid(x=True, y=True, alpha=0.15)
        for side in ("left", "bottom"):
            self.item.getAxis(side).setPen(shades.border)
            self.item.getAxis(side).setTextPen(shades.hint)
        self.cursor.setPen(pg.mkPen(shades.hint, width=1))
        self._is_alone = is_alone
        own = shades.run(run.color_index if run is not None else 0)
        for line in self.lines:
            is_holdout = _HOLDOUT in line.figure
            color = QColor((shades.validation if is_holdout else shades.training) if is_alone else own)
            faint = QColor(color)
            faint.setAlphaF(_RAW_OPACITY)
            style = Qt.PenStyle.DashLine if is_holdout else Qt.PenStyle.SolidLine
            is_running = line.figure == "running_cost"
            if is_running:
                color.setAlphaF(_RUNNING_OPACITY)
            line.line.pen = pg.mkPen(color, width=1 if is_running else 2, style=style)
            line.is_fine = not is_running
            line.redraw()
            line.raw.pen = pg.mkPen(faint, width=1, style=style)

    def extents(
        self, runs: Sequence[PlottedRun], foremost: PlottedRun | None, highest: float
    ) -> tuple[Extent | None, Extent | None]:
        """Return the lowest and highest values of all `runs`, and those of the usual runs alone (see `usual`).

        Either is None if nothing was measured. Values above `highest` are left out, and so is the beginning of each
        line, the share `_FORGOTTEN` of its length.
        """
        some = usual(runs, foremost)
        of_some = self._extent(some, foremost, highest)
        of_all = of_some if len(some) == len(runs) else self._extent(runs, foremost, highest)
        return of_all, of_some or of_all

    def _extent(self, runs: Sequence[PlottedRun], foremost: PlottedRun | None, highest: float) -> Extent | None:
        lines = [(line.x, line.y) for line in self.lines]
        for history, figure in product((run.history for run in runs if run is not foremost), self.figures):
            tells = history.tells(figure)
            x, y = history.series(figure, self.manner.axis)
            lines.append((x[tells], y[tells]))
        lines = [(x[usual], y[usual]) for x, y in lines for usual in [np.isfinite(y) & (y <= highest)]]
        late = [y[x >= _FORGOTTEN * x[-1]] for x, y in lines if len(x)]
        found = np.concatenate([np.empty(0), *late])
        return (float(found.min()), float(found.max())) if len(found) else None
