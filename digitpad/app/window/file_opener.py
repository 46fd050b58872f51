"""Opens files and folders, dropped ones too, by passing each to the part of the window that handles it."""

from pathlib import Path

from PySide6.QtCore import QObject

from digitpad.app.files.documents import Documents
from digitpad.app.session.controller import Controller
from digitpad.app.training.training_panel import TrainingPanel
from digitpad.app.widgets.message_bar import MessageBar
from digitpad.data import mnist
from digitpad.engine.files import presets
from digitpad.engine.runs.summary import is_there
from digitpad.errors import DigitpadError


class FileOpener(QObject):
    """Passes each file to the part of the window that handles it."""

    def __init__(
        self, controller: Controller, documents: Documents, panel: TrainingPanel, message_bar: MessageBar
    ) -> None:
        super().__init__(controller)
        self._controller = controller
        self._documents = documents
        self._panel = panel
        self._message_bar = message_bar

    def open(self, paths: list[Path]) -> None:
        """Open files and folders: weights, drawings, presets, runs, digits to learn."""
        for path in paths:
            if path.is_dir():
                self._open_folder(path)
            elif path.suffix.lower() == presets.SUFFIX:
                self._panel.form.presets.open(path)
            else:
                self._documents.open(path)

    def open_one(self, path: Path) -> None:
        """Open one file or folder."""
        self.open([path])

    def _open_folder(self, folder: Path) -> None:
        """Select the run in `folder`, or use the digits in `folder` for the next training."""
        try:
            if is_there(folder):
                run = self._controller.store.find(str(folder))
                self._controller.store.remember(run.folder)
                self._controller.select_run(run)
                return
            if not self._controller.is_idle:
                raise DigitpadError("a training is running: stop it before other digits are chosen")
            mnist.require_files(folder)
        except DigitpadError as error:
            self._message_bar.show_sentence(str(error))
        else:
            self._panel.form.show_data(str(folder))
            self._panel.show_digits(folder.name)
            self._message_bar.hide()
