"""Words have room: as they are, and where those of another language are a third longer, on a small screen."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QCheckBox, QLabel, QPushButton, QScrollBar, QWidget
from pytestqt.qtbot import QtBot

from digitpad.app.widgets.elided_label import ElidedLabel
from digitpad.app.window.main_window import MainWindow
from tests.app.views import show_view
from tests.resting import until_at_rest
from tests.screenshot import draw

pytestmark = pytest.mark.slow

#: Pixels of frame and padding that a text of a button needs at least, on both sides together.
_AROUND = 8
VIEWS = ["mistakes", "inside", "steps", "handwriting", "explain"]


def texts_of(window: MainWindow) -> list[QLabel | QAbstractButton]:
    """All that is written on the window and neither elides itself nor is typed by the user."""
    found = [*window.findChildren(QLabel), *window.findChildren(QPushButton), *window.findChildren(QCheckBox)]
    return [
        widget
        for widget in found
        if widget.isVisible()
        and widget.text()
        and not isinstance(widget, ElidedLabel)
        and not widget.visibleRegion().isEmpty()
    ]


def needed(widget: QLabel | QAbstractButton) -> str:
    """What a text lacks, or nothing."""
    if isinstance(widget, QLabel) and widget.wordWrap():
        lacks = widget.heightForWidth(widget.width()) - widget.height()
        return f"{lacks} pixels of height" if lacks > 1 else ""
    least = widget.sizeHint().width()
    if isinstance(widget, QPushButton):
        # Of a button's usual room around its text some may be missing.
        least = widget.fontMetrics().horizontalAdvance(widget.text().replace("&", "")) + _AROUND
    lacks = least - widget.width()
    return f"{lacks} pixels of width" if lacks > 0 else ""


def is_outside(widget: QWidget) -> bool:
    """Whether a widget reaches beyond its window: the main one, or that of a view that was torn off."""
    corner = widget.mapTo(widget.window(), QPoint(0, 0))
    return not widget.window().rect().contains(QRect(corner, widget.size()))


def longer(text: str) -> str:
    """`text` with words a third longer."""
    return " ".join(
        word + word[: max(1, round(0.3 * len(word)))] if word.isalpha() else word for word in text.split(" ")
    )


def faults_of(window: MainWindow) -> list[str]:
    """What has no room, in words."""
    return [
        f"'{widget.text()[:60]}' lacks {lack}"
        for widget in texts_of(window)
        if (lack := needed(widget) or ("room in the window" if is_outside(widget) else ""))
    ]


def _come_anew(qtbot: QtBot, window: MainWindow, view: str) -> None:
    """Let a view come for the first time with the words that it has now."""
    show_view(qtbot, window, view, on=False)
    getattr(window.insight, view).parent().parent().parent().setProperty("has_place", None)
    show_view(qtbot, window, view)


@pytest.mark.parametrize(("view", "is_longer"), [("none", False), *((view, True) for view in ("none", *VIEWS))])
def test_words_have_room(qtbot: QtBot, window: MainWindow, view: str, is_longer: bool) -> None:
    window.resize(1280, 720)
    draw(window)
    if view != "none":
        show_view(qtbot, window, view)
    QApplication.processEvents()
    if is_longer:
        for widget in texts_of(window):
            widget.setText(longer(widget.text()))
        if view != "none":
            _come_anew(qtbot, window, view)
    until_at_rest(qtbot, lambda: faults_of(window))
    assert not faults_of(window)
    scrolled = [bar for bar in window.findChildren(QScrollBar) if bar.orientation() == Qt.Orientation.Horizontal]
    assert not [bar for bar in scrolled if bar.isVisible() and bar.window() is window]
