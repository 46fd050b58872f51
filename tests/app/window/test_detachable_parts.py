"""Parts that can be windows of their own: lent by a menu's act or a key, and back when that window is closed."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget, QLabel, QLineEdit, QMainWindow, QSplitter
from pytestqt.qtbot import QtBot

from digitpad.app.widgets.visibility import in_sight
from digitpad.app.window.detachable_parts import DetachablePart
from digitpad.app.window.docks import Docks
from digitpad.app.window.main_window import MainWindow


class Lending(QMainWindow):
    """A window with two homes, the first of which has a field to work in."""

    def __init__(self) -> None:
        super().__init__()
        self.field = QLineEdit("Curves")
        self.homes = [DetachablePart(self.field), DetachablePart(QLabel("Runs"))]
        splitter = QSplitter()
        self.docks = Docks(self, self)
        for number, home in enumerate(self.homes, 1):
            splitter.addWidget(home)
            self.docks.detachable_parts.add(home, f"part{number}", f"Part &{number}", "")
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


def dock_of(window: QMainWindow, home: DetachablePart) -> QDockWidget:
    return next(dock for dock in window.findChildren(QDockWidget) if dock.isAncestorOf(home.part))


def test_a_part_that_is_lent_leaves_its_room_to_the_rest_and_comes_back(qtbot: QtBot, lending: Lending) -> None:
    first, second = lending.homes
    before = second.width()
    lending.docks.detachable_parts.all_actions[0].trigger()
    dock = dock_of(lending, first)
    assert dock.isFloating()
    assert lending.screen().availableGeometry().contains(dock.geometry())
    assert first.part.isVisible()
    assert first.is_detached
    qtbot.waitUntil(lambda: second.width() > 1.5 * before)
    dock.close()
    qtbot.waitUntil(lambda: not first.is_detached and first.part.isVisible() and second.width() < 1.5 * before)
    assert not lending.docks.detachable_parts.all_actions[0].isChecked()


def test_the_key_lends_what_is_worked_in_and_takes_it_back_with_the_focus(qtbot: QtBot, lending: Lending) -> None:
    home, field = lending.homes[0], lending.field
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    lending.activateWindow()
    field.setFocus()
    for is_detached in (True, False):
        QTest.keyClick(field, Qt.Key.Key_F, both)
        qtbot.waitUntil(lambda is_detached=is_detached: home.is_detached is is_detached and field.hasFocus())


def test_parts_that_were_lent_the_last_time_are_lent_again_where_they_were(qtbot: QtBot, lending: Lending) -> None:
    place = QRect(40, 60, 300, 200)
    lending.docks.detachable_parts.all_actions[1].trigger()
    dock_of(lending, lending.homes[1]).setGeometry(place)
    again = Lending()
    qtbot.addWidget(again)
    again.restoreState(lending.saveState())
    again.show()
    qtbot.waitExposed(again)
    assert [home.is_detached for home in again.homes] == [False, True]
    dock = dock_of(again, again.homes[1])
    assert dock.isFloating()
    assert dock.geometry() == place
    dock.close()
    qtbot.waitUntil(lambda: not again.homes[1].is_detached)
    again.docks.detachable_parts.all_actions[1].trigger()
    assert dock.geometry() == place


def test_a_part_that_was_taken_back_before_the_end_comes_where_it_was(qtbot: QtBot, lending: Lending) -> None:
    place = QRect(40, 60, 300, 200)
    lending.docks.detachable_parts.all_actions[0].trigger()
    dock_of(lending, lending.homes[0]).setGeometry(place)
    lending.docks.detachable_parts.all_actions[0].trigger()
    again = Lending()
    qtbot.addWidget(again)
    again.restoreState(lending.saveState())
    again.show()
    again.docks.detachable_parts.all_actions[0].trigger()
    qtbot.waitUntil(lambda: again.homes[0].is_detached)
    assert dock_of(again, again.homes[0]).geometry() == place


def test_a_part_in_the_window_stays_lent_while_that_is_out_of_sight(qtbot: QtBot, lending: Lending) -> None:
    home = lending.homes[0]
    lending.docks.detachable_parts.all_actions[0].trigger()
    dock = dock_of(lending, home)
    moves: list[bool] = []
    for happens in (lambda: dock.setFloating(False), lending.hide, lending.show, lambda: dock.setFloating(True)):
        happens()
        QApplication.processEvents()
        moves.append(home.is_detached)
    assert moves == [True] * 4
    assert lending.docks.detachable_parts.all_actions[0].isChecked()


def test_the_act_of_a_part_behind_another_brings_it_to_the_front(qtbot: QtBot, lending: Lending) -> None:
    docks = []
    for home, action in zip(lending.homes, lending.docks.detachable_parts.all_actions, strict=True):
        action.trigger()
        docks.append(dock_of(lending, home))
        docks[-1].setFloating(False)
    lending.tabifyDockWidget(*docks)
    docks[1].raise_()
    qtbot.waitUntil(lambda: in_sight(docks[1]) and not in_sight(docks[0]))
    lending.docks.detachable_parts.all_actions[0].trigger()
    qtbot.waitUntil(lambda: in_sight(docks[0]) and not in_sight(docks[1]))
    assert lending.homes[0].is_detached


def test_those_that_come_into_the_same_corner_can_be_told_apart(qtbot: QtBot, lending: Lending) -> None:
    screen = lending.screen().availableGeometry()
    lending.move(screen.right() - 300, screen.bottom() - 100)
    for action in lending.docks.detachable_parts.all_actions:
        action.trigger()
    first, second = (dock_of(lending, home).geometry() for home in lending.homes)
    assert first.bottomRight() == screen.bottomRight()
    assert second.right() < first.right() - 20
    assert second.bottom() < first.bottom() - 20


def test_curves_runs_and_moments_can_be_windows_of_their_own(qtbot: QtBot, window: MainWindow) -> None:
    parts = (window.curves, window.runs, window.timeline)
    for action, part in zip(window.insight.docks.detachable_parts.all_actions, parts, strict=True):
        action.trigger()
        assert part.window() is not window
        assert part.isVisible()
    pressed: list[bool] = []
    window.timeline.newest_wanted.connect(lambda: pressed.append(True))
    window.activateWindow()
    QTest.keyClick(window.canvas, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    assert pressed
    for on in (True, False):
        window.panel.form.show_more.setChecked(on)
        assert window.runs.isVisible()
    for action, part in zip(window.insight.docks.detachable_parts.all_actions, parts, strict=True):
        action.trigger()
        assert part.window() is window
        assert part.isVisible()


def test_the_runs_do_not_come_back_into_the_room_of_all_settings(qtbot: QtBot, window: MainWindow) -> None:
    action = window.insight.docks.detachable_parts.all_actions[1]
    action.trigger()
    window.panel.form.show_more.setChecked(True)
    action.trigger()
    assert window.runs.window() is window
    assert not window.runs.isVisible()
    window.panel.form.show_more.setChecked(False)
    assert window.runs.isVisible()


def test_a_high_window_has_room_for_runs_below_all_settings(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(1280, 720)
    window.panel.form.show_more.click()
    assert not window.runs.isVisible()
    window.resize(1280, 1000)
    qtbot.waitUntil(window.runs.isVisible)
    window.resize(1280, 720)
    qtbot.waitUntil(lambda: not window.runs.isVisible())
    window.panel.form.show_more.click()
    assert window.runs.isVisible()


def test_where_all_below_is_lent_the_buttons_stay_below_the_settings(qtbot: QtBot, window: MainWindow) -> None:
    panel = window.panel

    def gap() -> int:
        field, buttons = panel.form.fields["seed"], panel.progress
        return buttons.mapTo(window, QPoint()).y() - field.mapTo(window, field.rect().bottomLeft()).y()

    before = gap()
    for action in window.insight.docks.detachable_parts.all_actions[:2]:
        action.trigger()
    qtbot.waitUntil(lambda: panel.height() > 500)
    qtbot.waitUntil(lambda: gap() <= before)
