"""How much larger than usual a widget's letters are; pictures beside them grow alike."""

from PySide6.QtGui import QFontInfo
from PySide6.QtWidgets import QWidget

#: Pixels of usual letters; a system's own may be somewhat larger, for which nothing needs to grow.
_USUAL, _NOTICED = 12, 1.2


def zoom_of(widget: QWidget) -> float:
    """Return how many times as large as usual the letters of `widget` are, 1 where the difference is small."""
    zoom = QFontInfo(widget.font()).pixelSize() / _USUAL
    return zoom if zoom > _NOTICED else 1.0
