"""Keys and menus on a Mac, as far as they can be told elsewhere."""

from PySide6.QtGui import QAction

from digitpad.app.widgets import actions
from digitpad.app.window.main_window import MainWindow


def test_a_mac_keeps_its_own_keys_and_its_own_menu() -> None:
    assert actions.keys("Ctrl+H", "darwin").toString() == "Meta+H"
    assert actions.keys("Ctrl+H", "linux").toString() == "Ctrl+H"
    assert actions.keys("Ctrl+I", "darwin").toString() == "Ctrl+I"


def test_only_quitting_and_the_about_box_move_to_a_macs_own_menu(window: MainWindow) -> None:
    role = QAction.MenuRole
    # Without a role a Mac goes by these words in the text.
    words = ("setting", "config", "option", "setup", "preference", "quit", "exit", "about")
    moved = [
        action.text()
        for action in window.actions_by_id.values()
        if action.menuRole() in (role.QuitRole, role.AboutRole, role.PreferencesRole)
        or (action.menuRole() is role.TextHeuristicRole and any(word in action.text().lower() for word in words))
    ]
    assert set(moved) == {"&Quit", "&About digitpad"}
