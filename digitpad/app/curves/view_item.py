"""A graphics item that covers a plot's view, wherever that moves."""

import pyqtgraph as pg
from PySide6.QtCore import QRectF


class ViewItem(pg.GraphicsObject):
    """An item in the place of the view: to find the extent of all points anew would take as long as to paint them."""

    def boundingRect(self) -> QRectF:
        view = self.getViewBox()
        return QRectF() if view is None else view.viewRect()

    def viewTransformChanged(self) -> None:
        self.prepareGeometryChange()
