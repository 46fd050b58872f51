"""The window as a user meets it: real mouse and key events in, what is seen and kept out."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QMessageBox,
    QPushButton,
)
from pytestqt.qtbot import QtBot

from digitpad.app.widgets.theme import Appearance
from digitpad.app.window.main_window import MainWindow
from tests.app.driving import answer, click
from tests.app.views import show_view
from tests.screenshot import draw

Open = Callable[[], MainWindow]


def test_a_digit_drawn_with_the_mouse_is_read_at_once(window: MainWindow) -> None:
    assert window.prediction.label.text == "Draw a digit"
    draw(window)
    assert window.prediction.label.text == "3"
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.prediction.label.text == "Draw a digit"
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert window.prediction.label.text == "3"
    click(window, "Clear")
    assert window.prediction.label.text == "Draw a digit"
    click(window, "Undo")
    assert window.prediction.label.text == "3"


def test_geometry_settings_views_and_appearance_return_next_time(
    qtbot: QtBot, window: MainWindow, open_window: Open
) -> None:
    # The offscreen screen is 800 pixels wide: only the height can be told to return.
    window.resize(1100, 690)
    window.panel.form.fields["hidden"].setText("33, 22")
    window.panel.form.fields["learning_rate"].setValue(0.03)
    window.curve_actions.logarithmic.trigger()
    QTest.keyClick(window, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(window, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    (dark,) = (a for a in window.window_actions.appearances.actions() if a.data() is Appearance.DARK)
    dark.trigger()
    show_view(qtbot, window, "steps")
    assert window.palette().window().color().lightness() < 80
    window.close()
    again = open_window()
    assert again.height() == 690
    assert again.panel.form.config().hidden == "33, 22"
    assert again.panel.form.config().learning_rate == 0.03
    assert again.curve_actions.logarithmic.isChecked()
    assert again.canvas_actions.guides.isChecked()
    assert not again.normalization_actions.watch.isChecked()
    assert again.canvas.pen_width == 30
    assert [a.data() for a in again.canvas_actions.pen_widths.actions() if a.isChecked()] == [30]
    assert again.palette().window().color().lightness() < 80
    assert again.insight.steps.isVisible()
    assert not again.insight.inside.isVisible()


@pytest.mark.parametrize("recent", ["{5", "[" * 100_000])
def test_damaged_settings_are_as_good_as_none(settings_path: Path, open_window: Open, recent: str) -> None:
    settings_path.write_text(
        '[window]\ngeometry=nonsense\nviews=nonsense\nappearance=pink\n[training]\nconfig="{\\"epochs\\": -3}"\n'
        f'[files]\nrecent="{recent}"\n'
        "[plot]\nlogarithmic_cost=7\n[canvas]\npen_width=x\nguides=3\n"
    )
    window = open_window()
    assert window.panel.form.config().epochs == 5


def test_everything_fits_on_a_small_laptop(window: MainWindow) -> None:
    window.resize(1280, 720)
    QApplication.processEvents()
    assert window.size().height() <= 720
    assert window.minimumSizeHint().width() <= 1280
    assert window.minimumSizeHint().height() <= 720
    buttons = [button for button in window.findChildren(QPushButton) if button.isVisible()]
    assert buttons
    for button in buttons:
        assert button.width() >= button.minimumSizeHint().width() - 8


def test_no_two_lines_of_a_menu_share_a_letter(window: MainWindow) -> None:
    menus = [action.menu() for action in window.menuBar().actions()]
    for menu in menus:
        letters = [a.text()[a.text().index("&") + 1].lower() for a in menu.actions() if "&" in a.text()]
        assert len(set(letters)) == len(letters), sorted(letters)
        menus += [action.menu() for action in menu.actions() if action.menu() is not None]


def test_no_two_acts_share_a_key_and_each_explains_itself(window: MainWindow) -> None:
    actions = list(window.actions_by_id.values())
    keys = [key.toString() for action in actions for key in action.shortcuts()]
    assert len(set(keys)) == len(keys)
    assert all(action.statusTip() for action in actions)
    in_menus: set[QAction] = set()
    for menu in (action.menu() for action in window.menuBar().actions()):
        in_menus.update(menu.actions())
    in_submenus = {
        *window.canvas_actions.pen_widths.actions(), *window.window_actions.appearances.actions(),
        *window.insight.docks.detachable_parts.all_actions,
    }  # fmt: skip
    assert {a for a in actions if a not in in_menus} == {window.file_actions.clear_recent} | in_submenus


def test_help_names_every_key(window: MainWindow) -> None:
    text = answer(QMessageBox.StandardButton.Ok)
    QTest.keyClick(window, Qt.Key.Key_F1)
    assert "Start" in text[0]
    assert "Ctrl+R" in text[0]


def test_the_canvas_reads_the_same_at_any_size_of_the_window(window: MainWindow) -> None:
    images, sides = list[np.ndarray](), list[int]()
    for size in (1200, 1700):
        window.resize(size, 800)
        QApplication.processEvents()
        sides.append(window.canvas.width())
        draw(window)
        images.append(window.prediction.seen.prediction.image)
        window.canvas.clear()
    assert sides[0] != sides[1]
    assert np.abs(images[0] - images[1]).mean() < 0.02


def test_the_sheet_takes_the_room_of_the_training_for_a_row(window: MainWindow) -> None:
    window.resize(1280, 684)
    QApplication.processEvents()
    before = window.canvas.size()
    QTest.keyClick(window, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    QApplication.processEvents()
    assert not window.panel.isVisible()
    assert window.canvas.width() > 1.8 * window.canvas.height()
    assert window.canvas.height() >= before.height()
    window.window_actions.wide_canvas.trigger()
    QApplication.processEvents()
    assert window.canvas.size() == before


def test_full_screen_is_left_by_the_key_that_enters_it(window: MainWindow) -> None:
    for expected in (True, False):
        QTest.keyClick(window, Qt.Key.Key_F11)
        QApplication.processEvents()
        assert window.isFullScreen() is window.window_actions.full_screen.isChecked() is expected


def test_menus_keep_their_keys(window: MainWindow) -> None:
    labels = [label.text() for label in window.panel.form.findChildren(QLabel)]
    assert not any("&" in label for label in labels)


def test_a_first_start_shows_three_steps_and_a_later_one_does_not(open_window: Callable[[], MainWindow]) -> None:
    first = open_window()
    texts = (first.canvas.hint, first.curves.empty.text(), first.timeline.timeline.accessibleDescription())
    assert [text[0] for text in texts] == ["1", "2", "3"]
    first.close()
    later = open_window()
    assert not later.canvas.hint.startswith("1")
    assert not later.curves.empty.text().startswith("2")
