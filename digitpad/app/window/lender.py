"""Parts of the window that can be a window of their own: each is at home, or lent to a dock. It knows none of them."""

from PySide6.QtCore import QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QMainWindow, QVBoxLayout, QWidget

#: By how many pixels a part that is lent comes to lie beside and below where it was, and how many are left around it.
_ASIDE, _MARGIN = 40, 12
#: How much larger it is than at home, and its least height as a share of its width.
_GROWTH, _LEAST_HEIGHT = 1.25, 0.55


class Home(QWidget):
    """Where a part is unless it is lent; then it is hidden, and the rest of the window has its room."""

    def __init__(self, part: QWidget) -> None:
        super().__init__()
        self.part = part
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(part)

    @property
    def is_lent(self) -> bool:
        """Whether the part is elsewhere."""
        return self.part.parent() is not self

    def take_back(self) -> None:
        """Have the part here again."""
        self._layout.addWidget(self.part)
        self.part.show()
        self.show()


class Lender(QObject):
    """Has a dock for each part, and an act that lends it to that or takes it back."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._docks: dict[Home, QDockWidget] = {}

    @property
    def acts(self) -> list[QAction]:
        """Those that lend the parts, in their order."""
        return [dock.toggleViewAction() for dock in self._docks.values()]

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
        self._docks[home] = dock
        toggle = dock.toggleViewAction()
        toggle.setParent(self)
        toggle.setText(title)
        toggle.setStatusTip(explanation)
        # Shown and hidden the dock is by its own button and by what the window remembers, too.
        toggle.toggled.connect(lambda on: self._lend(home, dock, around) if on else home.take_back())
        toggle.triggered.connect(lambda on: self._place(dock) if on else None)

    def turn(self, focus: QWidget | None) -> bool:
        """Lend the part that has the `focus`, or take it back; tell whether there is one."""
        for home, dock in self._docks.items():
            if focus is not None and home.part.isAncestorOf(focus):
                dock.toggleViewAction().trigger()
                focus.setFocus()
                return True
        return False

    def _lend(self, home: Home, dock: QDockWidget, around: QVBoxLayout) -> None:
        corner, size = home.mapToGlobal(QPoint(_ASIDE, _ASIDE)), home.size()
        home.hide()
        around.addWidget(home.part)
        home.part.show()
        if dock.property("place") is None:
            dock.setProperty(
                "place", QRect(corner, QSize(round(_GROWTH * size.width()), round(_GROWTH * size.height())))
            )

    def _place(self, dock: QDockWidget) -> None:
        """Let a part that is lent for the first time be a window of its own beside where it was."""
        place = dock.property("place")
        if isinstance(place, QRect) and not place.isNull():
            dock.setProperty("place", QRect())
            dock.setFloating(True)
            available = self._window.screen().availableGeometry()
            place.moveRight(min(place.right(), available.right() - 8))
            place.moveBottom(min(place.bottom(), available.bottom() - 8))
            dock.setGeometry(place)
        dock.raise_()
        dock.activateWindow()
