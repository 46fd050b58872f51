"""Combo boxes of texts."""

from collections.abc import Iterable

from PySide6.QtWidgets import QComboBox


def choice(name: str, texts: Iterable[str], tip: str = "") -> QComboBox:
    """Return a combo box of `texts`, which screen readers call `name`, with a tool tip."""
    box = QComboBox()
    box.addItems(list(texts))
    box.setAccessibleName(name)
    box.setToolTip(tip)
    return box
