"""How much larger than usual a widget's font is. Pictures beside text are scaled by the same factor."""

from PySide6.QtGui import QFontInfo
from PySide6.QtWidgets import QWidget

#: The usual font size in pixels, and a factor up to which nothing is scaled: a system's own font may be a bit larger.
_USUAL, _NOTICED = 12, 1.2


def zoom_of(widget: QWidget) -> float:
    """Return how many times as large as usual the font of `widget` is, 1 if the difference is small."""
    zoom = QFontInfo(widget.font()).pixelSize() / _USUAL
    return zoom if zoom > _NOTICED else 1.0
