"""Push buttons that show actions."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from digitpad.app.widgets.actions import why_not


class ActionButton(QPushButton):
    """A push button that mirrors an action: text, enabled and checked state, and the shortcut in the tool tip."""

    def __init__(self, action: QAction) -> None:
        super().__init__()
        self._action = action
        self.setObjectName(action.objectName())
        # A click must not take the focus from a field with invalid text: it would be discarded without a message.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCheckable(action.isCheckable())
        self.clicked.connect(action.trigger)
        action.changed.connect(self._on_action_changed)
        self._on_action_changed()

    def _on_action_changed(self) -> None:
        self.setText(self._action.iconText())
        self.setEnabled(self._action.isEnabled())
        self.setChecked(self._action.isChecked())
        shortcut = self._action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        keys = f" ({shortcut})" if shortcut else ""
        reason = why_not(self._action)
        self.setToolTip(f"{self._action.statusTip()}{keys}{reason and chr(10)}{reason}")


def button_row(*actions: QAction) -> QWidget:
    """Return equally wide buttons for `actions`, side by side."""
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(8)
    for action in actions:
        layout.addWidget(ActionButton(action), 1)
    return row
