"""Parts of the window that can be detached into a window of their own."""

from PySide6.QtCore import QObject, QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QMainWindow, QVBoxLayout, QWidget

from digitpad.app.widgets.visibility import in_sight

#: By how many pixels a part that is lent comes to lie beside and below where it was, and how many are left around it.
_ASIDE, _MARGIN = 40, 12
#: By how many pixels it keeps off the screen's corner for each one that was lent before.
_STEP = 28
#: How much larger it is than at home, its least height as a share of its width, and its largest share of the screen.
_GROWTH, _LEAST_HEIGHT, _MOST = 1.25, 0.55, 0.9


class Home(QWidget):
    """Where a part is unless it is lent; then nothing is here, and what lies beside it can have the room."""

    def __init__(self, part: QWidget) -> None:
        super().__init__()
        self.part = part
        self._is_wanted = True
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(part)

    @property
    def is_detached(self) -> bool:
        """Whether the part is elsewhere."""
        return self.part.parent() is not self

    def want(self, on: bool) -> None:
        """Show the part, or hide it; not if it is lent."""
        self._is_wanted = on
        self.setVisible(on and not self.is_detached)

    def take_back(self) -> None:
        """Have the part here again."""
        self._layout.addWidget(self.part)
        self.part.show()
        self.want(self._is_wanted)


class DetachableParts(QObject):
    """Has a dock for each part, and an action that lends it to that or takes it back."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._actions: dict[Home, QAction] = {}

    @property
    def all_actions(self) -> list[QAction]:
        """Those that lend the parts, in their order."""
        return list(self._actions.values())

    def add(self, home: Home, name: str, title: str, explanation: str) -> None:
        """Let the part of `home` be lent; a dock that is closed gives it back."""
        dock = QDockWidget(title.replace("&", ""), self._window)
        dock.setObjectName(name)
        shelf = QWidget()
        around = QVBoxLayout(shelf)
        around.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        dock.setWidget(shelf)
        self._window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
        dock.hide()
        dock.setFloating(True)
        action = self._actions[home] = QAction(title, self, checkable=True)
        action.setStatusTip(explanation)
        action.triggered.connect(lambda on: self._answer(home, dock, on))
        # By its own button, by what the window remembers and by its window a dock comes and goes, too.
        dock.toggleViewAction().toggled.connect(lambda _: self._on_toggled(home, dock, around))

    def turn(self, focus: QWidget | None) -> bool:
        """Lend the part that has the `focus`, or take it back; tell whether there is one."""
        for home, action in self._actions.items():
            if focus is not None and home.part.isAncestorOf(focus):
                action.trigger()
                focus.setFocus()
                return True
        return False

    def _answer(self, home: Home, dock: QDockWidget, on: bool) -> None:
        """Lend a part, take it back, or bring it into sight where it lies behind another one."""
        if on:
            if not dock.testAttribute(Qt.WidgetAttribute.WA_Moved):
                dock.setGeometry(self._first_place(home))
            dock.show()
        elif in_sight(dock) or dock.isFloating():
            dock.hide()
            home.take_back()
            self._window.activateWindow()
            return
        self._actions[home].setChecked(True)
        dock.raise_()
        dock.activateWindow()

    def _on_toggled(self, home: Home, dock: QDockWidget, around: QVBoxLayout) -> None:
        """Have the part where it is to be seen, now that the dock has come or gone."""
        if not dock.isHidden():
            self._actions[home].setChecked(True)
            if not home.is_detached:
                home.hide()
                around.addWidget(home.part)
                home.part.show()
        else:
            # On its way out of the window a dock goes and comes again at once.
            QTimer.singleShot(0, self, lambda: self._take_back(home, dock))

    def _take_back(self, home: Home, dock: QDockWidget) -> None:
        if dock.isHidden():
            self._actions[home].setChecked(False)
            if home.is_detached:
                home.take_back()

    def _first_place(self, home: Home) -> QRect:
        """Return where a part is to be a window for the first time: beside where it is, larger, all of it in sight."""
        screen = self._window.screen().availableGeometry()
        width = min(round(_GROWTH * home.width()), round(_MOST * screen.width()))
        height = min(round(max(_GROWTH * home.height(), _LEAST_HEIGHT * width)), round(_MOST * screen.height()))
        place = QRect(home.mapToGlobal(QPoint(_ASIDE, _ASIDE)), QSize(width, height))
        # In the screen's corner, too, those that were lent before can be told from it and taken hold of.
        stepped = _STEP * sum(other.is_detached for other in self._actions)
        place.moveRight(min(place.right(), screen.right() - stepped))
        place.moveBottom(min(place.bottom(), screen.bottom() - stepped))
        place.moveLeft(max(place.left(), screen.left()))
        place.moveTop(max(place.top(), screen.top() + _ASIDE))
        return place
