"""The layout of the window's parts."""

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMainWindow, QScrollArea, QSplitter, QTabWidget, QWidget

from digitpad.app.curves.curves_panel import CurvesPanel
from digitpad.app.curves.numbers_table import NumbersTable
from digitpad.app.runs.runs_panel import RunsPanel
from digitpad.app.training.training_panel import TrainingPanel
from digitpad.app.widgets.canvas_frame import CanvasFrame
from digitpad.app.widgets.help_button import HelpButton
from digitpad.app.window.detachable_parts import DetachablePart, DetachableParts

#: The least size of all that is in the window; a smaller window scrolls it.
_LEAST = (1210, 600)
#: Heights in pixels of settings, curves and runs; and while all settings are shown, when the runs are hidden if there
#: is less room than that.
_HEIGHTS, _SETTINGS_HEIGHTS = [250, 250, 150], [430, 220, 150]

#: What a window manager may put above the window.
_TITLE_BAR = 36


def fit_screen(window: QMainWindow, label: QLabel) -> None:
    """Make `window` as large as its screen has room for, with `label` in its status bar."""
    label.setContentsMargins(14, 0, 0, 4)
    window.statusBar().addWidget(label, 1)
    window.statusBar().setSizeGripEnabled(False)
    window.setMinimumSize(480, 320)
    available = window.screen().availableSize()
    window.resize(min(1280, available.width()), min(800, available.height() - _TITLE_BAR))


def put_back(window: QMainWindow, geometry: QByteArray, views: QByteArray) -> None:
    """Put `window` and its views where they were, as far as that is on a screen. Invalid data changes nothing."""
    window.restoreGeometry(geometry)
    window.restoreState(views)


class Layout(QScrollArea):
    """`desk` on the left; settings, curves and runs on the right. `page` holds all of it; a small window scrolls it."""

    def __init__(
        self,
        page: QWidget,
        desk: CanvasFrame,
        panel: TrainingPanel,
        curves: CurvesPanel,
        runs: RunsPanel,
        numbers: NumbersTable,
        wide_canvas: QAction,
    ) -> None:
        super().__init__()
        self._page = page
        self._letters = self.fontMetrics().height()
        tabs = QTabWidget()
        tabs.setDocumentMode(True)
        tabs.addTab(runs, "Runs")
        tabs.addTab(numbers, "Numbers")
        tabs.setCornerWidget(HelpButton("runs", "runs and their figures"))
        #: The places in the window of the parts that can be detached.
        self.curves, self.runs = DetachablePart(curves), DetachablePart(tabs)
        self._right = QSplitter(Qt.Orientation.Vertical)
        for number, (widget, stretch) in enumerate(((panel, 0), (self.curves, 3), (self.runs, 2))):
            self._right.addWidget(widget)
            self._right.setStretchFactor(number, stretch)
            self._right.setCollapsible(number, False)
        self._right.setSizes(_HEIGHTS)
        self._right.installEventFilter(self)
        self._show_more = panel.form.show_more
        self._show_more.toggled.connect(self._make_room)
        wide_canvas.toggled.connect(self._right.setHidden)
        layout = QHBoxLayout(page)
        layout.setContentsMargins(16, 12, 16, 8)
        layout.setSpacing(20)
        layout.addWidget(desk, 6)
        layout.addWidget(self._right, 5)
        page.setMinimumSize(*_LEAST)
        self.setWidget(page)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)

    def make_detachable(self, detachable_parts: DetachableParts, timeline: DetachablePart) -> None:
        """Make the curves, the runs and, below the canvas, the timeline detachable."""
        detachable_parts.add(
            self.curves, "curves", "&Curves", "Show the curves in a window of their own, for a second screen"
        )
        detachable_parts.add(self.runs, "runs", "&Runs and Numbers", "Show the list of runs in a window of its own")
        detachable_parts.add(
            timeline,
            "timeline",
            "Pre&diction over Training",
            "Show the prediction over training in a window of its own",
        )

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.FontChange:
            # Larger letters need a larger page; what does not fit the window is scrolled to.
            share = self.fontMetrics().height() / self._letters
            self._page.setMinimumSize(*(round(share * side) for side in _LEAST))
        super().changeEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._show_runs()
        return False

    def _show_runs(self) -> None:
        """Show the runs. While all settings are shown, show them only if there is room for both."""
        settings, curves, runs = _SETTINGS_HEIGHTS
        needed = settings + runs + (0 if self.curves.is_detached else curves)
        has_room = self._right.height() >= needed * self.fontMetrics().height() / self._letters
        self.runs.want(has_room or not self._show_more.isChecked())

    def _make_room(self, on: bool) -> None:
        """Give all settings more room while they are shown."""
        self._show_runs()
        self._right.setSizes(_SETTINGS_HEIGHTS if on else _HEIGHTS)
