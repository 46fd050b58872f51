"""The window: puts the other packages together."""

from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QMainWindow, QWidget

from digitpad.app.canvas.canvas import Canvas
from digitpad.app.canvas.canvas_actions import CanvasActions
from digitpad.app.canvas.drawing_feed import DrawingFeed
from digitpad.app.curves.curve_actions import CurveActions
from digitpad.app.curves.curves_panel import CurvesPanel
from digitpad.app.curves.numbers_table import NumbersTable
from digitpad.app.files.documents import Documents
from digitpad.app.files.file_actions import FileActions
from digitpad.app.files.settings import Settings
from digitpad.app.help.help_actions import HelpActions
from digitpad.app.photo.photo_editor import PhotoEditor
from digitpad.app.prediction.normalization_actions import NormalizationActions
from digitpad.app.prediction.prediction_view import PredictionView
from digitpad.app.runs.run_actions import RunActions
from digitpad.app.runs.run_watcher import RunWatcher
from digitpad.app.runs.runs_panel import RunsPanel
from digitpad.app.session.controller import Controller
from digitpad.app.session.garbage_collection import GarbageCollection
from digitpad.app.session.network_handle import NetworkHandle
from digitpad.app.timeline.timeline_panel import TimelinePanel
from digitpad.app.training.training_actions import TrainingActions
from digitpad.app.training.training_panel import TrainingPanel
from digitpad.app.widgets.action_button import button_row
from digitpad.app.widgets.actions import all_actions
from digitpad.app.widgets.canvas_frame import CanvasFrame
from digitpad.app.widgets.file_drop import FileDrop
from digitpad.app.widgets.help_button import HelpButton
from digitpad.app.widgets.message_bar import MessageBar
from digitpad.app.widgets.theme import Theme
from digitpad.app.widgets.window_actions import WindowActions
from digitpad.app.window import first_start_hints, menus
from digitpad.app.window.commands import Commands
from digitpad.app.window.detachable_parts import DetachablePart
from digitpad.app.window.diagnosis_presenter import DiagnosisPresenter
from digitpad.app.window.file_opener import FileOpener
from digitpad.app.window.insight_presenter import InsightPresenter
from digitpad.app.window.layout import Layout, fit_screen, put_back
from digitpad.app.window.runs_presenter import RunsPresenter
from digitpad.app.window.training_presenter import TrainingPresenter
from digitpad.app.window.window_settings import WindowSettings
from digitpad.engine.runs.store import RunStore

#: Milliseconds for which a message stays in the status bar, and after which the plots are created.
_TOLD_MS, _PREPARE_MS = 6_000, 700


class MainWindow(QMainWindow):
    """Canvas, prediction and timeline on the left; settings, curves and runs on the right."""

    closed = Signal()

    def __init__(self, newest: NetworkHandle, settings: Settings, theme: Theme, store: RunStore) -> None:
        super().__init__()
        self._settings = settings
        self._is_closing = self.is_closed = False
        #: Whether a signal has asked to end. Then no question is asked: what is not saved is kept for the next start.
        self.is_ended = False
        self.garbage_collection = GarbageCollection(self)
        self.message_bar = MessageBar(self, self.statusBar())
        self.controller = Controller(newest, store, self)
        self.run_watcher = RunWatcher(store, self)
        selection = self.controller.selection
        self.canvas, self.prediction, self.timeline = Canvas(), PredictionView(selection), TimelinePanel()
        self.curves, self.numbers, self.network_label = CurvesPanel(), NumbersTable(), QLabel()
        self.documents = Documents(self, self.controller, self.canvas, settings)
        self.reading = DrawingFeed(self.canvas, self)
        self.window_actions = WindowActions(self, theme, settings.remember_appearance)
        self.training_actions = actions = TrainingActions(self)
        self.panel = TrainingPanel([actions.start, actions.go_on, actions.pause, actions.stop])
        self.canvas_actions = CanvasActions(self.canvas, self)
        self.normalization_actions = NormalizationActions(self.canvas, self.reading, self.prediction, self)
        self.file_actions = FileActions(self.documents, settings, self)
        self.curve_actions = CurveActions(self.curves, self)
        self.run_actions = RunActions(self.controller, self.run_watcher, self.documents.may_lose_network, self)
        self.help_actions = HelpActions(self, lambda: menus.in_order(self.actions_by_id))
        self.runs = RunsPanel(self.run_actions.all, self.run_actions.undelete)
        self.runs_presenter = RunsPresenter(
            self.controller, self.run_watcher, self.runs, self.curves, self.numbers, self.timeline
        )
        self.training_presenter = TrainingPresenter(
            self.controller, actions, self.panel, self.documents, self.message_bar, settings
        )
        self.diagnosis_presenter = DiagnosisPresenter(self.controller, self.panel.form, self.message_bar)
        self.insight = InsightPresenter(self, self.controller, self.canvas, self.prediction)
        self.commands = Commands(self, self.panel.form, self.runs, self.runs_presenter.choose)
        self.cuts = PhotoEditor(self.canvas, self.controller)
        self.dropping = FileDrop(self)
        self.file_opener = FileOpener(self.controller, self.documents, self.panel, self.message_bar)
        self._lay_out()
        self._connect()
        self._memory = WindowSettings(
            settings, self.panel.form, self.canvas_actions, self.normalization_actions, self.curve_actions,
            self.window_actions, self.runs_presenter.shown)  # fmt: skip
        put_back(self, *settings.place)
        self._memory.restore()
        first_start_hints.show(settings, self.canvas, self.curves, self.timeline)

    def _lay_out(self) -> None:
        docks, timeline, wide = self.insight.docks, DetachablePart(self.timeline), self.window_actions.wide_canvas
        desk = CanvasFrame(self.canvas, button_row(*self.canvas_actions.at_the_canvas), self.prediction, timeline)
        layout = Layout(QWidget(), desk, self.panel, self.curves, self.runs, self.numbers, wide)
        layout.make_detachable(docks.detachable_parts, timeline)
        self.setCentralWidget(layout)
        fit_screen(self, self.network_label)
        self.canvas.setFocus()
        self.actions_by_id = all_actions(self)
        self.commands.use_actions(self.actions_by_id)
        menus.fill(self.menuBar(), self.actions_by_id, self.file_actions.recent)

    def start_background_work(self) -> None:
        """List the runs and make the plots; what the first sight of the window does not need."""
        self.run_watcher.start()
        QTimer.singleShot(_PREPARE_MS, self.curves.prepare)

    def open(self, paths: list[Path]) -> None:
        """Open files and folders: weights, drawings, presets, runs, digits to learn."""
        self.file_opener.open(paths)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask if something would be lost, and leave nothing running."""
        if self._is_closing:
            event.ignore()
            return
        self._is_closing = True
        try:
            event.setAccepted(self._may_close())
        finally:
            self._is_closing = False
        if event.isAccepted():
            self.is_closed = True
            self.closed.emit()

    def _may_close(self) -> bool:
        if not self.is_ended and not self.documents.may_lose_network():
            return False
        self._settings.place = (self.saveGeometry(), self.saveState())
        self._memory.write()
        self.cuts.close_fetching()
        for busy in (
            self.runs_presenter,
            self.insight,
            self.diagnosis_presenter,
            self.panel.estimator,
            self.controller,
            self.garbage_collection,
        ):
            busy.close()
        return True

    def close_by_signal(self) -> None:
        """Dismiss all open dialogs and popups, then close without a question. Nothing is lost, see `is_ended`."""
        self.is_ended = True
        asking = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        if asking is None:
            self.close()
            return
        asking.reject() if isinstance(asking, QDialog) else asking.close()
        # The code that opened the dialog goes on first: the answer is no.
        QTimer.singleShot(0, self.close_by_signal)

    def _connect(self) -> None:
        controller, say = self.controller, self.message_bar.show_sentence
        self.reading.wanted.connect(controller.read)
        controller.selection.network_changed.connect(self._show_network)
        controller.unavailable.connect(say)
        for source in (
            self.canvas_actions,
            self.documents,
            self.curve_actions,
            self.run_actions,
            self.runs_presenter,
            self.insight,
        ):
            source.failed.connect(say)
        for room in (self.curve_actions, self.run_actions, self.insight, self.diagnosis_presenter):
            room.done.connect(self._show_message)
        self.documents.succeeded.connect(self._show_message)
        self.canvas.is_full.connect(lambda: say("no more ink fits on the canvas: clear it, or erase some"))
        self.insight.digit_wanted.connect(self.canvas.show_digit)
        self.insight.equation_wanted.connect(self.help_actions.show_equation)
        for button in self.findChildren(HelpButton):
            button.page_wanted.connect(self.help_actions.show_page)
        self.insight.run_kept.connect(self.run_watcher.refresh)
        self.run_actions.settings_wanted.connect(self.panel.form.show_config)
        self.run_actions.rename_wanted.connect(self.runs.rename)
        self.run_actions.mean_over_seeds.toggled.connect(self.runs_presenter.show_band)
        self.runs.run_shown.connect(self.run_actions.use_run)
        self.runs.table.renamed.connect(self.run_actions.rename_run)
        self.runs_presenter.listed.connect(self.training_presenter.offer_interrupted)
        self.file_actions.chosen.connect(self.file_opener.open_one)
        self.dropping.dropped.connect(self.open)
        for looking in (self.timeline.snapshot_chosen, self.runs.chosen):
            looking.connect(self.message_bar.hide)
        self._show_network(controller.selection.network)

    def _show_network(self, shown: NetworkHandle) -> None:
        self.setWindowTitle(f"{shown.title}[*] \N{EN DASH} digitpad")
        self.setWindowModified(not shown.is_kept)
        self.network_label.setText(shown.description)

    def _show_message(self, sentence: str) -> None:
        """Show a success message in the status bar, where it is not in the way."""
        self.message_bar.hide()
        if sentence:
            self.statusBar().showMessage(sentence, _TOLD_MS)
