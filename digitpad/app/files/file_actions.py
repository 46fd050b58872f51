"""The actions of opening and saving, and the menu of recent files."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu

from digitpad.app.files.documents import Documents
from digitpad.app.files.recent_menu import RecentMenu
from digitpad.app.files.settings import Settings
from digitpad.app.widgets.actions import Key, make_action
from digitpad.engine.files import weights


class FileActions(QObject):
    """Connects the actions with `documents`."""

    chosen = Signal(object)  # Path of a recent file

    def __init__(self, documents: Documents, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self._documents = documents
        self.open_weights = make_action(
            self, "file.open_weights", "&Open Weights...", Key.Open, "Open a network that was saved"
        )
        self.open_bundled = make_action(
            self, "file.open_bundled", "Open &Bundled Network", None, "Open the CNN that comes with digitpad"
        )
        self.open_bundled_mlp = make_action(
            self, "file.open_bundled_mlp", "Open Bundled &MLP", None, "Open the MLP that comes with digitpad"
        )
        self.save = make_action(self, "file.save_weights", "&Save Weights", Key.Save, "Save the current network")
        self.save_as = make_action(
            self, "file.save_weights_as", "Save Weights &As...", "Ctrl+Shift+S", "Save the network as another file"
        )
        self.open_drawing = make_action(
            self,
            "file.open_drawing",
            "Open &Drawing...",
            "Ctrl+Shift+O",
            "Put a drawing or a 28x28 picture on the canvas",
        )
        self.save_drawing = make_action(
            self, "file.save_drawing", "Save Dra&wing...", "Ctrl+Alt+S", "Save the strokes, or a picture"
        )
        self.clear_recent = make_action(self, "file.clear_recent", "&Clear List", None, "Forget the recent files")
        self.recent = QMenu("Open &Recent")
        self._recent = RecentMenu(self.recent, self.clear_recent, settings)
        self._recent.chosen.connect(self.chosen)
        self.open_weights.triggered.connect(documents.choose_weights)
        self.open_bundled.triggered.connect(self._open_bundled)
        self.open_bundled_mlp.triggered.connect(self._open_bundled_mlp)
        self.save.triggered.connect(documents.save)
        self.save_as.triggered.connect(documents.save_as)
        self.open_drawing.triggered.connect(documents.choose_drawing)
        self.save_drawing.triggered.connect(documents.save_drawing)

    def _open_bundled(self) -> None:
        self._documents.open(Path(weights.BUNDLED))

    def _open_bundled_mlp(self) -> None:
        self._documents.open(Path(weights.BUNDLED_MLP))
