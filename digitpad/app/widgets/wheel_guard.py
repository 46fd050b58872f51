"""Keeps the mouse wheel from changing fields that it passes while scrolling."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget


class WheelGuard(QObject):
    """Lets the wheel change `widget` only while that has the focus; else it scrolls what the widget lies in."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        # The wheel gives it no focus.
        widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False
