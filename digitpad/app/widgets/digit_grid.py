"""A scrollable grid of digits, of which one can be chosen."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from digitpad.app.widgets import image_conversion
from digitpad.app.widgets.theme_colors import colors
from digitpad.app.widgets.zoom import zoom_of
from digitpad.data.dataset import SIDE, Images

Indices = npt.NDArray[np.intp]
#: Screen pixels per image pixel; the space beside a digit; the space above and below it with its two-line caption.
_PIXEL, _BESIDE, _AROUND = 2, 16, 8
#: The cached pictures of cells: so many bytes, or 1.5 times the cells in sight if that is more. The others are made
#: again when they come into sight.
_MOST_BYTES, _BEYOND = 16_000_000, 1.5
_BATCH = 500


class DigitGrid(QListView):
    """Shows digits with a caption each; only what is in sight is painted, however many there are."""

    chosen = Signal(int)  # the index of a digit in all `images`: it was clicked, or Enter or the space bar pressed

    def __init__(self, name: str, *, in_one_row: bool = False) -> None:
        super().__init__()
        self._digits = _Digits(self)
        #: Screen pixels per image pixel.
        self.pixel = _PIXEL
        self.setModel(self._digits)
        self.setAccessibleName(name)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        # So many digits at once that laying them out takes no longer than a frame.
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setBatchSize(_BATCH)
        self._cell = _Cell(self, self._digits)
        self.setItemDelegate(self._cell)
        self._is_row = in_one_row
        if in_one_row:
            self.setWrapping(False)
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._fit()
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.clicked.connect(self._choose)

    def show_digits(self, images: Images, places: Indices, caption: Callable[[int], str]) -> None:
        """Show the digits at `places` among `images` (n, 784), each with the `caption` of its place."""
        self._cell.forget()
        self._digits.show_digits(images, places, caption)
        self.setAccessibleDescription(f"{len(places):,} digits")
        self.scrollToTop()
        self.horizontalScrollBar().setValue(0)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange):
            self._cell.forget()
            self._fit()

    def _fit(self) -> None:
        """Give each digit, and its caption in two lines, the room that they need."""
        self.pixel = round(_PIXEL * zoom_of(self))
        side = self.pixel * SIDE
        self.setIconSize(QSize(side, side))
        self.setGridSize(QSize(side + _BESIDE, side + 2 * self.fontMetrics().lineSpacing() + _AROUND))
        if self._is_row:
            self.setFixedHeight(self.gridSize().height() + self.horizontalScrollBar().sizeHint().height() + 6)

    @property
    def count_in_sight(self) -> int:
        """About how many digits there is room for."""
        room, cell = self.viewport().size(), self.gridSize()
        return (1 + room.width() // cell.width()) * (2 + room.height() // cell.height())

    @property
    def places(self) -> Indices:
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
    """Paints a digit and its caption from a cached picture of both, because laying out the caption is slow."""

    def __init__(self, digit_grid: DigitGrid, digits: "_Digits") -> None:
        super().__init__(digit_grid)
        self._digit_grid, self._digits = digit_grid, digits
        self._kept: dict[tuple[int, int, float], QPixmap] = {}

    def forget(self) -> None:
        """Clear the cached pictures: the digits, the colors or the font have changed."""
        self._kept.clear()

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        place: QRect = option.rect
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(place, option.palette.highlight())
            self._draw(painter, place, index.row(), QPalette.ColorRole.HighlightedText)
        else:
            painter.drawPixmap(place.topLeft(), self._picture(index.row(), place.size(), painter))
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(colors(option.palette).accent))
            painter.drawRect(place.adjusted(0, 0, -1, -1))

    def _picture(self, row: int, size: QSize, painter: QPainter) -> QPixmap:
        """Return the picture of an unselected cell of `size`, at the pixel ratio of the painter's device."""
        ratio = painter.device().devicePixelRatio()
        key = (row, size.width(), ratio)
        if key not in self._kept:
            picture = QPixmap(size * ratio)
            bytes_of_one = 4 * picture.width() * picture.height()
            while len(self._kept) >= max(_MOST_BYTES // bytes_of_one, _BEYOND * self._digit_grid.count_in_sight):
                del self._kept[next(iter(self._kept))]
            picture.setDevicePixelRatio(ratio)
            picture.fill(Qt.GlobalColor.transparent)
            inner = QPainter(picture)
            inner.setFont(painter.font())
            self._draw(inner, QRect(QPoint(), size), row, QPalette.ColorRole.Text)
            inner.end()
            self._kept[key] = picture
        return self._kept[key]

    def _draw(self, painter: QPainter, place: QRect, row: int, ink: QPalette.ColorRole) -> None:
        image = self._digits.image(row, self._digit_grid.pixel)
        painter.drawImage(place.left() + (place.width() - image.width()) // 2, place.top() + 4, image)
        painter.setPen(self._digit_grid.palette().color(ink))
        top = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painter.drawText(place.adjusted(0, image.height() + 5, 0, 0), top, self._digits.caption(row))

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return self._digit_grid.gridSize()


class _Digits(QAbstractListModel):
    def __init__(self, digit_grid: QWidget) -> None:
        super().__init__(digit_grid)
        self._digit_grid = digit_grid
        self._images: Images = np.zeros((0, SIDE * SIDE), np.uint8)
        self.places: Indices = np.zeros(0, np.intp)
        self._caption: Callable[[int], str] = str
        #: For each theme the color of each of 256 shades of ink.
        self._inks: dict[str, npt.NDArray[np.uint32]] = {}

    def show_digits(self, images: Images, places: Indices, caption: Callable[[int], str]) -> None:
        self.beginResetModel()
        self._images, self.places, self._caption = images, places, caption
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return len(self.places)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return self.caption(index.row())
        return None

    def caption(self, row: int) -> str:
        """Return what is written below the digit in `row`."""
        return self._caption(int(self.places[row]))

    def image(self, row: int, pixel: int) -> QImage:
        """Return the digit in `row`, in the colors of the theme, with `pixel` screen pixels per image pixel."""
        shades = colors(self._digit_grid.palette())
        if shades.name not in self._inks:
            self._inks[shades.name] = np.array(image_conversion.ramp(shades.paper, shades.ink), np.uint32)
        small = self._inks[shades.name][self._images[self.places[row]].reshape(SIDE, SIDE)]
        return image_conversion.of_rgb32(small.repeat(pixel, axis=0).repeat(pixel, axis=1))
