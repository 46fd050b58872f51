"""How tests open the views that lie in docks."""

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from digitpad.app.main_window import MainWindow

_NAMES = {"mistakes": 0, "inside": 1, "steps": 2, "hand": 3, "reasons": 4}


def show_view(qtbot: QtBot, window: MainWindow, name: str) -> None:
    """Choose the view called `name` in the menu."""
    window.insight.docks.acts[_NAMES[name]].trigger()
    view: QWidget = getattr(window.insight, name)
    qtbot.waitUntil(view.isVisible)
