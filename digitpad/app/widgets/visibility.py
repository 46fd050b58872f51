"""Whether a widget can be seen by the user."""

from PySide6.QtWidgets import QWidget


def in_sight(widget: QWidget) -> bool:
    """Tell whether any of `widget` is shown: it is not while it lies behind another tab."""
    return widget.isVisible() and not widget.visibleRegion().isEmpty()
