"""The metrics of runs: those at one position as an HTML table, and all of them as CSV."""

from collections.abc import Sequence
from html import escape

import numpy as np

from digitpad.app.curves.plotted_run import PlottedRun
from digitpad.app.widgets.theme_colors import Colors
from digitpad.engine.runs.history import AXES, FIGURES, RUNNING_COST

_TITLES = {"epoch": "epoch", "step": "step", "seconds": "seconds"}


def at(run: PlottedRun, axis: str, place: float) -> dict[str, float] | None:
    """Return the measurement of `run` nearest to `place` that its lines are drawn through, None where it has none.

    `is_epoch` tells whether that was of all digits or of a sample, and `rate` the learning rate at `place` itself.
    """
    history = run.history
    x = np.array(history.columns[axis])
    if not len(x) or place > x[-1] * 1.02 + 1e-9:
        return None
    number = int(np.where(history.tells("train_cost"), np.abs(x - place), np.inf).argmin())
    found = {name: column[number] for name, column in history.columns.items()}
    epoch = min(history.epoch_at(place, axis), history.epoch)
    return found | {"is_epoch": history.is_epoch[number], "rate": history.rate(run.config, epoch)}


def html(runs: Sequence[PlottedRun], axis: str, place: float, shades: Colors) -> str:
    """Return a table of all runs' measurements nearest to `place`."""
    rows = []
    for run in runs:
        found = at(run, axis, place)
        if found is None:
            continue
        cells = [cost(found["train_cost"]), cost(found["validation_cost"])]
        cells += [share(found["train_accuracy"]), share(found["validation_accuracy"])]
        # Within an epoch only a sample is measured.
        cells = cells if found["is_epoch"] else [f"\N{ALMOST EQUAL TO} {cell}" for cell in cells]
        cells = [f"{found[axis]:.3g}", *cells, f"{found['rate']:.3g}"]
        color = shades.run(run.color_index)
        texts = "".join(f"<td align='right' style='padding-left:10px'>{cell}</td>" for cell in cells)
        rows.append(f"<tr><td><span style='color:{color}'>\N{BLACK SQUARE}</span> {escape(run.name)}</td>{texts}</tr>")
    if not rows:
        return ""
    titles = ("measured at", "cost", "val. cost", "accuracy", "val. acc.", "learning rate")
    heads = "".join(f"<td align='right' style='padding-left:10px'>{title}</td>" for title in titles)
    first = f"<tr><td>{_TITLES[axis]} {place:.3g}</td>{heads}</tr>"
    return f"<table style='white-space: nowrap'>{first}{''.join(rows)}</table>"


def cost(value: float) -> str:
    """Return a cost as it is read."""
    if np.isnan(value):
        return "\N{EN DASH}"
    return f"{value:.4f}" if value < 1000 else f"{value:.1e}"


def share(value: float | None) -> str:
    """Return an accuracy in per cent."""
    return "\N{EN DASH}" if value is None or np.isnan(value) else f"{100 * value:.2f} %"


def csv(runs: Sequence[PlottedRun]) -> str:
    """Return all that `runs` have measured as CSV, by steps: a line each, empty where nothing was measured.

    Between the measurements stand reports of the running cost. Every line has the learning rate at that place.
    """
    names = (*AXES, *FIGURES, RUNNING_COST)
    lines = [",".join(("run", *names, "learning_rate"))]
    for run in runs:
        quoted = '"' + run.name.replace('"', '""') + '"'
        history = run.history
        rows = [
            {name: column[number] for name, column in columns.items()}
            for columns, count in ((history.running, history.count(RUNNING_COST)), (history.columns, len(history)))
            for number in range(count)
        ]
        for row in sorted(rows, key=lambda row: row["step"]):
            values = [row.get(name, np.nan) for name in names] + [history.rate(run.config, row["epoch"])]
            lines.append(",".join([quoted, *("" if np.isnan(value) else repr(value) for value in values)]))
    return "\n".join(lines) + "\n"
