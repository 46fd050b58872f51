"""Numbers as diverging colors: blue below zero, orange above; and their scale."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from digitpad.app.widgets import image_conversion
from digitpad.app.widgets.theme_colors import Colors, colors
from digitpad.nn.workspace import Array

_RAMP = 0.7


def pixels(values: Array, most: float, shades: Colors) -> npt.NDArray[np.uint8]:
    """Return the colors (..., 3) of `values` as bytes, red, green, blue. `most` and -`most` get the fullest colors."""
    below, paper, above = (
        np.array([color.red(), color.green(), color.blue()], np.float32)
        for color in map(QColor, (shades.training, shades.paper, shades.validation))
    )
    shares = np.clip(np.nan_to_num(values) / most if most > 0 else np.zeros_like(values), -1, 1)[..., np.newaxis]
    # Medium values must stand out from the background, in the dark theme too.
    shares = np.sign(shares) * np.abs(shares) ** _RAMP
    mixed = np.where(shares < 0, -shares * below, shares * above) + (1 - np.abs(shares)) * paper
    colors: npt.NDArray[np.uint8] = np.round(mixed).astype(np.uint8)
    return colors


def picture(values: Array, most: float, shades: Colors) -> QImage:
    """Return `values` (height, width) as a picture, a pixel each."""
    return image_conversion.of_pixels(pixels(values, most, shades))


class Scale(QWidget):
    """The legend: which color stands for which number."""

    _BAR = 120

    def __init__(self) -> None:
        super().__init__()
        self._most = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Scale")

    def show_most(self, most: float) -> None:
        """Tell what the fullest colors stand for."""
        self._most = most
        self.setAccessibleDescription(f"From {-most:.3g} in blue over 0 to {most:.3g} in orange")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._BAR + 130, 22)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        shades = colors(self.palette())
        bar = QRectF((self.width() - self._BAR) / 2, 5, self._BAR, self.height() - 10)
        painter.drawImage(bar, picture(np.linspace(-1, 1, self._BAR)[np.newaxis], 1, shades))
        painter.setPen(QColor(shades.border))
        painter.drawRect(bar)
        painter.drawLine(bar.center().toPoint(), bar.center().toPoint())
        painter.setPen(QColor(shades.hint))
        middle = Qt.AlignmentFlag.AlignVCenter
        left = QRectF(0, 0, bar.left() - 6, self.height())
        right = QRectF(bar.right() + 6, 0, self.width() - bar.right() - 6, self.height())
        painter.drawText(left, middle | Qt.AlignmentFlag.AlignRight, f"\N{MINUS SIGN}{self._most:.3g}")
        painter.drawText(right, middle | Qt.AlignmentFlag.AlignLeft, f"{self._most:.3g}")
