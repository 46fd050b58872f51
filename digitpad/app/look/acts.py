"""Making acts: each has a full text for its menu, a short one for its button, a key and an explanation."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

Key = QKeySequence.StandardKey
Shortcut = QKeySequence.StandardKey | str | None


def act(
    parent: QObject, text: str, shortcut: Shortcut, explanation: str, button_text: str = "", *, checkable: bool = False
) -> QAction:
    """Return a new act of `parent`."""
    action = QAction(text, parent)
    action.setCheckable(checkable)
    if button_text:
        action.setIconText(button_text)
    if isinstance(shortcut, str):
        action.setShortcut(QKeySequence(shortcut))
    elif shortcut is not None:
        action.setShortcuts(shortcut)
    action.setStatusTip(explanation)
    return action
