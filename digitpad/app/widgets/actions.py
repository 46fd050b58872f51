"""Makes actions: each has a text for its menu, a short one for its button, a key and an explanation."""

import sys

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

Key = QKeySequence.StandardKey
Shortcut = QKeySequence.StandardKey | str | None
#: Qt's Ctrl is a Mac's Command key, with which these hide or shrink a window there; Qt's Meta is its Control key.
_MACS = {"Ctrl+H": "Meta+H", "Ctrl+M": "Meta+M"}


def keys(text: str, platform: str = sys.platform) -> QKeySequence:
    """Return the key that is written ``Ctrl+H``, as it is on this system."""
    return QKeySequence(_MACS.get(text, text) if platform == "darwin" else text)


def make_action(
    parent: QObject, text: str, shortcut: Shortcut, explanation: str, button_text: str = "", *, checkable: bool = False
) -> QAction:
    """Return a new act of `parent`."""
    action = QAction(text, parent)
    action.setCheckable(checkable)
    if button_text:
        action.setIconText(button_text)
    if isinstance(shortcut, str):
        action.setShortcut(keys(shortcut))
    elif shortcut is not None:
        action.setShortcuts(shortcut)
    action.setStatusTip(explanation)
    # A Mac moves what it takes for settings, by the text, to the application's own menu.
    action.setMenuRole(QAction.MenuRole.NoRole)
    return action
