"""Digits side by side, as many as there are, of which one can be chosen. It knows no network."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPixmap
from PySide6.QtWidgets import QListView, QWidget

from digitpad.app.look import qimage
from digitpad.app.look.theme_colors import colors
from digitpad.data.dataset import SIDE, Images

Places = npt.NDArray[np.intp]
_PIXELS, _CELL = 2 * SIDE, QSize(72, 94)
#: Pictures that are kept; the others are made again when they come into sight.
_MOST_KEPT = 2_000


class DigitWall(QListView):
    """Shows digits with a caption each; only what is in sight is painted, however many there are."""

    chosen = Signal(int)  # the place of a digit among all, by a click, Enter or the space bar

    def __init__(self, name: str, parent: QWidget | None = None, *, in_one_row: bool = False) -> None:
        super().__init__(parent)
        self._digits = _Digits(self)
        self.setModel(self._digits)
        self.setAccessibleName(name)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setWordWrap(True)
        if in_one_row:
            self.setWrapping(False)
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.setFixedHeight(_CELL.height() + self.horizontalScrollBar().sizeHint().height() + 6)
        self.setIconSize(QSize(_PIXELS, _PIXELS))
        self.setGridSize(_CELL)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.clicked.connect(self._choose)

    def show_digits(self, images: Images, places: Places, caption: Callable[[int], str]) -> None:
        """Show the digits at `places` among `images` (n, 784), each with the `caption` of its place."""
        self._digits.show_digits(images, places, caption)
        self.setAccessibleDescription(f"{len(places):,} digits")
        self.scrollToTop()
        self.horizontalScrollBar().setValue(0)

    @property
    def places(self) -> Places:
        """The places that are shown."""
        return self._digits.places

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.currentIndex().isValid():
            self._choose(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _choose(self, index: QModelIndex) -> None:
        self.chosen.emit(int(self._digits.places[index.row()]))


class _Digits(QAbstractListModel):
    def __init__(self, wall: QWidget) -> None:
        super().__init__(wall)
        self._wall = wall
        self._images: Images = np.zeros((0, SIDE * SIDE), np.uint8)
        self.places: Places = np.zeros(0, np.intp)
        self._caption: Callable[[int], str] = str
        self._kept: dict[tuple[int, str], QPixmap] = {}

    def show_digits(self, images: Images, places: Places, caption: Callable[[int], str]) -> None:
        self.beginResetModel()
        self._images, self.places, self._caption = images, places, caption
        self._kept.clear()
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return len(self.places)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        place = int(self.places[index.row()])
        if role == Qt.ItemDataRole.DecorationRole:
            return self._pixmap(place)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return self._caption(place)
        return None

    def _pixmap(self, place: int) -> QPixmap:
        shades = colors(self._wall.palette())
        key = (place, shades.name)
        if key not in self._kept:
            if len(self._kept) >= _MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            image = self._images[place].reshape(SIDE, SIDE) / np.float32(255)
            large: QImage = qimage.shaded(image.repeat(2, axis=0).repeat(2, axis=1), shades.paper, shades.ink)
            self._kept[key] = QPixmap.fromImage(large)
        return self._kept[key]
