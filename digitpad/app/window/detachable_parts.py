"""Parts of the window that can be detached into a window of their own."""

from PySide6.QtCore import QObject, QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QMainWindow, QVBoxLayout, QWidget

from digitpad.app.widgets.actions import make_action
from digitpad.app.widgets.visibility import in_sight

#: The pixels by which a part moves right and down when it is detached, and its margin.
_OFFSET, _MARGIN = 40, 12
#: The pixels that it keeps from the screen's corner for each part that is detached already.
_STEP = 28
#: How much larger it is than attached, its least height as a share of its width, and its largest share of the screen.
_GROWTH, _LEAST_HEIGHT, _MOST = 1.25, 0.55, 0.9


class DetachablePart(QWidget):
    """Holds `part` while that is attached. Otherwise it is empty and hidden, and its neighbors get the space."""

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
        """Show the part or hide it. While it is detached, this takes effect when it is attached again."""
        self._is_wanted = on
        self.setVisible(on and not self.is_detached)

    def attach(self) -> None:
        """Move the part back here."""
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
        """Make the part of `home` detachable. Closing its dock attaches it again."""
        dock = QDockWidget(title.replace("&", ""), self._window)
        dock.setObjectName(name)
        content = QWidget()
        around = QVBoxLayout(content)
        around.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        dock.setWidget(content)
        self._window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
        dock.hide()
        dock.setFloating(True)
        action = make_action(self, f"view.detach_{name}", title, None, explanation, checkable=True)
        self._actions[home] = action
        action.triggered.connect(lambda on: self._on_triggered(home, dock, on))
        # A dock is also shown and hidden by its close button, by `restoreState`, and by its window.
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
        """Move the part into the dock if that was shown, or back home if it was hidden."""
        if not dock.isHidden():
            self._actions[home].setChecked(True)
            if not home.is_detached:
                home.hide()
                around.addWidget(home.part)
                home.part.show()
        else:
            # When a dock leaves the window, Qt hides it and shows it again at once: attach only if it stays hidden.
            QTimer.singleShot(0, self, lambda: self._attach(home, dock))

    def _attach(self, home: DetachablePart, dock: QDockWidget) -> None:
        if dock.isHidden():
            self._actions[home].setChecked(False)
            if home.is_detached:
                home.attach()

    def _first_geometry(self, home: DetachablePart) -> QRect:
        """Return the first geometry of a detached part: moved from its place, larger, and entirely on the screen."""
        screen = self._window.screen().availableGeometry()
        width = min(round(_GROWTH * home.width()), round(_MOST * screen.width()))
        height = min(round(max(_GROWTH * home.height(), _LEAST_HEIGHT * width)), round(_MOST * screen.height()))
        place = QRect(home.mapToGlobal(QPoint(_OFFSET, _OFFSET)), QSize(width, height))
        # In the screen's corner, too, the parts that were detached before must stick out, to be seen and grabbed.
        stepped = _STEP * sum(other.is_detached for other in self._actions)
        place.moveRight(min(place.right(), screen.right() - stepped))
        place.moveBottom(min(place.bottom(), screen.bottom() - stepped))
        place.moveLeft(max(place.left(), screen.left()))
        place.moveTop(max(place.top(), screen.top() + _OFFSET))
        return place
