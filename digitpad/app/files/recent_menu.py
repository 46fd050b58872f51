"""The menu of files opened or saved lately."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from digitpad.app.files.settings import Settings


class RecentMenu(QObject):
    """Fills `menu` from the settings whenever it opens; `clear` is the action of emptying it."""

    chosen = Signal(object)  # Path

    def __init__(self, menu: QMenu, clear: QAction, settings: Settings) -> None:
        super().__init__(menu)
        self._menu = menu
        self._clear = clear
        self._settings = settings
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(self._fill)
        menu.triggered.connect(self._choose)
        clear.triggered.connect(settings.clear_recent)

    def _fill(self) -> None:
        self._menu.clear()
        for path in self._settings.recent:
            action = self._menu.addAction(path.name)
            action.setToolTip(str(path))
            action.setData(path)
        self._menu.addSeparator()
        self._menu.addAction(self._clear)

    def _choose(self, action: QAction) -> None:
        if isinstance(action.data(), Path):
            self.chosen.emit(action.data())
