"""Makes actions: each has an id, a text for its menu, a short one for its button, a key and an explanation.

An id, such as ``training.start``, is the action's object name: menus, the command palette and the list of keys find it
by that. Ids stay as they are, whatever the text becomes.
"""

import sys

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

Key = QKeySequence.StandardKey
Shortcut = QKeySequence.StandardKey | str | None
#: On a Mac, Qt's Ctrl is the Command key, and Qt's Meta is the Control key. Command+H and Command+M are the system's
#: own: they hide or minimize a window.
_WHY_NOT = "why_not"
_MACS = {"Ctrl+H": "Meta+H", "Ctrl+M": "Meta+M"}


def keys(text: str, platform: str = sys.platform) -> QKeySequence:
    """Return the key sequence for `text`, such as ``Ctrl+H``, on this platform."""
    return QKeySequence(_MACS.get(text, text) if platform == "darwin" else text)


def make_action(
    parent: QObject,
    ident: str,
    text: str,
    shortcut: Shortcut,
    explanation: str,
    button_text: str = "",
    *,
    checkable: bool = False,
) -> QAction:
    """Return a new action that belongs to `parent`."""
    action = QAction(text, parent)
    action.setObjectName(ident)
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


def allow(action: QAction, why_not: str) -> None:
    """Enable `action`, or disable it and keep the reason `why_not`, which its button and the palette tell."""
    action.setProperty(_WHY_NOT, why_not)
    action.setEnabled(not why_not)


def why_not(action: QAction) -> str:
    """Return why `action` is not possible now; nothing where it is."""
    return "" if action.isEnabled() else str(action.property(_WHY_NOT) or "")


def all_actions(parent: QObject) -> dict[str, QAction]:
    """Return every action below `parent` that has an id, by its id."""
    return {action.objectName(): action for action in parent.findChildren(QAction) if "." in action.objectName()}
