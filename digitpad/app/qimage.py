"""From arrays to QImages, with a copy: Qt would otherwise read memory that the array may have given back."""

import numpy as np
from PySide6.QtGui import QColor, QImage

from digitpad.data.ink import Image


def shaded(image: Image, paper: str, ink: str) -> QImage:
    """Return `image` (height, width) in [0, 1] as a QImage whose colours run from `paper` (0) to `ink` (1)."""
    height, width = image.shape
    ends = np.array([(c.red(), c.green(), c.blue()) for c in map(QColor, (paper, ink))], np.float32)
    shares = np.clip(image, 0, 1)[:, :, None]
    pixels = np.round((1 - shares) * ends[0] + shares * ends[1]).astype(np.uint8)
    return QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()
