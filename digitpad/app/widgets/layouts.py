"""Lays widgets out."""

from PySide6.QtWidgets import QBoxLayout, QFrame, QLayout, QScrollArea, QWidget


def filled(layout: QBoxLayout, *parts: QWidget | QLayout | None) -> QBoxLayout:
    """Return `layout` with `parts` in it; None is a stretch, which takes the room that is left."""
    for part in parts:
        if part is None:
            layout.addStretch()
        elif isinstance(part, QLayout):
            layout.addLayout(part)
        else:
            layout.addWidget(part)
    return layout


def scrolled(widget: QWidget) -> QScrollArea:
    """Return a scroll area without a frame around `widget`."""
    area = QScrollArea(widgetResizable=True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidget(widget)
    return area
