"""The keys 0 to 9, wherever in the window they are pressed."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow

from digitpad.data.dataset import CLASSES


class DigitKeys(QObject):
    """Emits `pressed` for the keys in `window` and in detached views. A field that takes digits gets them itself."""

    pressed = Signal(int)

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        for digit in range(CLASSES):
            shortcut = QShortcut(QKeySequence(str(digit)), window, autoRepeat=False)
            shortcut.activated.connect(lambda digit=digit: self.pressed.emit(digit))
