"""A quiet question mark beside something, which opens the page of help about it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from digitpad.app.widgets.layouts import filled


class HelpButton(QToolButton):
    """Asks for the `page`, which is about `subject`."""

    page_wanted = Signal(str)

    def __init__(self, page: str, subject: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.page = page
        self.setText("?")
        self.setAutoRaise(True)
        self.setProperty("role", "help")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip(f"Help: {subject}")
        self.setAccessibleName(f"Help: {subject}")
        self.clicked.connect(self._on_clicked)

    def _on_clicked(self) -> None:
        self.page_wanted.emit(self.page)


def with_help(label: QLabel, page: str, subject: str) -> QWidget:
    """Return `label` with a question mark beside it."""
    both = QWidget()
    layout = filled(QHBoxLayout(both), label, HelpButton(page, subject), None)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(2)
    return both
