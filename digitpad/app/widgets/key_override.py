"""Gives a key of the window another meaning within one widget."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget


class KeyOverride(QObject):
    """While `part`, or something in it, has the focus, `key` does `action` and never what it does in the window."""

    def __init__(self, part: QWidget, key: QKeySequence.StandardKey, action: Callable[[], object]) -> None:
        super().__init__(part)
        self._key, self._action = key, action
        part.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_key = event.type() in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
        if not is_key or not isinstance(event, QKeyEvent) or not event.matches(self._key):
            return False
        # Qt sends an accepted ShortcutOverride again, as a KeyPress.
        event.accept()
        if event.type() == QEvent.Type.KeyPress:
            self._action()
        return True
