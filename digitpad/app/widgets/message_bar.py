"""A message over the lower edge of the window until it is dismissed."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

_MARGIN = 16


class MessageBar(QFrame):
    """Shown above `footer` while there is a sentence. It lies over the window: nothing moves when it appears."""

    def __init__(self, window: QWidget, footer: QWidget | None = None) -> None:
        super().__init__(window)
        self._page, self._window_footer = window, footer
        self.setObjectName("message_bar")
        self.label = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.button = QPushButton()
        self.button.clicked.connect(self._action)
        self.close_button = QToolButton()
        self.close_button.setText("\N{MULTIPLICATION SIGN}")
        self.close_button.setAutoRaise(True)
        self.close_button.setToolTip("Dismiss")
        self.close_button.setAccessibleName("Dismiss")
        self.close_button.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 8, 8, 8)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.button)
        layout.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self._offered: Callable[[], None] | None = None
        window.installEventFilter(self)
        self.hide()

    def show_sentence(self, sentence: str) -> None:
        """Show `sentence` until it is dismissed or replaced."""
        self.offer(sentence, "", None)

    def withdraw(self, sentence: str) -> None:
        """Hide `sentence`, whose cause is gone, if it is still shown."""
        if sentence and self.accessibleName() == sentence:
            self.hide()

    def offer(self, sentence: str, text: str, action: Callable[[], None] | None) -> None:
        """Show `sentence`, and a button that says `text` and does `action`."""
        self.label.setText(sentence[:1].upper() + sentence[1:])
        self.setAccessibleName(sentence)
        self.button.setText(text)
        self.button.setVisible(action is not None)
        self._offered = action
        self._place()
        self.show()
        self.raise_()

    def offer_besides(self, sentence: str, text: str, action: Callable[[], None]) -> None:
        """Like `offer`, but append to a sentence that is still shown, unless that one has an action of its own."""
        has_room = self.isVisible() and self._offered is None
        before = f"{self.label.text().rstrip('.')}. " if has_room else ""
        self.offer(before + sentence, text, action)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _action(self) -> None:
        self.hide()
        if self._offered is not None:
            self._offered()

    def _place(self) -> None:
        width = self._page.width() - 2 * _MARGIN
        height = max(self.heightForWidth(width), self.minimumSizeHint().height())
        below = self._window_footer.height() if self._window_footer is not None else 0
        self.setGeometry(_MARGIN, self._page.height() - below - height - _MARGIN // 2, width, height)
