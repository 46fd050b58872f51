"""The list of runs as a model for Qt's table view."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap

from digitpad.app.widgets.text_layout import wrapped
from digitpad.app.widgets.theme_colors import colors
from digitpad.engine.runs import setting_differences
from digitpad.engine.runs.metadata import Figures
from digitpad.engine.runs.summary import RunSummary
from digitpad.engine.runs.time_texts import duration

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
COLUMNS = ("Run", "Validation", "Test", "Best", "Layers", "Time", "When", "Differences")
#: The tool tips of the columns whose names do not say enough.
_EXPLAINED = {
    "Validation": "The accuracy on the validation digits of the network that the run ended with",
    "Test": "That network's accuracy on the test digits; do not choose by it, or it becomes too optimistic",
    "Best": "The best accuracy on the validation digits after any epoch, and that epoch",
    "Time": "Training time, without pauses",
    "Differences": "The settings that differ from those of the run in the row above, and what it was continued from",
}
#: The word after a run's name, by the run's status.
_STATES = {"running": "training", "interrupted": "interrupted", "failed": "diverged", "stopped": "stopped"}
_RIGHT = (1, 2, 3, 5)
#: Days after which the year is shown instead of the day.
_MOST_DAYS = 300
_CHIP = 11
_ROOT = QModelIndex()


class RunTable(QAbstractTableModel):
    """One row per run, the newest first. Runs are ticked and renamed in the first column."""

    ticked = Signal(object, bool)  # Path of the run's folder, whether it is ticked
    renamed = Signal(object, str)  # RunSummary, the name wished for

    def __init__(self) -> None:
        super().__init__()
        self.runs: list[RunSummary] = []
        self._ticked: set[Path] = set()
        self._color_indices: dict[Path, int] = {}
        self._chips: dict[str, QIcon] = {}

    def show_runs(self, runs: Sequence[RunSummary]) -> None:
        """Show `runs`. If they are the same runs in the same order, the selection and the scroll position stay."""
        runs = list(runs)
        if [run.folder for run in runs] == [run.folder for run in self.runs]:
            changed = [number for number, pair in enumerate(zip(runs, self.runs, strict=True)) if pair[0] != pair[1]]
            self.runs = runs
            for row in changed:
                self.dataChanged.emit(self.index(row, 0), self.index(min(row + 1, len(runs) - 1), len(COLUMNS) - 1))
            return
        self.beginResetModel()
        self.runs = runs
        self.endResetModel()

    def show_drawn(self, ticked: set[Path], color_indices: dict[Path, int]) -> None:
        """Show which runs are ticked, by their folders, and the number of the color of each that is drawn."""
        if (ticked, color_indices) == (self._ticked, self._color_indices):
            # Emitting `dataChanged` would discard a name that is being typed.
            return
        self._ticked, self._color_indices = set(ticked), dict(color_indices)
        if self.runs:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.runs) - 1, 0))

    def row_of(self, folder: Path | None) -> int:
        """Return the row of a run, -1 where there is none."""
        return next((number for number, run in enumerate(self.runs) if run.folder == folder), -1)

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.runs)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Role.DisplayRole:
            return COLUMNS[section]
        if orientation == Qt.Orientation.Horizontal and role == Role.ToolTipRole:
            return _EXPLAINED.get(COLUMNS[section])
        if role == Role.TextAlignmentRole and section in _RIGHT:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() == 0:
            flags |= Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        run = self.runs[index.row()]
        if role == Role.DisplayRole:
            row, column = index.row(), index.column()
            return self._difference(row) if column == len(COLUMNS) - 1 else words(run)[column]
        if role == Role.EditRole:
            return run.name
        if role == Role.ToolTipRole:
            # There is seldom room for all that differs.
            differs = index.column() == len(COLUMNS) - 1 and self._difference(index.row())
            return wrapped(differs) if differs else _tool_tip(run)
        if role == Role.TextAlignmentRole and index.column() in _RIGHT:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if index.column() == 0 and role == Role.CheckStateRole:
            return Qt.CheckState.Checked if run.folder in self._ticked else Qt.CheckState.Unchecked
        if index.column() == 0 and role == Role.DecorationRole:
            return self._chip_of(run.folder)
        return None

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        run = self.runs[index.row()]
        if role == Role.CheckStateRole:
            self.ticked.emit(run.folder, Qt.CheckState(value) == Qt.CheckState.Checked)
            return True
        if role == Role.EditRole and str(value).strip() != run.name:
            self.renamed.emit(run, str(value))
        return False

    def _chip_of(self, folder: Path) -> QIcon:
        """Return an icon in the color of the run in `folder`, in the current theme; an empty one if it is not drawn.

        Icons are kept here: Qt caches the pixmaps of each icon, and a new icon for each call would fill that cache.
        """
        color_index = self._color_indices.get(folder)
        shade = "" if color_index is None else colors(QGuiApplication.palette()).run(color_index)
        if shade not in self._chips:
            self._chips[shade] = _chip(shade)
        return self._chips[shade]

    def _difference(self, row: int) -> str:
        """Return in words how the run's settings differ from those of the run above."""
        if not row:
            return ""
        mine, other = self.runs[row], self.runs[row - 1]
        if mine.config is None or other.config is None:
            return ""
        difference, parent = setting_differences.in_words(mine.config, other.config), mine.metadata.parent
        differences = [difference] if difference else []
        # The planned epochs matter, because the learning-rate schedule depends on them.
        planned = mine.metadata.planned_before(mine.config.epochs)
        if planned != other.metadata.planned_before(other.config.epochs):
            differences.append(planned or "all epochs planned at once")
        if parent != other.metadata.parent:
            differences.append(f"continued from {parent.words}" if parent is not None else "started anew")
        return ", ".join(differences) or "nothing"


def words(run: RunSummary) -> tuple[str, ...]:
    """Return the texts in the row of `run`, without those of the last column, Differences."""
    figures = run.figures
    state = "damaged" if run.problem else _STATES.get(run.status, "")
    return (
        f"{run.name}  ({state})" if state else run.name,
        _share(figures.validation_accuracy),
        _share(figures.test_accuracy),
        _best(figures),
        "" if run.config is None else run.config.hidden or "none",
        duration(run.metadata.seconds) if run.metadata.seconds else "",
        when(run.metadata.started, datetime.now().astimezone()),
    )


def _share(accuracy: float | None) -> str:
    return "" if accuracy is None else f"{100 * accuracy:.2f} %"


def _best(figures: Figures) -> str:
    epoch = figures.best_epoch
    return _share(figures.best_validation_accuracy) + ("" if epoch is None else f" @ {epoch:g}")


def when(started: str, now: datetime) -> str:
    """Return when a run began, in short form for the list. `started` is a time in ISO 8601."""
    moment = _moment(started)
    if moment is None:
        return ""
    if moment.date() == now.date():
        return f"{moment:%H:%M}"
    return f"{moment:%d %b}" if (now - moment).days < _MOST_DAYS else f"{moment:%b %Y}"


def _moment(started: str) -> datetime | None:
    try:
        return datetime.fromisoformat(started).astimezone()
    except (ValueError, OverflowError, OSError):
        return None


def _tool_tip(run: RunSummary) -> str:
    parts = [run.problem or run.metadata.failure, run.metadata.note]
    if run.config is not None:
        parts.append(f"Hidden layers: {run.config.hidden or 'none'}")
    if run.metadata.parent is not None:
        parts.append(f"Continued from {run.metadata.parent.words}")
    if (moment := _moment(run.metadata.started)) is not None:
        parts.append(f"Started on {moment:%d %b %Y at %H:%M}")
    parts.append(str(run.folder))
    return "\n".join(wrapped(part) for part in parts if part)


def _chip(shade: str) -> QIcon:
    """Return an icon of a run's color. It is the same in a selected row, where Qt would blend it with the highlight."""
    pixmap = QPixmap(_CHIP, _CHIP)
    pixmap.fill(QColor(0, 0, 0, 0))
    if shade:
        painter = QPainter(pixmap)
        # A rim, so that it is seen on a selected row too.
        painter.fillRect(pixmap.rect(), QColor("white"))
        painter.fillRect(pixmap.rect().adjusted(1, 1, -1, -1), QColor(shade))
        painter.end()
    icon = QIcon()
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):
        icon.addPixmap(pixmap, mode)
    return icon
