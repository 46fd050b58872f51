"""The latest metrics of the runs shown, as a table that screen readers can read."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from digitpad.app.curves.plotted_run import PlottedRun
from digitpad.app.curves.readout import cost, share

_SAMPLED = "\N{ALMOST EQUAL TO} stands before figures of a sample; best validation counts whole epochs only"
_COLUMNS = ("Run", "Epoch", "Cost", "Validation cost", "Accuracy", "Validation", "Best validation", "Test")


class NumbersTable(QTableWidget):
    """A row a run."""

    def __init__(self) -> None:
        super().__init__(0, len(_COLUMNS))
        self.setHorizontalHeaderLabels(list(_COLUMNS))
        self.setAccessibleName("Latest figures of the runs shown")
        self.setToolTip(_SAMPLED)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.verticalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self._told: list[tuple[str, ...]] = []

    def show_runs(self, runs: Sequence[PlottedRun]) -> None:
        """Show the latest metrics of `runs`."""
        rows = [_row(run) for run in runs]
        if rows == self._told:
            return
        self._told = rows
        self.setRowCount(len(rows))
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                item = self.item(number, column)
                if item is None:
                    item = QTableWidgetItem()
                    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                    item.setTextAlignment(Qt.AlignmentFlag.AlignVCenter if column == 0 else right)
                    self.setItem(number, column, item)
                item.setText(text)


def _row(run: PlottedRun) -> tuple[str, ...]:
    history, figures = run.history, run.history.figures
    if not len(history):
        return (run.name, *("" for _ in _COLUMNS[1:]))
    last = {name: column[-1] for name, column in history.columns.items()}
    # Within an epoch only a sample is measured.
    about = "" if history.is_epoch[-1] else "\N{ALMOST EQUAL TO} "
    return (
        run.name,
        f"{last['epoch']:.2f}".rstrip("0").rstrip("."),
        about + cost(last["train_cost"]),
        about + cost(last["validation_cost"]),
        about + share(last["train_accuracy"]),
        about + share(last["validation_accuracy"]),
        share(figures.best_validation_accuracy),
        share(figures.test_accuracy),
    )
