"""A vertical line through all plots at the pointer, with the metrics at that position."""

from collections.abc import Callable, Sequence

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF
from PySide6.QtWidgets import QToolTip


class Pointer(QObject):
    """Follows the pointer over `view`.

    `place` returns where a position lies on the horizontal axis, and `told` the text to show there.
    """

    def __init__(
        self,
        view: pg.GraphicsLayoutWidget,
        cursors: Sequence[pg.InfiniteLine],
        place: Callable[[QPointF], float | None],
        told: Callable[[float], str],
    ) -> None:
        super().__init__(view)
        self._view, self.cursors, self._place, self._told = view, cursors, place, told
        view.scene().sigMouseMoved.connect(self._point)
        view.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            for cursor in self.cursors:
                cursor.hide()
        # When the pointer rests, Qt asks the scene for a tool tip. It has none, and would hide this text.
        return event.type() == QEvent.Type.ToolTip

    def _point(self, position: QPointF) -> None:
        place = self._place(position)
        text = self._told(place) if place is not None else ""
        for cursor in self.cursors:
            cursor.setVisible(bool(text))
            if text:
                cursor.setPos(place)
        if text:
            QToolTip.showText(self._view.mapToGlobal(self._view.mapFromScene(position)), text, self._view)
