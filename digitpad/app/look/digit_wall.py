"""Digits side by side, as many as there are, of which one can be chosen. It knows no network."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from digitpad.app.look import qimage
from digitpad.app.look.theme_colors import colors
from digitpad.data.dataset import SIDE, Images

Places = npt.NDArray[np.intp]
_PIXELS, _WIDTH = 2 * SIDE, 72
#: Pixels of a cell besides the digit's and those of the caption's two lines.
_AROUND = 8
#: Pictures that are kept; the others are made again when they come into sight.
_MOST_KEPT = 2_000
_BATCH = 500


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
        # So many digits at once that laying them out takes no longer than a frame.
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setBatchSize(_BATCH)
        self.setItemDelegate(_Cell(self))
        self._is_row = in_one_row
        if in_one_row:
            self.setWrapping(False)
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setIconSize(QSize(_PIXELS, _PIXELS))
        self._fit()
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.clicked.connect(self._choose)

    def show_digits(self, images: Images, places: Places, caption: Callable[[int], str]) -> None:
        """Show the digits at `places` among `images` (n, 784), each with the `caption` of its place."""
        self._digits.show_digits(images, places, caption)
        self.setAccessibleDescription(f"{len(places):,} digits")
        self.scrollToTop()
        self.horizontalScrollBar().setValue(0)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        """Give each digit, and its caption in two lines, the room that they need."""
        self.setGridSize(QSize(_WIDTH, _PIXELS + 2 * self.fontMetrics().lineSpacing() + _AROUND))
        if self._is_row:
            self.setFixedHeight(self.gridSize().height() + self.horizontalScrollBar().sizeHint().height() + 6)

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


class _Cell(QStyledItemDelegate):
    """Paints a digit with its caption below; the style's own way lays every caption out anew."""

    def __init__(self, wall: DigitWall) -> None:
        super().__init__(wall)
        self._wall = wall

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        place: QRect = option.rect
        state: QStyle.StateFlag = option.state
        palette: QPalette = option.palette
        is_chosen = bool(state & QStyle.StateFlag.State_Selected)
        if is_chosen:
            painter.fillRect(place, palette.highlight())
        left = place.left() + (place.width() - _PIXELS) // 2
        painter.drawPixmap(left, place.top() + 4, index.data(Qt.ItemDataRole.DecorationRole))
        painter.setPen(palette.color(QPalette.ColorRole.HighlightedText if is_chosen else QPalette.ColorRole.Text))
        below = place.adjusted(0, _PIXELS + 5, 0, 0)
        top = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painter.drawText(below, top, index.data(Qt.ItemDataRole.DisplayRole))
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(colors(palette).accent))
            painter.drawRect(place.adjusted(0, 0, -1, -1))

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return self._wall.gridSize()


class _Digits(QAbstractListModel):
    def __init__(self, wall: QWidget) -> None:
        super().__init__(wall)
        self._wall = wall
        self._images: Images = np.zeros((0, SIDE * SIDE), np.uint8)
        self.places: Places = np.zeros(0, np.intp)
        self._caption: Callable[[int], str] = str
        self._kept: dict[tuple[int, str], QPixmap] = {}
        #: For each theme the colour of each of 256 shades of ink.
        self._inks: dict[str, npt.NDArray[np.uint32]] = {}

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
            if shades.name not in self._inks:
                ramp = qimage.pixels_of(
                    qimage.shaded(np.linspace(0, 1, 256, dtype=np.float32)[np.newaxis], shades.paper, shades.ink)
                )[0]
                red, green, blue = ramp.astype(np.uint32).T
                self._inks[shades.name] = 0xFF000000 | red << 16 | green << 8 | blue
            small = self._inks[shades.name][self._images[place].reshape(SIDE, SIDE)]
            self._kept[key] = QPixmap.fromImage(qimage.of_rgb32(small.repeat(2, axis=0).repeat(2, axis=1)))
        return self._kept[key]
