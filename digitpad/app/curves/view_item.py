"""A graphics item that covers a plot's view, wherever that moves."""

import pyqtgraph as pg
from PySide6.QtCore import QRectF


class ViewItem(pg.GraphicsObject):
    """An item whose bounding rectangle is the view: finding the extent of all points takes as long as painting them."""

    def boundingRect(self) -> QRectF:
        view = self.getViewBox()
        return QRectF() if view is None else view.viewRect()

    def viewTransformChanged(self) -> None:
        self.prepareGeometryChange()
