"""The dock of each view, which can be moved, detached and hidden."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QRect, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QDockWidget, QFrame, QMainWindow, QScrollArea, QStyle, QTabWidget, QWidget

from digitpad.app.widgets.actions import keys, make_action
from digitpad.app.window.detachable_parts import DetachableParts

#: A screen at least so wide has room for a view beside the rest of the window.
WIDE_SCREEN = 1_900
#: The largest share of the window's width for a docked view; the pixels between one detached view and the next.
_DOCKED_SHARE, _CASCADE = 0.35, 28
#: Pixels between a view and what it lies beside, or the screen's edge.
_GAP = 8


class Docks(QObject):
    """Puts views into docks of `window`, each with an action that shows and hides it.

    A view that opens as a window of its own is placed beside `left`, if there is room: users look at both at once.
    """

    def __init__(self, window: QMainWindow, left: QWidget) -> None:
        super().__init__(window)
        self._window, self._left = window, left
        self.detachable_parts = DetachableParts(window)
        self._docks: list[QDockWidget] = []
        self._covered: set[QDockWidget] = set()
        self.tear_off = make_action(
            self,
            "view.detach",
            "Detach &or Attach View",
            "Ctrl+Shift+F",
            "Move the view, curves, runs or timeline that you work in to a window of its own, or back",
        )
        self.tear_off.triggered.connect(self._on_tear_off)
        window.setDockNestingEnabled(True)
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)

    @property
    def all_actions(self) -> list[QAction]:
        """Those that show and hide the views, in their order."""
        return [dock.toggleViewAction() for dock in self._docks]

    def _on_tear_off(self) -> None:
        """Detach or attach the part or view with the focus, else a detached view, else the first visible one."""
        if self.detachable_parts.toggle(QApplication.focusWidget()):
            return
        seen = [dock for dock in self._docks if dock.isVisible() and dock not in self._covered]
        worked_in = [dock for dock in seen if dock.isAncestorOf(QApplication.focusWidget() or self._window)]
        for dock in (worked_in or [dock for dock in seen if dock.isFloating()] or seen)[:1]:
            dock.setFloating(not dock.isFloating())
            dock.raise_()
            area = dock.widget()
            if isinstance(area, QScrollArea) and (view := area.widget()) is not None:
                view.setFocus()

    def add(self, view: QWidget, name: str, title: str, key: str, explanation: str, shown: Callable[[], None]) -> None:
        """Add a dock for `view`, hidden at first. `shown` is called whenever it becomes visible."""
        dock = QDockWidget(title.replace("&", ""), self._window)
        dock.setObjectName(name)
        # A view that has less room than it needs can be scrolled; nothing is ever laid over something else.
        area = QScrollArea()
        area.setWidget(view)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        dock.setWidget(area)
        self._window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
        if self._docks:
            self._window.tabifyDockWidget(self._docks[-1], dock)
        self._docks.append(dock)
        dock.hide()
        toggle = dock.toggleViewAction()
        toggle.setParent(self)
        toggle.setObjectName(f"view.{name}")
        toggle.setText(title)
        toggle.setShortcut(keys(key))
        toggle.setStatusTip(explanation)
        toggle.triggered.connect(lambda on: self._on_toggled(dock, view, on))
        dock.topLevelChanged.connect(lambda floats: None if floats else self._narrow(dock))
        dock.visibilityChanged.connect(lambda on: self._on_visibility_changed(dock, on))
        dock.visibilityChanged.connect(lambda on: shown() if on else None)

    def _on_visibility_changed(self, dock: QDockWidget, is_in_sight: bool) -> None:
        """Remember which views are open, but lie behind the tab of another one."""
        if is_in_sight:
            self._covered.discard(dock)
        elif not dock.isHidden():
            self._covered.add(dock)

    def _on_toggled(self, dock: QDockWidget, view: QWidget, on: bool) -> None:
        """Show a view. One that was open behind another tab was just hidden by its action, and is shown again."""
        if dock in self._covered:
            dock.show()
            dock.raise_()
            view.setFocus()
        elif on:
            self._reveal(dock, view)

    def _narrow(self, dock: QDockWidget) -> None:
        """Reduce a view that was just docked to its share of the window's width."""
        self._fit(dock, dock.width())

    def _fit(self, dock: QDockWidget, width: int) -> None:
        """Give a view that `width`, but no more than its share of the window's."""
        most = round(_DOCKED_SHARE * self._window.width())
        self._window.resizeDocks([dock], [min(width, most)], Qt.Orientation.Horizontal)

    def _reveal(self, dock: QDockWidget, view: QWidget) -> None:
        """Bring a view to where it can be seen: beside the rest where there is room, else in a window of its own."""
        if dock.property("has_place") is None:
            dock.setProperty("has_place", True)
            available = self._window.screen().availableGeometry()
            if available.width() < WIDE_SCREEN:
                self._tear_off(dock, view, available)
            elif not any(other.isVisible() and not other.isFloating() for other in self._docks if other is not dock):
                self._make_room(dock, view.sizeHint().width(), available)
        dock.raise_()
        view.setFocus()

    def _tear_off(self, dock: QDockWidget, view: QWidget, available: QRect) -> None:
        """Let a view be a window of its own, as large as it would like to be if there is room."""
        # Qt has just docked the view. The rest must be laid out again before the position of `left` is read.
        dock.setFloating(True)
        if (layout := self._window.layout()) is not None:
            layout.activate()
        aside = _CASCADE * self._docks.index(dock)
        size = view.sizeHint()
        width, height = min(size.width(), available.width() - 80), min(size.height(), available.height() - 80)
        beside = available.right() - self._left.mapToGlobal(self._left.rect().topRight()).x() - 2 * _GAP
        least = view.minimumSizeHint().width() + dock.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        width = max(min(width, beside - aside), least)
        margin = _GAP + max(0, min(aside, beside - width))
        top = min(available.top() + 48 + aside, available.bottom() - height - 8)
        dock.setGeometry(QRect(available.right() - width - margin, top, width, height))

    def _make_room(self, dock: QDockWidget, width: int, available: QRect) -> None:
        """Make the window wider by the `width` of a view that comes into it, as far as the screen allows."""
        window = self._window
        if not (window.isMaximized() or window.isFullScreen()):
            self._widen(width, available)
        self._fit(dock, width)

    def _widen(self, width: int, available: QRect) -> None:
        window = self._window
        beside = window.frameGeometry().width() - window.width()
        wider = min(window.width() + width, available.width() - beside)
        window.resize(max(window.width(), wider), window.height())
        beyond = window.frameGeometry().right() - available.right()
        if beyond > 0:
            window.move(max(available.left(), window.x() - beyond), window.y())
