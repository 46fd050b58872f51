"""The list of runs, and how much room they take. It does nothing with a run itself."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QItemSelection, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLabel, QTreeView, QVBoxLayout, QWidget

from digitpad.app.runs.run_table import RunTable, words
from digitpad.app.widgets.key_override import KeyOverride
from digitpad.engine.runs.summary import RunSummary

_EMPTY = "Every training is kept here: tick runs to compare their curves, choose one to go back to an earlier epoch."
#: The text that sets the greatest automatic width of each column, and the padding in pixels. The last column stretches.
_WIDEST = (
    "[] [] 784-512-10 (diverged)", "Validation", "99.99 %", "99.99 % @ 99", "16c5, p2, 32c5", "3 min 20 s", "20 Sep"
)  # fmt: skip
_AROUND = 14
#: Runs, the newest, that columns are fitted to: the list must not make the window wait.
_FITTED = 100
#: The column that is hidden where there is no room: its text is in the tool tip of the run, and often its name.
_LAYERS = 4
#: What stands before a run's name: its tick and its color.
_BEFORE_NAME = 62


class RunsPanel(QWidget):
    """Shows the table. The actions apply to the run in the selected row."""

    chosen = Signal(object)  # RunSummary: its row was clicked, or gone to with a key
    run_shown = Signal(object)  # RunSummary of the selected row, None without one; again with each new list

    def __init__(self, actions: Sequence[QAction], undo: QAction, parent: QWidget | None = None) -> None:
        """Offer `actions` on the selected run. In the list, the Undo key triggers `undo`."""
        super().__init__(parent)
        self.table = RunTable()
        self.view = QTreeView()
        self.view.setModel(self.table)
        self.view.setRootIsDecorated(False)
        self.view.setUniformRowHeights(True)
        self.view.setAllColumnsShowFocus(True)
        self.view.setAccessibleName("Runs")
        # A name is edited only by `rename`.
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.view.addActions(list(actions))
        KeyOverride(self.view, QKeySequence.StandardKey.Undo, undo.trigger)
        header = self.view.header()
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self._is_arranged = self._is_fitting = False
        self._fit_columns()
        header.sectionResized.connect(self._note_arranged)
        self.view.viewport().installEventFilter(self)
        self.view.selectionModel().selectionChanged.connect(self._choose)
        self.room = QLabel(_EMPTY)
        self.room.setProperty("role", "hint")
        self.room.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.room)
        #: The folder of the selected run. It may not be listed: not yet, or no more.
        self._selected: Path | None = None
        self._is_showing = False
        self.setMinimumHeight(90)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._fit_columns()
        return False

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            # With another font, the widths that the user has set no longer fit.
            self._is_arranged = False
            self._fit_columns()

    def _fit_columns(self) -> None:
        """Make columns as wide as what stands in them, within limits, unless the user has made one wider or smaller."""
        if self._is_arranged:
            return
        width, header = self.fontMetrics().horizontalAdvance, self.view.header()
        last, widths = len(_WIDEST), list[int]()
        rows = [words(run) for run in self.table.runs[:_FITTED]]
        for column, (widest, *texts) in enumerate(zip(_WIDEST, *rows, strict=True)):
            needed = min(max(map(width, set(texts)), default=0), width(widest)) + (_AROUND if column else _BEFORE_NAME)
            widths.append(max(header.sectionSizeHint(column), needed))
        # The layers give way, and then long names are cut, before the header of the last column is.
        beyond = sum(widths) + header.sectionSizeHint(last) - self.view.viewport().width()
        self._is_fitting = True
        header.setSectionHidden(_LAYERS, beyond > 0)
        if beyond > widths[_LAYERS]:
            widths[0] -= min(beyond - widths[_LAYERS], widths[0] - header.sectionSizeHint(0))
        for column, size in enumerate((*widths, header.minimumSectionSize())):
            header.resizeSection(column, size)
        self._is_fitting = False

    def _note_arranged(self, column: int) -> None:
        # The last one is as wide as the rest leaves it.
        if not self._is_fitting and column < len(_WIDEST):
            self._is_arranged = True

    @property
    def run(self) -> RunSummary | None:
        """The selected run."""
        row = self.table.row_of(self._selected)
        return self.table.runs[row] if row >= 0 else None

    def show_runs(self, runs: Sequence[RunSummary], bytes_used: int, in_trash: int = 0) -> None:
        """Show `runs`, which take `bytes_used` on the disk; those `in_trash` are not included. The selection stays."""
        if self.view.state() == QAbstractItemView.State.EditingState:
            # A name is being typed, which a change of its row would take away; the next list comes soon.
            return
        self._is_showing = True
        self.table.show_runs(runs)
        self._fit_columns()
        self._select()
        self._is_showing = False
        count = f"{len(runs)} run{'s' * (len(runs) != 1)}"
        trash = f", {in_trash / 1e6:,.0f} MB in the trash" if in_trash else ""
        self.room.setText(f"{count}, {bytes_used / 1e6:,.0f} MB on disk{trash}" if runs else _EMPTY)

    def show_selected(self, folder: Path | None) -> None:
        """Select the row of the run in `folder`, now or once it is listed; None selects none."""
        self._selected = folder
        self._is_showing = True
        self._select()
        self._is_showing = False

    def rename(self) -> None:
        """Open the editor for the name of the selected run."""
        row = self.table.row_of(self._selected)
        # Asked twice, it is being typed already.
        if row >= 0 and self.view.state() != QAbstractItemView.State.EditingState:
            self.view.edit(self.table.index(row, 0))

    def _select(self) -> None:
        row = self.table.row_of(self._selected)
        if row < 0:
            self.view.clearSelection()
        elif not self.view.selectionModel().isRowSelected(row):
            # Selecting the selected row again would close the editor in which a name is being typed.
            self.view.setCurrentIndex(self.table.index(row, 0))
        self.run_shown.emit(self.run)

    def _choose(self, selected: QItemSelection) -> None:
        if self._is_showing:
            return
        if indexes := selected.indexes():
            self.chosen.emit(self.table.runs[indexes[0].row()])
        else:
            # A row that was clicked away is still selected.
            self.show_selected(self._selected)
