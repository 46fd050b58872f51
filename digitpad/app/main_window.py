"""The window: builds the widgets and connects them. It computes nothing."""

import os
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QUrl
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QLabel, QMainWindow, QVBoxLayout, QWidget

from digitpad.app.actions import Actions
from digitpad.app.files.documents import Documents
from digitpad.app.files.recent_menu import RecentMenu
from digitpad.app.help import help_texts
from digitpad.app.help.help_acts import HelpActs
from digitpad.app.look.action_button import button_row
from digitpad.app.look.banner import Banner
from digitpad.app.look.square_box import SquareBox
from digitpad.app.look.theme import Appearance, Theme
from digitpad.app.memory import Memory
from digitpad.app.paper.canvas import Canvas
from digitpad.app.paper.canvas_acts import CanvasActs
from digitpad.app.paper.reading import Reading
from digitpad.app.session.controller import Controller, NetworkInUse
from digitpad.app.session.training_state import TrainingState
from digitpad.app.settings import Settings
from digitpad.app.training.panel import TrainingPanel
from digitpad.app.verdict.normalising_acts import NormalisingActs
from digitpad.app.verdict.prediction_view import PredictionView
from digitpad.data import mnist
from digitpad.engine.files import presets, weights
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.events import Change
from digitpad.errors import DigitpadError

_FLATTERED = (
    "this network has learned some of the digits that are now held out: the validation curve will flatter it; "
    "start a new network for honest figures"
)
#: What a window manager may put above the window.
_TITLE_BAR = 36


class MainWindow(QMainWindow):
    """Canvas and verdict on the left, training on the right."""

    def __init__(self, in_use: NetworkInUse, settings: Settings, theme: Theme) -> None:
        super().__init__()
        self._settings = settings
        self._theme = theme
        self._is_closing = False
        self.controller = Controller(in_use, self)
        self.actions_ = Actions(self)
        self.banner = Banner()
        self.canvas = Canvas()
        self.prediction = PredictionView()
        acts = self.actions_
        self.panel = TrainingPanel([acts.start, acts.go_on, acts.pause, acts.stop])
        self.documents = Documents(self, self.controller, self.canvas, settings)
        self.network_label = QLabel()
        self._lay_out()
        self._recent_menu = acts.fill(self.menuBar())
        self._connect_acts()
        self._connect_engine()
        self._memory = Memory(settings, theme, self.actions_, self.canvas, self.panel.form)
        self.restoreGeometry(settings.geometry)
        self._memory.restore()

    def open(self, paths: list[Path]) -> None:
        """Open files and folders: weights, drawings, presets, digits to learn."""
        for path in paths:
            if path.is_dir():
                self._use_digits(path)
            elif path.suffix.lower() == presets.SUFFIX:
                self.panel.form.presets.open(path)
            else:
                self.documents.open(path)

    def _use_digits(self, folder: Path) -> None:
        """Choose a folder of digits for the next training."""
        try:
            if not self.controller.is_idle:
                raise DigitpadError("a training is running: stop it before other digits are chosen")
            mnist.require_files(folder)
        except DigitpadError as error:
            self.banner.show_sentence(str(error))
        else:
            self.panel.form.show_data(str(folder))
            self.panel.show_digits(folder.name)
            self.banner.hide()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _local_paths(event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.open(_local_paths(event.mimeData().urls()))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Pause, ask if something would be lost, and leave nothing running."""
        if self._is_closing:
            event.ignore()
            return
        self._is_closing = True
        try:
            event.setAccepted(self._may_close())
        finally:
            self._is_closing = False

    def _may_close(self) -> bool:
        was_running = self.controller.state is TrainingState.RUNNING
        if was_running:
            self.controller.pause_or_resume()
        if not self.documents.may_lose_network():
            if was_running:
                self.controller.pause_or_resume()
            return False
        self._settings.geometry = self.saveGeometry()
        self._memory.write()
        if not self.controller.close():
            # A step of a huge network can take longer than anybody waits; destroying its thread would abort.
            os._exit(0)
        return True

    def close_by_signal(self) -> None:
        """Close as the button does; asked a second time while a question waits, do not wait for its answer.

        While the name of a file to save is asked for, the answer was "Save": that is given up, and the window stays.
        """
        dialog = QApplication.activeModalWidget()
        if self.documents.is_asking:
            self.documents.discard()
        elif self._is_closing and isinstance(dialog, QDialog):
            dialog.reject()
        else:
            self.close()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.WindowStateChange:
            self.actions_.full_screen.setChecked(self.isFullScreen())
        super().changeEvent(event)

    def _lay_out(self) -> None:
        acts = self.actions_
        columns = QHBoxLayout()
        columns.setSpacing(24)
        columns.addWidget(SquareBox(self.canvas, button_row(acts.clear, acts.undo, acts.redo)), 6)
        columns.addWidget(self.prediction)
        columns.addWidget(self.panel, 5)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(20, 16, 20, 12)
        layout.setSpacing(12)
        layout.addWidget(self.banner)
        layout.addLayout(columns, 1)
        self.setCentralWidget(page)
        self.network_label.setContentsMargins(14, 0, 0, 4)
        self.statusBar().addWidget(self.network_label, 1)
        self.statusBar().setSizeGripEnabled(False)
        self.setAcceptDrops(True)
        available = self.screen().availableSize()
        self.resize(min(1240, available.width()), min(760, available.height() - _TITLE_BAR))
        self.canvas.setFocus()

    def _connect_acts(self) -> None:
        acts, documents, controller = self.actions_, self.documents, self.controller
        acts.new_network.triggered.connect(self._new_network)
        acts.open_weights.triggered.connect(documents.choose_weights)
        acts.open_bundled.triggered.connect(lambda: documents.open(weights.BUNDLED))
        acts.open_bundled_mlp.triggered.connect(lambda: documents.open(weights.BUNDLED_MLP))
        acts.save.triggered.connect(documents.save)
        acts.save_as.triggered.connect(documents.save_as)
        acts.open_drawing.triggered.connect(documents.choose_drawing)
        acts.save_drawing.triggered.connect(documents.save_drawing)
        acts.quit.triggered.connect(self.close)
        acts.start.triggered.connect(self._start)
        acts.go_on.triggered.connect(self._go_on)
        acts.pause.triggered.connect(controller.pause_or_resume)
        acts.stop.triggered.connect(controller.stop)
        acts.follow.triggered.connect(self.panel.plot.follow)
        acts.logarithmic.toggled.connect(self.panel.plot.set_logarithmic)
        acts.full_screen.triggered.connect(self._show_full_screen)
        CanvasActs(acts, self.canvas, self).failed.connect(self.banner.show_sentence)
        HelpActs(acts, self)
        acts.appearances.triggered.connect(self._choose_appearance)
        RecentMenu(self._recent_menu, acts.clear_recent, self._settings).chosen.connect(self._open_one)

    def _connect_engine(self) -> None:
        controller, panel = self.controller, self.panel
        reading = Reading(self.canvas, self)
        reading.wanted.connect(controller.read)
        NormalisingActs(self.actions_, self.canvas, reading, self.prediction, self)
        controller.predicted.connect(self.prediction.show_predictions)
        controller.network_changed.connect(self._show_network)
        controller.training_started.connect(panel.show_started)
        controller.measured.connect(panel.show_measured)
        controller.progressed.connect(panel.show_pace)
        controller.opened.connect(panel.show_idle)
        controller.refreshed.connect(panel.plot.refresh)
        controller.changed.connect(panel.form.show_changed)
        panel.form.live_changed.connect(self._change)
        panel.form.failed.connect(self.banner.show_sentence)
        controller.state_changed.connect(self._show_state)
        controller.failed.connect(self._show_training_failed)
        self.documents.failed.connect(self.banner.show_sentence)
        self.documents.succeeded.connect(self.banner.hide)
        self._show_network(controller.in_use)
        self._show_state(controller.state)

    def _start(self) -> None:
        config = self._config()
        if config is not None and self.documents.may_lose_network():
            self.controller.start(config)

    def _go_on(self) -> None:
        config = self._config()
        if config is None:
            return
        if self.controller.has_learned_validation_digits(config):
            self.banner.show_sentence(_FLATTERED)
        elif sentence := help_texts.warning_of_going_on(self.controller.in_use, config):
            self.banner.show_sentence(sentence)
        self.controller.go_on(config)

    def _new_network(self) -> None:
        config = self._config()
        if config is not None and self.documents.may_lose_network():
            self.controller.new_network(config)

    def _config(self) -> TrainingConfig | None:
        """Return what the form says and take the last message away, or say what is wrong with the form."""
        try:
            config = self.panel.form.config()
        except DigitpadError as error:
            self.banner.show_sentence(str(error))
            return None
        self.banner.hide()
        return config

    def _change(self, name: str, value: Any) -> None:
        """Let the running training go on with another setting."""
        self.controller.change(Change(**{name: value}))

    def _show_state(self, state: TrainingState) -> None:
        acts = self.actions_
        is_idle = state is TrainingState.IDLE
        opening = (acts.open_weights, acts.open_bundled, acts.open_bundled_mlp)
        for action in (acts.start, acts.go_on, acts.new_network, *opening):
            action.setEnabled(is_idle)
        acts.pause.setEnabled(state in (TrainingState.RUNNING, TrainingState.PAUSED))
        acts.stop.setEnabled(state in (TrainingState.RUNNING, TrainingState.PAUSED))
        is_paused = state is TrainingState.PAUSED
        acts.pause.setText("&Resume" if is_paused else "&Pause")
        acts.pause.setIconText("Resume" if is_paused else "Pause")
        self.panel.show_state(state)

    def _show_network(self, in_use: NetworkInUse) -> None:
        self.setWindowTitle(f"{help_texts.name_of(in_use)}[*] \N{EN DASH} digitpad")
        self.setWindowModified(not in_use.is_saved)
        self.network_label.setText(help_texts.description_of(in_use))

    def _show_training_failed(self, sentence: str) -> None:
        self.panel.show_failed()
        self.banner.show_sentence(sentence)

    def _show_full_screen(self, on: bool) -> None:
        self.showFullScreen() if on else self.showNormal()

    def _choose_appearance(self, action: QAction) -> None:
        appearance: Appearance = action.data()
        self._settings.appearance = appearance
        self._theme.choose(appearance)

    def _open_one(self, path: Path) -> None:
        self.open([path])


def _local_paths(urls: list[QUrl]) -> list[Path]:
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
