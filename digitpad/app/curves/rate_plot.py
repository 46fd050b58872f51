"""The learning rates of runs, in a small plot below the others."""

from collections.abc import Sequence
from pathlib import Path

import pyqtgraph as pg

from digitpad.app.curves.backdrop import Backdrop, Line
from digitpad.app.curves.plotted_run import PlottedRun, usual
from digitpad.app.curves.value_axis import ValueAxis
from digitpad.app.widgets.theme_colors import Colors


class RatePlot:
    """Draws the rate of each run in `item`."""

    def __init__(self, view: pg.GraphicsLayoutWidget) -> None:
        axes = {"left": ValueAxis("left"), "bottom": ValueAxis("bottom")}
        self.item = view.addPlot(row=1, col=0, colspan=2, enableMenu=False, axisItems=axes)
        # Beside an axis so short there is no room for both words.
        self._name = pg.LabelItem("Learning rate")
        self._name.setParentItem(self.item.getViewBox())
        self._name.anchor((0, 1), (0, 1), (2, 0))
        self.item.hideButtons()
        self.item.setMaximumHeight(78)
        self.item.setMinimumHeight(66)
        self.item.setMouseEnabled(y=False)
        self._backdrop = Backdrop(self.item.getViewBox())
        self.cursor = pg.InfiniteLine(angle=90, movable=False)
        self.cursor.hide()
        self.item.addItem(self.cursor, ignoreBounds=True)
        #: Of runs that do not grow, by their folders.
        self._lines: dict[Path, Line] = {}

    def forget(self) -> None:
        """Draw all lines anew the next time: other runs, another axis, other colors."""
        self._lines.clear()

    def show_runs(self, runs: Sequence[PlottedRun], foremost: PlottedRun | None, axis: str, shades: Colors) -> float:
        """Draw the rates of `runs`, of which only `foremost` may have grown; return the highest of the usual ones."""
        if foremost is not None:
            self._lines.pop(foremost.folder, None)
        is_alone = len(runs) <= 1
        for run in runs:
            if run.folder not in self._lines:
                color = shades.training if is_alone else shades.run(run.color_index)
                self._lines[run.folder] = Line(*run.history.rates(run.config, axis), color, 1.0, is_dashed=False)
        self._backdrop.show_lines([self._lines[run.folder] for run in runs])
        tops = (float(self._lines[run.folder].y.max(initial=0)) for run in usual(runs, foremost))
        top = max(tops, default=0.0) or 1.0
        self.item.getAxis("left").setTicks([[(0, "0"), (top, f"{float(f'{top:.2g}'):g}")]])
        return top

    def apply_colors(self, shades: Colors) -> None:
        """Take the theme's colors."""
        for side in ("left", "bottom"):
            self.item.getAxis(side).setPen(shades.border)
            self.item.getAxis(side).setTextPen(shades.hint)
        self.cursor.setPen(pg.mkPen(shades.hint, width=1))
        self._name.setText(self._name.text, color=shades.hint)
        self.item.showGrid(x=True, y=False, alpha=0.15)
