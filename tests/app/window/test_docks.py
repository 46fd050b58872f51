"""Views in docks: each comes into sight when it is asked for, and goes when it is asked for again."""

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget, QLabel, QMainWindow
from pytestqt.qtbot import QtBot

from digitpad.app.window import docks
from digitpad.app.window.docks import Docks


def two_views(qtbot: QtBot) -> QMainWindow:
    """A window with two views that are hidden."""
    window = QMainWindow()
    qtbot.addWidget(window)
    middle = QLabel("Middle")
    views = Docks(window, middle)
    for number in (1, 2):
        views.add(QLabel(f"View {number}"), f"view{number}", f"View &{number}", f"Ctrl+{number}", "", lambda: None)
    window.setCentralWidget(middle)
    window.addActions(views.all_actions)
    window.show()
    qtbot.waitExposed(window)
    return window


@pytest.fixture
def window(qtbot: QtBot) -> QMainWindow:
    """A window with two views behind each other, the second in front."""
    window = two_views(qtbot)
    first, second = window.findChildren(QDockWidget)
    for number, dock in enumerate((first, second), 1):
        key(window, number)
        qtbot.waitUntil(dock.isVisible)
        # Only on a wide screen does it come docked.
        dock.setFloating(False)
    window.tabifyDockWidget(first, second)
    second.raise_()
    qtbot.waitUntil(lambda: is_seen(second) and not is_seen(first))
    return window


def key(window: QMainWindow, number: int) -> None:
    # A view that was torn off has been active last.
    window.activateWindow()
    QApplication.processEvents()
    QTest.keyClick(window, Qt.Key(Qt.Key.Key_0.value + number), Qt.KeyboardModifier.ControlModifier)


def is_seen(dock: QDockWidget) -> bool:
    return dock.isVisible() and not dock.visibleRegion().isEmpty()


def test_a_view_behind_another_comes_to_the_front(qtbot: QtBot, window: QMainWindow) -> None:
    first, second = window.findChildren(QDockWidget)
    key(window, 1)
    qtbot.waitUntil(lambda: is_seen(first) and not is_seen(second))
    assert first.toggleViewAction().isChecked()
    key(window, 2)
    qtbot.waitUntil(lambda: is_seen(second) and not is_seen(first))


def test_a_view_in_front_goes_and_comes(qtbot: QtBot, window: QMainWindow) -> None:
    first, second = window.findChildren(QDockWidget)
    key(window, 2)
    qtbot.waitUntil(lambda: second.isHidden() and is_seen(first))
    key(window, 2)
    qtbot.waitUntil(lambda: is_seen(second))


def test_a_view_behind_another_stays_docked_where_that_came_back_from_the_last_time(
    qtbot: QtBot, window: QMainWindow
) -> None:
    layout = window.saveState()
    again = two_views(qtbot)
    again.restoreState(layout)
    both = again.findChildren(QDockWidget)
    qtbot.waitUntil(lambda: sorted(map(is_seen, both)) == [False, True])
    covered = next(dock for dock in both if not is_seen(dock))
    key(again, 1 + both.index(covered))
    qtbot.waitUntil(lambda: is_seen(covered))
    assert not covered.isFloating()


def test_the_window_grows_for_a_view_that_comes_into_it(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docks, "WIDE_SCREEN", 500)
    again = two_views(qtbot)
    again.resize(300, 200)
    first, second = again.findChildren(QDockWidget)
    room = first.widget().widget().sizeHint().width()
    key(again, 1)
    qtbot.waitUntil(lambda: is_seen(first))
    assert (first.isFloating(), again.width()) == (False, 300 + room)
    # The second lies behind the first, and needs no more.
    key(again, 2)
    qtbot.waitUntil(lambda: is_seen(second))
    assert again.width() == 300 + room


def test_a_window_that_was_hidden_and_is_shown_again_answers_as_before(qtbot: QtBot, window: QMainWindow) -> None:
    first, second = window.findChildren(QDockWidget)
    window.hide()
    window.show()
    qtbot.waitUntil(lambda: is_seen(second) and not is_seen(first))
    key(window, 1)
    qtbot.waitUntil(lambda: is_seen(first) and not is_seen(second))
    key(window, 1)
    qtbot.waitUntil(lambda: first.isHidden() and is_seen(second))
    window.hide()
    window.show()
    qtbot.waitUntil(lambda: is_seen(second))
    key(window, 2)
    qtbot.waitUntil(second.isHidden)


def test_a_key_tears_off_the_view_that_is_worked_in_and_puts_it_back(qtbot: QtBot, window: QMainWindow) -> None:
    first, second = window.findChildren(QDockWidget)
    window.addAction(window.findChild(Docks).tear_off)
    for is_floating in (True, False):
        window.activateWindow()
        QApplication.processEvents()
        QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        qtbot.waitUntil(lambda is_floating=is_floating: second.isFloating() == is_floating)
        assert not first.isFloating()


def test_a_view_of_its_own_lies_beside_what_is_looked_at_with_it(qtbot: QtBot) -> None:
    class Wide(QLabel):
        def sizeHint(self) -> QSize:
            return QSize(2_000, 200)

        def minimumSizeHint(self) -> QSize:
            return QSize(60, 20)

    window, left = QMainWindow(), QLabel("Prediction")
    qtbot.addWidget(window)
    window.setCentralWidget(left)
    views = Docks(window, left)
    views.add(Wide("View"), "view", "&View", "Ctrl+1", "", lambda: None)
    window.addActions(views.all_actions)
    window.setGeometry(0, 0, 300, 300)
    window.show()
    qtbot.waitExposed(window)
    key(window, 1)
    dock = window.findChild(QDockWidget)
    assert dock is not None
    qtbot.waitUntil(dock.isVisible)
    assert dock.isFloating()
    assert dock.geometry().left() > left.mapToGlobal(left.rect().topRight()).x()
    assert dock.geometry().right() <= window.screen().availableGeometry().right()
