"""The command palette, and the ids of what it finds."""

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from digitpad.app.widgets.action_button import ActionButton
from digitpad.app.window.command_palette import CommandPalette, found
from digitpad.app.window.main_window import MainWindow
from digitpad.engine.training.config import SETTINGS
from tests.screenshot import draw

_NAMESPACES = {"training", "run", "file", "edit", "view", "help", "canvas"}


def opened(qtbot: QtBot, window: MainWindow) -> CommandPalette:
    """Open the palette by its key."""
    QTest.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), CommandPalette))
    palette = QApplication.activePopupWidget()
    assert isinstance(palette, CommandPalette)
    return palette


def rows(palette: CommandPalette) -> list[str]:
    return [palette.list.item(row).text() for row in range(palette.list.count())]


def test_ids_are_words_of_a_namespace_and_those_of_settings_their_names(window: MainWindow) -> None:
    for ident, action in window.actions_by_id.items():
        namespace, _, name = ident.partition(".")
        assert namespace in _NAMESPACES
        assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name), ident
        assert action.statusTip(), ident
    assert {field.objectName() for field in window.panel.form.fields.values()} == {f"setting.{n}" for n in SETTINGS}
    buttons = [button.objectName() for button in window.findChildren(ActionButton)]
    assert {"training.start", "training.stop", "edit.undo"} <= set(buttons)


def test_a_few_letters_find_an_action_and_return_does_it(qtbot: QtBot, window: MainWindow) -> None:
    draw(window)
    palette = opened(qtbot, window)
    QTest.keyClicks(palette.line, "clear canv")
    assert rows(palette)[0] == "Edit: Clear"
    QTest.keyClick(palette.line, Qt.Key.Key_Return)
    assert not window.canvas.drawing
    assert QApplication.activePopupWidget() is None


def test_the_arrows_move_in_the_list_and_escape_does_nothing(qtbot: QtBot, window: MainWindow) -> None:
    palette = opened(qtbot, window)
    QTest.keyClick(palette.line, Qt.Key.Key_Down)
    assert palette.list.currentRow() == 1
    QTest.keyClicks(palette.line, "quit")
    QTest.keyClick(palette.line, Qt.Key.Key_Escape)
    assert QApplication.activePopupWidget() is None
    assert window.isVisible()


def test_a_setting_is_brought_into_sight(qtbot: QtBot, window: MainWindow) -> None:
    palette = opened(qtbot, window)
    QTest.keyClicks(palette.line, "early stop")
    assert rows(palette)[0] == f"Setting: {SETTINGS['patience'].label}"
    QTest.keyClick(palette.line, Qt.Key.Key_Return)
    field = window.panel.form.fields["patience"]
    qtbot.waitUntil(field.hasFocus)
    assert field.isVisible()


def test_what_is_not_possible_says_why_and_cannot_be_done(qtbot: QtBot, window: MainWindow) -> None:
    palette = opened(qtbot, window)
    assert "Training: Stop" not in rows(palette)
    QTest.keyClicks(palette.line, "stop")
    row = rows(palette).index("Training: Stop")
    assert not palette.list.item(row).flags() & Qt.ItemFlag.ItemIsEnabled
    (stop,) = (command for command in window.commands.all() if command.title == "Training: Stop")
    assert stop.why_not == "no training is running"
    (button,) = (button for button in window.findChildren(ActionButton) if button.objectName() == "training.stop")
    assert "no training is running" in button.toolTip()


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("start", "Training: Start"),
        ("pause", "Training: Pause"),
        ("weights open", "File: Open Weights"),
        ("mistakes", "View: Mistakes"),
        ("inside", "View: Inside the Network"),
        ("dark", "View: Dark"),
        ("projector", "View: Projector Size"),
        ("log", "View: Logarithmic Cost"),
        ("learning rate", "Setting: Learning rate"),
        ("momentum", "Setting: Momentum"),
        ("overfit", "Help: Overfitting"),
        ("shortcuts", "Help: Keyboard Shortcuts"),
        ("homework", "Preset: CS 189 homework: original notebook"),
        ("confusion", "View: Mistakes"),
        ("svg", "View: Export Curves"),
        ("deriv", "Help: The Derivation"),
        ("strt", "Training: Start"),
    ],
)
def test_what_one_looks_for_comes_first(window: MainWindow, typed: str, title: str) -> None:
    assert [command.title for command in found(window.commands.all(), typed)][:1] == [title]
