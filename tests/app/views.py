"""How tests open the views that lie in docks."""

from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from digitpad.app.help.help_page import HelpPage
from digitpad.app.window.main_window import MainWindow

_NAMES = {"mistakes": 0, "inside": 1, "steps": 2, "handwriting": 3, "explain": 4}


def show_view(qtbot: QtBot, window: MainWindow, name: str, *, on: bool = True) -> None:
    """Choose the view called `name` in the menu: it comes, or it goes."""
    window.insight.docks.all_actions[_NAMES[name]].trigger()
    view: QWidget = getattr(window.insight, name)
    qtbot.waitUntil(lambda: view.isVisible() is on)


def shown_page(qtbot: QtBot) -> HelpPage:
    """The page of help that is open."""

    def pages() -> list[HelpPage]:
        return [
            widget for widget in QApplication.topLevelWidgets() if isinstance(widget, HelpPage) and widget.isVisible()
        ]

    qtbot.waitUntil(lambda: len(pages()) == 1)
    return pages()[0]
