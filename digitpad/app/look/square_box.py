"""A frame that keeps one widget square and as large as fits, with another right below it. It knows neither."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget


class SquareBox(QWidget):
    """Holds `square` at the top, in the middle of the width, and `footer` as wide as that below it."""

    _SPACING = 10

    def __init__(self, square: QWidget, footer: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._square = square
        self._footer = footer
        square.setParent(self)
        footer.setParent(self)
        self.setMinimumSize(square.minimumSize() + QSize(0, self._footer_height()))

    def sizeHint(self) -> QSize:
        return self._square.sizeHint() + QSize(0, self._footer_height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        side = min(self.width(), self.height() - self._footer_height())
        left = (self.width() - side) // 2
        self._square.setGeometry(left, 0, side, side)
        self._footer.setGeometry(left, side + self._SPACING, side, self._footer.sizeHint().height())

    def _footer_height(self) -> int:
        return self._SPACING + self._footer.sizeHint().height()
