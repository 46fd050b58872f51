"""The window: puts the rooms together. It computes nothing."""

from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QAction, QCloseEvent
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QMainWindow, QWidget

from digitpad.app.canvas.canvas import Canvas
from digitpad.app.canvas.canvas_actions import CanvasActs
from digitpad.app.canvas.drawing_feed import Reading
from digitpad.app.curves.curve_actions import CurveActs
from digitpad.app.curves.curves_panel import CurvesPanel
from digitpad.app.curves.numbers_table import NumbersTable
from digitpad.app.files.documents import Documents
from digitpad.app.files.file_actions import FileActs
from digitpad.app.files.settings import Settings
from digitpad.app.help.help_actions import HelpActs
from digitpad.app.photo.photo_editor import PhotoCuts
from digitpad.app.prediction.normalization_actions import NormalisingActs
from digitpad.app.prediction.prediction_view import PredictionView
from digitpad.app.runs.run_actions import RunActs
from digitpad.app.runs.run_list import RunList
from digitpad.app.runs.runs_panel import RunsPanel
from digitpad.app.session.controller import Controller
from digitpad.app.session.network_handle import ShownNetwork
from digitpad.app.timeline.timeline_panel import MomentsPanel
from digitpad.app.training.training_actions import TrainingActs
from digitpad.app.training.training_panel import TrainingPanel
from digitpad.app.widgets.action_button import button_row
from digitpad.app.widgets.banner import Banner
from digitpad.app.widgets.canvas_frame import Desk
from digitpad.app.widgets.file_drop import Dropping
from digitpad.app.widgets.help_button import HelpButton
from digitpad.app.widgets.theme import Theme
from digitpad.app.widgets.window_actions import WindowActs
from digitpad.app.window import first_steps, menus
from digitpad.app.window.detachable_parts import Home
from digitpad.app.window.diagnosis_presenter import Doctoring
from digitpad.app.window.file_opener import Opening
from digitpad.app.window.insight_presenter import InsightViews
from digitpad.app.window.layout import Layout, fit_screen, put_back
from digitpad.app.window.runs_presenter import RunViews
from digitpad.app.window.training_presenter import TrainingWishes
from digitpad.app.window.window_settings import Memory
from digitpad.engine.runs.store import RunStore

#: Milliseconds for which what was done is told, and after which the plots are made.
_TOLD_MS, _PREPARE_MS = 6_000, 700


class MainWindow(QMainWindow):
    """Canvas, verdict and moments on the left; settings, curves and runs on the right."""

    def __init__(self, newest: ShownNetwork, settings: Settings, theme: Theme, store: RunStore) -> None:
        super().__init__()
        self._settings = settings
        self._is_closing = False
        #: Whether the system asks to end: then nobody is asked, and what is in no file waits for the next start.
        self.is_ended = False
        self.banner = Banner(self, self.statusBar())
        self.controller = Controller(newest, store, self)
        self.run_list = RunList(store, self)
        self.canvas, self.prediction, self.moments = Canvas(), PredictionView(), MomentsPanel()
        self.curves, self.numbers, self.network_label = CurvesPanel(), NumbersTable(), QLabel()
        self.documents = Documents(self, self.controller, self.canvas, settings)
        self.reading = Reading(self.canvas, self)
        self.window_acts = WindowActs(self, theme, settings.remember_appearance)
        self.training_acts = acts = TrainingActs(self)
        self.panel = TrainingPanel([acts.start, acts.go_on, acts.pause, acts.stop])
        self.canvas_acts = CanvasActs(self.canvas, self)
        self.normalising_acts = NormalisingActs(self.canvas, self.reading, self.prediction, self)
        self.file_acts = FileActs(self.documents, settings, self)
        self.curve_acts = CurveActs(self.curves, self)
        self.run_acts = RunActs(self.controller, self.run_list, self.documents.may_lose_network, self)
        self.help_acts = HelpActs(self, self.acts)
        self.runs = RunsPanel(self.run_acts.all, self.run_acts.undelete)
        self.run_views = RunViews(self.controller, self.run_list, self.runs, self.curves, self.numbers, self.moments)
        self.wishes = TrainingWishes(self.controller, acts, self.panel, self.documents, self.banner, settings)
        self.doctoring = Doctoring(self.controller, self.panel.form, self.banner)
        self.insight = InsightViews(self, self.controller, self.canvas, self.prediction)
        self.cuts = PhotoCuts(self.canvas, self.controller, self.prediction.verdict.choose)
        self.dropping = Dropping(self)
        self.opening = Opening(self.controller, self.documents, self.panel, self.banner)
        self._lay_out()
        self._connect()
        self._memory = Memory(
            settings, self.panel.form, self.canvas_acts, self.normalising_acts, self.curve_acts, self.window_acts,
            self.run_views.shown)  # fmt: skip
        put_back(self, *settings.place)
        self._memory.restore()
        first_steps.show(settings, self.canvas, self.curves, self.moments)

    def _lay_out(self) -> None:
        docks, moments, wide = self.insight.docks, Home(self.moments), self.window_acts.wide_sheet
        desk = Desk(self.canvas, button_row(*self.canvas_acts.at_the_canvas), self.prediction, moments)
        layout = Layout(QWidget(), desk, self.panel, self.curves, self.runs, self.numbers, wide)
        layout.lend(docks.lender, moments)
        self.setCentralWidget(layout)
        fit_screen(self, self.network_label)
        self.canvas.setFocus()
        menus.fill(
            self.menuBar(), files=self.file_acts, canvas=self.canvas_acts, training=self.training_acts,
            runs=self.run_acts, curves=self.curve_acts, normalising=self.normalising_acts, help_=self.help_acts,
            window=self.window_acts, docks=docks, cuts=self.cuts.show_cuts,
        )  # fmt: skip

    def acts(self) -> list[QAction]:
        """Return every act that a menu shows, in the order of the menus."""
        rooms: list[QObject] = [
            self.file_acts, self.canvas_acts, self.training_acts, self.run_acts, self.normalising_acts,
            self.curve_acts, self.cuts, self.insight.docks, self.insight.docks.lender, self.window_acts, self.help_acts,
        ]  # fmt: skip
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        found = [action for room in rooms for action in room.findChildren(QAction, options=direct)]
        return found + self.canvas_acts.pen_widths.actions()

    def start_looking(self) -> None:
        """List the runs and make the plots; what the first sight of the window does not need."""
        self.run_list.start()
        QTimer.singleShot(_PREPARE_MS, self.curves.prepare)

    def open(self, paths: list[Path]) -> None:
        """Open files and folders: weights, drawings, presets, runs, digits to learn."""
        self.opening.open(paths)

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

    def _may_close(self) -> bool:
        if not self.is_ended and not self.documents.may_lose_network():
            return False
        self._settings.place = (self.saveGeometry(), self.saveState())
        self._memory.write()
        self.cuts.close_fetching()
        for busy in (self.run_views, self.insight, self.doctoring, self.panel.estimator, self.controller):
            busy.close()
        return True

    def close_by_signal(self) -> None:
        """Give up whatever asks something, then close without a question; nothing is lost, see `is_ended`."""
        self.is_ended = True
        asking = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        if asking is None:
            self.close()
            return
        asking.reject() if isinstance(asking, QDialog) else asking.close()
        # Whoever asked goes on first, with the answer that it shall not.
        QTimer.singleShot(0, self.close_by_signal)

    def _connect(self) -> None:
        controller, say = self.controller, self.banner.show_sentence
        self.reading.wanted.connect(controller.read)
        controller.predicted.connect(self.prediction.show_predictions)
        controller.network_changed.connect(self._show_network)
        controller.unavailable.connect(say)
        self.prediction.verdict.chosen.connect(self.run_views.show_prediction)
        self.prediction.verdict.chosen.connect(self.insight.show_prediction)
        for source in (self.canvas_acts, self.documents, self.curve_acts, self.run_acts, self.run_views, self.insight):
            source.failed.connect(say)
        for room in (self.curve_acts, self.run_acts, self.insight, self.doctoring):
            room.done.connect(self._tell)
        self.documents.succeeded.connect(self._tell)
        self.canvas.is_full.connect(lambda: say("no more ink has room on the sheet: clear it, or erase some"))
        self.insight.digit_wanted.connect(self.canvas.show_digit)
        self.insight.equation_wanted.connect(self.help_acts.show_equation)
        for button in self.findChildren(HelpButton):
            button.page_wanted.connect(self.help_acts.show_page)
        self.insight.run_kept.connect(self.run_list.look)
        self.run_acts.settings_wanted.connect(self.panel.form.show_config)
        self.run_acts.rename_wanted.connect(self.runs.rename)
        self.run_acts.band.toggled.connect(self.run_views.show_band)
        self.runs.chosen.connect(self.run_acts.show_choice)
        self.runs.listed.connect(self.run_acts.show_choice)
        self.runs.table.renamed.connect(self.run_acts.rename_run)
        self.run_views.listed.connect(self.wishes.offer_interrupted)
        self.file_acts.chosen.connect(self.opening.open_one)
        self.dropping.dropped.connect(self.open)
        for looking in (self.moments.wound, self.runs.chosen):
            looking.connect(self.banner.hide)
        self._show_network(controller.looked_at)

    def _show_network(self, shown: ShownNetwork) -> None:
        self.setWindowTitle(f"{shown.title}[*] \N{EN DASH} digitpad")
        self.setWindowModified(not shown.is_kept)
        self.network_label.setText(shown.description)

    def _tell(self, sentence: str) -> None:
        """Say what went well, where it is not in the way."""
        self.banner.hide()
        if sentence:
            self.statusBar().showMessage(sentence, _TOLD_MS)
