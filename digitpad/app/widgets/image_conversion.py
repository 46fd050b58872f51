"""Converts between arrays and QImages, always with a copy: neither may read memory that the other has freed."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from digitpad.data.ink import Image


def pixels_of(image: QImage) -> npt.NDArray[np.uint8]:
    """Return a picture's colors (height, width, 3); what is transparent counts as white paper."""
    flat = QImage(image.size(), QImage.Format.Format_RGB888)
    flat.fill(QColor("white"))
    painter = QPainter(flat)
    painter.drawImage(QRect(QPoint(0, 0), image.size()), image)
    painter.end()
    rows = np.frombuffer(flat.constBits(), np.uint8).reshape(flat.height(), flat.bytesPerLine())
    return rows[:, : 3 * flat.width()].reshape(flat.height(), flat.width(), 3).copy()


def of_pixels(pixels: npt.NDArray[np.uint8]) -> QImage:
    """Return the picture of some colors (height, width, 3)."""
    height, width = pixels.shape[:2]
    return QImage(np.ascontiguousarray(pixels).tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def place_in(area: QRectF, image: QImage) -> QRectF:
    """Return the largest rectangle in the middle of `area` with the aspect ratio of `image`."""
    place = QRectF(QPointF(0, 0), QSizeF(image.size()).scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatio))
    place.moveCenter(area.center())
    return place


def of_rgb32(pixels: npt.NDArray[np.uint32]) -> QImage:
    """Return the picture of some colors (height, width) as Qt packs them: 0xffRRGGBB."""
    height, width = pixels.shape
    return QImage(np.ascontiguousarray(pixels).tobytes(), width, height, 4 * width, QImage.Format.Format_RGB32).copy()


def shaded(image: Image, paper: str, ink: str) -> QImage:
    """Return `image` (height, width) in [0, 1] as a QImage whose colors run from `paper` (0) to `ink` (1)."""
    height, width = image.shape
    shares = np.round(255 * np.clip(image, 0, 1)).astype(np.uint8)
    shown = QImage(shares.tobytes(), width, height, width, QImage.Format.Format_Indexed8).copy()
    shown.setColorTable(ramp(paper, ink))
    return shown


@lru_cache(maxsize=8)
def ramp(paper: str, ink: str) -> list[int]:
    """Return 256 colors from `paper` to `ink`, as Qt packs them."""
    ends = np.array([(c.red(), c.green(), c.blue()) for c in map(QColor, (paper, ink))])
    shares = np.linspace(0, 1, 256)[:, np.newaxis]
    between = np.round((1 - shares) * ends[0] + shares * ends[1]).astype(int).tolist()
    return [QColor(*color).rgb() for color in between]
