"""The actions of the window as a whole: appearance, full screen, quitting."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMainWindow

from digitpad.app.widgets.actions import make_action
from digitpad.app.widgets.theme import Appearance, Theme

_TEXTS = ((Appearance.SYSTEM, "As the &System"), (Appearance.LIGHT, "&Light"), (Appearance.DARK, "&Dark"))

_OF_APPEARANCES = "Light or dark"


class WindowActions(QObject):
    """Connects the actions with `window`; `remember` is told the appearance that was chosen."""

    def __init__(self, window: QMainWindow, theme: Theme, remember: Callable[[Appearance], None]) -> None:
        super().__init__(window)
        self._window = window
        self._theme = theme
        self._remember = remember
        self.full_screen = make_action(
            self, "view.full_screen", "F&ull Screen", "F11", "Enter or leave full screen", checkable=True
        )
        self.projector = make_action(
            self,
            "view.projector_size",
            "Pro&jector Size",
            "Ctrl+Shift+J",
            "Large letters, for teaching from the front of a room",
            checkable=True,
        )
        self.wide_canvas = make_action(
            self,
            "view.wide_canvas",
            "&Wide Canvas",
            "Ctrl+Shift+W",
            "Give the canvas the room of settings, curves and runs, for long numbers",
            checkable=True,
        )
        self.projector.toggled.connect(theme.enlarge)
        self.quit = make_action(self, "file.quit", "&Quit", "Ctrl+Q", "Close the window")
        self.quit.setMenuRole(QAction.MenuRole.QuitRole)
        self.appearances = QActionGroup(self)
        for appearance, text in _TEXTS:
            ident = f"view.appearance_{appearance.value}"
            make_action(self.appearances, ident, text, None, _OF_APPEARANCES, checkable=True).setData(appearance)
        self.full_screen.triggered.connect(self._show_full_screen)
        self.quit.triggered.connect(window.close)
        self.appearances.triggered.connect(self._choose)
        window.installEventFilter(self)

    def show_appearance(self, appearance: Appearance) -> None:
        """Look like `appearance`, and tick it."""
        self._theme.choose(appearance)
        for action in self.appearances.actions():
            action.setChecked(action.data() is appearance)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.WindowStateChange:
            self.full_screen.setChecked(self._window.isFullScreen())
        return False

    def _show_full_screen(self, on: bool) -> None:
        self._window.showFullScreen() if on else self._window.showNormal()

    def _choose(self, action: QAction) -> None:
        appearance: Appearance = action.data()
        self._remember(appearance)
        self._theme.choose(appearance)
