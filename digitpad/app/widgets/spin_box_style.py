"""How spin boxes come to look like other fields, where no rule of style reaches."""

from PySide6.QtWidgets import QAbstractSpinBox

#: Pixels.
_INDENT = 5


def indent(box: QAbstractSpinBox) -> None:
    """Let the text of a spin box begin where that of other fields does."""
    box.lineEdit().setTextMargins(_INDENT, 0, 0, 0)
