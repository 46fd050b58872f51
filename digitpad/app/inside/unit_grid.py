"""The units of a layer side by side: a picture of each, and its output below."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QToolTip, QWidget

from digitpad.app.widgets import image_conversion
from digitpad.app.widgets.theme_colors import colors
from digitpad.app.widgets.zoom import zoom_of
from digitpad.nn.workspace import Array

_SIDE, _BAR, _GAP = 46, 6, 6
_STRONGEST = 3


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """What is shown of some units.

    Their pictures are `rgb` (units, height, width, 3). `sent` (units,) are their outputs, None without a drawing.
    `silent` (units,) tells which are dead, None if that is not known.
    """

    rgb: npt.NDArray[np.uint8]
    sent: Array | None = None
    silent: "npt.NDArray[np.bool_] | None" = None


class UnitGrid(QWidget):
    """Shows `Units`. One of them is selected, by a click or by the arrow keys."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.units = Units(np.zeros((0, 1, 1, 3), np.uint8))
        self.unit = 0
        #: Pixels of a unit's side.
        self._side = round(_SIDE * zoom_of(self))
        #: The range of the visible units, and their pictures stacked in one image: one is made faster than many.
        self._sheet: tuple[range, QImage] = (range(0), QImage())
        self.setAccessibleName("Units")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)

    def show_units(self, units: Units) -> None:
        """Show `units` from now on."""
        is_other = len(units.rgb) != len(self.units.rgb)
        self.units = units
        self._sheet = (range(0), QImage())
        self.unit = min(self.unit, max(0, len(units.rgb) - 1))
        self.setAccessibleDescription(self._description())
        if is_other:
            self._fit()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._side = round(_SIDE * zoom_of(self))
            self._fit()

    def place_of(self, unit: int) -> QRect:
        """Return where the picture of `unit` is."""
        row, column = divmod(unit, self._columns)
        return QRect(column * self._cell.width(), row * self._cell.height(), self._side, self._side)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        shades = colors(self.palette())
        sent, silent = self.units.sent, self.units.silent
        most = float(np.abs(sent).max(initial=0.0)) if sent is not None else 0.0
        first = event.rect().top() // self._cell.height() * self._columns
        last = (event.rect().bottom() // self._cell.height() + 1) * self._columns
        in_sight = range(max(0, first), min(last, len(self.units.rgb)))
        sheet, height, width = self._pixmap_of(in_sight), *self.units.rgb.shape[1:3]
        border, choice = QPen(QColor(shades.border), 1), QPen(QColor(shades.accent), 2)
        track, above, below = (QColor(color) for color in (shades.track, shades.validation, shades.training))
        for number, unit in enumerate(in_sight):
            place = self.place_of(unit)
            if silent is not None and silent[unit]:
                painter.setOpacity(0.3)
            painter.drawImage(place, sheet, QRect(0, number * height, width, height))
            painter.setOpacity(1)
            painter.setPen(choice if unit == self.unit else border)
            painter.drawRect(place)
            if unit == self.unit and self.hasFocus():
                painter.setPen(QPen(QColor(shades.accent), 1, Qt.PenStyle.DotLine))
                painter.drawRect(place.adjusted(-3, -3, 3, 3))
            if sent is not None and most > 0:
                bar = QRectF(place.left(), place.bottom() + 3, self._side, _BAR - 2)
                painter.fillRect(bar, track)
                bar.setWidth(self._side * abs(float(sent[unit])) / most)
                painter.fillRect(bar, above if sent[unit] > 0 else below)

    def _pixmap_of(self, units: range) -> QImage:
        if self._sheet[0] != units:
            rgb = self.units.rgb[units.start : units.stop]
            self._sheet = units, image_conversion.of_pixels(rgb.reshape(-1, *rgb.shape[2:]))
        return self._sheet[1]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if (unit := self._unit_at(event.position())) is not None:
            self._choose(unit)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if (unit := self._unit_at(event.position())) is not None:
            QToolTip.showText(event.globalPosition().toPoint(), self._words(unit), self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        columns = self._columns
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -columns, Qt.Key.Key_Down: columns}
        step: Any = steps.get(Qt.Key(event.key()))
        if step is not None and 0 <= self.unit + step < len(self.units.rgb):
            self._choose(self.unit + step)
        else:
            super().keyPressEvent(event)

    def _choose(self, unit: int) -> None:
        self.unit = unit
        parent = self.parent()
        area = parent.parent() if parent is not None else None
        if isinstance(area, QScrollArea):
            area.ensureVisible(self.place_of(unit).center().x(), self.place_of(unit).center().y())
        self.update()
        self.chosen.emit(unit)

    @property
    def _cell(self) -> QSize:
        return QSize(self._side + _GAP, self._side + _BAR + _GAP + 2)

    @property
    def _columns(self) -> int:
        return max(1, (self.width() - 2) // self._cell.width())

    def _fit(self) -> None:
        rows = -(-len(self.units.rgb) // self._columns)
        self.setMinimumHeight(rows * self._cell.height() + 2)

    def _unit_at(self, place: QPointF) -> int | None:
        column = int(place.x()) // self._cell.width()
        unit = int(place.y()) // self._cell.height() * self._columns + column
        return unit if column < self._columns and 0 <= unit < len(self.units.rgb) else None

    def _words(self, unit: int) -> str:
        sent = self.units.sent
        words = f"unit {unit}"
        if sent is not None:
            words += f": output {sent[unit]:.4g}"
        if self.units.silent is not None and self.units.silent[unit]:
            words += "; dead: active for no validation digit"
        return words

    def _description(self) -> str:
        sent = self.units.sent
        words = f"{len(self.units.rgb)} units"
        if sent is not None and len(sent):
            strongest = np.argsort(-sent, kind="stable")[:_STRONGEST]
            words += "; the strongest: " + ", ".join(self._words(int(unit)) for unit in strongest)
        return words
