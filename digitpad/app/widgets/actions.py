"""Makes actions: each has a text for its menu, a short one for its button, a key and an explanation."""

import sys

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

Key = QKeySequence.StandardKey
Shortcut = QKeySequence.StandardKey | str | None
#: On a Mac, Qt's Ctrl is the Command key, and Qt's Meta is the Control key. Command+H and Command+M are the system's
#: own: they hide or minimize a window.
_MACS = {"Ctrl+H": "Meta+H", "Ctrl+M": "Meta+M"}


def keys(text: str, platform: str = sys.platform) -> QKeySequence:
    """Return the key sequence for `text`, such as ``Ctrl+H``, on this platform."""
    return QKeySequence(_MACS.get(text, text) if platform == "darwin" else text)


def make_action(
    parent: QObject, text: str, shortcut: Shortcut, explanation: str, button_text: str = "", *, checkable: bool = False
) -> QAction:
    """Return a new action that belongs to `parent`."""
    action = QAction(text, parent)
    action.setCheckable(checkable)
    if button_text:
        action.setIconText(button_text)
    if isinstance(shortcut, str):
        action.setShortcut(keys(shortcut))
    elif shortcut is not None:
        action.setShortcuts(shortcut)
    action.setStatusTip(explanation)
    # Without this, Qt on macOS moves actions whose text looks like settings to the application's own menu.
    action.setMenuRole(QAction.MenuRole.NoRole)
    return action
