"""Parts that can be windows of their own: lent by a menu's act or a key, and back when that window is closed."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget, QLabel, QLineEdit, QMainWindow, QSplitter
from pytestqt.qtbot import QtBot

from digitpad.app.window.docks import Docks
from digitpad.app.window.lender import Home
from digitpad.app.window.main_window import MainWindow


class Lending(QMainWindow):
    """A window with two homes, the first of which has a field to work in."""

    def __init__(self) -> None:
        super().__init__()
        self.field = QLineEdit("Curves")
        self.homes = [Home(self.field), Home(QLabel("Runs"))]
        splitter = QSplitter()
        self.docks = Docks(self)
        for number, home in enumerate(self.homes, 1):
            splitter.addWidget(home)
            self.docks.lender.add(home, f"part{number}", f"Part &{number}", "")
        self.setCentralWidget(splitter)
        self.addAction(self.docks.tear_off)
        self.resize(600, 300)


@pytest.fixture
def lending(qtbot: QtBot) -> Lending:
    window = Lending()
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    return window


def dock_of(window: QMainWindow, home: Home) -> QDockWidget:
    return next(dock for dock in window.findChildren(QDockWidget) if dock.isAncestorOf(home.part))


def test_a_part_that_is_lent_leaves_its_room_to_the_rest_and_comes_back(qtbot: QtBot, lending: Lending) -> None:
    first, second = lending.homes
    before = second.width()
    lending.docks.lender.acts[0].trigger()
    dock = dock_of(lending, first)
    assert dock.isFloating()
    assert first.part.isVisible()
    assert first.is_lent
    qtbot.waitUntil(lambda: second.width() > 1.5 * before)
    dock.close()
    assert not first.is_lent
    qtbot.waitUntil(lambda: first.part.isVisible() and second.width() < 1.5 * before)
    assert not lending.docks.lender.acts[0].isChecked()


def test_the_key_lends_what_is_worked_in_and_takes_it_back_with_the_focus(qtbot: QtBot, lending: Lending) -> None:
    home = lending.homes[0]
    lending.activateWindow()
    lending.field.setFocus()
    shortcut = (Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(lending.field, *shortcut)
    qtbot.waitUntil(lambda: home.is_lent and QApplication.focusWidget() is lending.field)
    QTest.keyClick(lending.field, *shortcut)
    qtbot.waitUntil(lambda: not home.is_lent and lending.field.isVisible())


def test_parts_that_were_lent_the_last_time_are_lent_again(qtbot: QtBot, lending: Lending) -> None:
    lending.docks.lender.acts[1].trigger()
    state = lending.saveState()
    again = Lending()
    qtbot.addWidget(again)
    again.restoreState(state)
    again.show()
    qtbot.waitExposed(again)
    assert [home.is_lent for home in again.homes] == [False, True]
    assert dock_of(again, again.homes[1]).isFloating()


def test_curves_runs_and_moments_can_be_windows_of_their_own_while_all_settings_come_and_go(window: MainWindow) -> None:
    parts = (window.curves, window.runs, window.moments)
    for act, part in zip(window.insight.docks.lender.acts, parts, strict=True):
        act.trigger()
        assert part.window() is not window
        assert part.isVisible()
    high = window.canvas.height()
    for on in (True, False):
        window.panel.form.show_more.setChecked(on)
        assert window.runs.isVisible()
    for act, part in zip(window.insight.docks.lender.acts, parts, strict=True):
        act.trigger()
        assert part.window() is window
        assert part.isVisible()
    assert window.canvas.height() <= high
