"""Parts of the window that can be detached into a window of their own."""

from PySide6.QtCore import QObject, QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QMainWindow, QVBoxLayout, QWidget

from digitpad.app.widgets.visibility import in_sight

#: By how many pixels a detached part comes to lie beside and below where it was, and how many are left around it.
_OFFSET, _MARGIN = 40, 12
#: By how many pixels it keeps off the screen's corner for each one that was detached before.
_STEP = 28
#: How much larger it is than attached, its least height as a share of its width, and its largest share of the screen.
_GROWTH, _LEAST_HEIGHT, _MOST = 1.25, 0.55, 0.9


class DetachablePart(QWidget):
    """Holds `part` while it is attached; else it is empty, and what lies beside it can have the room."""

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
        """Show the part, or hide it; not if it is detached."""
        self._is_wanted = on
        self.setVisible(on and not self.is_detached)

    def attach(self) -> None:
        """Have the part here again."""
        self._layout.addWidget(self.part)
        self.part.show()
        self.want(self._is_wanted)


class DetachableParts(QObject):
    """Has a dock for each part, and an action that detaches or attaches it."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._actions: dict[DetachablePart, QAction] = {}

    @property
    def all_actions(self) -> list[QAction]:
        """Those that detach the parts, in their order."""
        return list(self._actions.values())

    def add(self, home: DetachablePart, name: str, title: str, explanation: str) -> None:
        """Let the part of `home` be detached; a dock that is closed attaches it again."""
        dock = QDockWidget(title.replace("&", ""), self._window)
        dock.setObjectName(name)
        content = QWidget()
        around = QVBoxLayout(content)
        around.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        dock.setWidget(content)
        self._window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
        dock.hide()
        dock.setFloating(True)
        action = self._actions[home] = QAction(title, self, checkable=True)
        action.setStatusTip(explanation)
        action.triggered.connect(lambda on: self._on_triggered(home, dock, on))
        # By its own button, by what the window remembers and by its window a dock comes and goes, too.
        dock.toggleViewAction().toggled.connect(lambda _: self._on_toggled(home, dock, around))

    def toggle(self, focus: QWidget | None) -> bool:
        """Detach the part that has the `focus`, or attach it; tell whether there is one."""
        for home, action in self._actions.items():
            if focus is not None and home.part.isAncestorOf(focus):
                action.trigger()
                focus.setFocus()
                return True
        return False

    def _on_triggered(self, home: DetachablePart, dock: QDockWidget, on: bool) -> None:
        """Detach a part, attach it, or bring it into sight where it lies behind another one."""
        if on:
            if not dock.testAttribute(Qt.WidgetAttribute.WA_Moved):
                dock.setGeometry(self._first_geometry(home))
            dock.show()
        elif in_sight(dock) or dock.isFloating():
            dock.hide()
            home.attach()
            self._window.activateWindow()
            return
        self._actions[home].setChecked(True)
        dock.raise_()
        dock.activateWindow()

    def _on_toggled(self, home: DetachablePart, dock: QDockWidget, around: QVBoxLayout) -> None:
        """Have the part where it is to be seen, now that the dock has come or gone."""
        if not dock.isHidden():
            self._actions[home].setChecked(True)
            if not home.is_detached:
                home.hide()
                around.addWidget(home.part)
                home.part.show()
        else:
            # On its way out of the window a dock goes and comes again at once.
            QTimer.singleShot(0, self, lambda: self._attach(home, dock))

    def _attach(self, home: DetachablePart, dock: QDockWidget) -> None:
        if dock.isHidden():
            self._actions[home].setChecked(False)
            if home.is_detached:
                home.attach()

    def _first_geometry(self, home: DetachablePart) -> QRect:
        """Return where a part is to be a window for the first time: beside where it is, larger, all of it in sight."""
        screen = self._window.screen().availableGeometry()
        width = min(round(_GROWTH * home.width()), round(_MOST * screen.width()))
        height = min(round(max(_GROWTH * home.height(), _LEAST_HEIGHT * width)), round(_MOST * screen.height()))
        place = QRect(home.mapToGlobal(QPoint(_OFFSET, _OFFSET)), QSize(width, height))
        # In the screen's corner, too, those that were detached before can be told from it and taken hold of.
        stepped = _STEP * sum(other.is_detached for other in self._actions)
        place.moveRight(min(place.right(), screen.right() - stepped))
        place.moveBottom(min(place.bottom(), screen.bottom() - stepped))
        place.moveLeft(max(place.left(), screen.left()))
        place.moveTop(max(place.top(), screen.top() + _OFFSET))
        return place
