"""Lays out the canvas with its buttons, a widget beside them, and one below all, without empty corners."""

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

_GAP, _FOOTER_GAP = 20, 8
#: The share of the width for the widget beside the canvas, within that widget's own limits.
_SIDE_SHARE = 0.32


class CanvasFrame(QWidget):
    """`canvas` as wide as fits and no higher than wide, `footer` right below, `side` beside both, `below` under all."""

    def __init__(self, canvas: QWidget, footer: QWidget, side: QWidget, below: QWidget) -> None:
        super().__init__()
        self._canvas, self._footer, self._side, self._below = canvas, footer, side, below
        for widget in (canvas, footer, side, below):
            widget.setParent(self)
        least = canvas.minimumSize()
        height = max(least.height() + self._footer_height(), side.minimumSizeHint().height())
        self.setMinimumSize(
            least.width() + _GAP + side.minimumSizeHint().width(), height + _GAP + below.minimumSizeHint().height()
        )

    def sizeHint(self) -> QSize:
        return QSize(700, 620)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            # `below` may have been hidden or shown.
            self._share()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._share()

    def _share(self) -> None:
        width, height = self.width(), self.height()
        below = 0
        if not self._below.isHidden():
            below = _GAP + max(self._below.minimumSizeHint().height(), min(170, round(0.2 * height)))
        least = self._side.minimumSizeHint()
        aside = min(max(least.width(), round(_SIDE_SHARE * width)), width)
        above = height - below
        wide = max(0, width - aside - _GAP)
        high = max(0, min(wide, above - self._footer_height()))
        upper = max(high + self._footer_height(), least.height())
        self._canvas.setGeometry(0, 0, wide, high)
        self._footer.setGeometry(0, high + _FOOTER_GAP, wide, self._footer.sizeHint().height())
        self._side.setGeometry(wide + _GAP, 0, width - wide - _GAP, upper)
        self._below.setGeometry(0, upper + _GAP, width, max(0, height - upper - _GAP))

    def _footer_height(self) -> int:
        return _FOOTER_GAP + self._footer.sizeHint().height()
