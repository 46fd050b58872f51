"""Buttons, the message bar and the wheel: what all rooms share."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from digitpad.app.training.training_form import TrainingForm
from digitpad.app.widgets.action_button import ActionButton
from digitpad.app.widgets.message_bar import MessageBar


def test_a_button_is_its_action(qtbot: QtBot) -> None:
    action = QAction("&Pause")
    action.setIconText("Pause")
    button = ActionButton(action)
    qtbot.addWidget(button)
    with qtbot.waitSignal(action.triggered):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    action.setIconText("Resume")
    action.setEnabled(False)
    assert (button.text(), button.isEnabled()) == ("Resume", False)


def test_a_message_bar_shows_its_sentence_until_it_is_dismissed(qtbot: QtBot) -> None:
    page = QWidget()
    page.resize(600, 400)
    qtbot.addWidget(page)
    message_bar = MessageBar(page)
    assert message_bar.isHidden()
    message_bar.show_sentence("cost is nan & <b>worse</b>")
    assert not message_bar.isHidden()
    assert message_bar.label.text() == "Cost is nan & <b>worse</b>"
    page.show()
    QTest.mouseClick(message_bar.close_button, Qt.MouseButton.LeftButton)
    assert message_bar.isHidden()


def test_a_message_bar_can_offer_what_to_do(qtbot: QtBot) -> None:
    page = QWidget()
    page.resize(600, 400)
    qtbot.addWidget(page)
    message_bar, done = MessageBar(page), list[str]()
    message_bar.offer("it was cut off", "Resume", lambda: done.append("on"))
    page.show()
    QTest.mouseClick(message_bar.button, Qt.MouseButton.LeftButton)
    assert done == ["on"]
    assert message_bar.isHidden()
    message_bar.show_sentence("another")
    assert message_bar.button.isHidden()


def test_the_wheel_scrolls_what_it_passes_over(qtbot: QtBot) -> None:
    form = TrainingForm()
    qtbot.addWidget(form)
    form.show_more.click()
    form.show()
    field, other = form.fields["shift"], form.fields["rotation"]
    form.activateWindow()
    other.setFocus()
    qtbot.waitUntil(other.hasFocus)
    for widget, expected in ((field, 0.0), (other, 0.5)):
        place = QPointF(widget.rect().center())
        wheel = QWheelEvent(
            place, widget.mapToGlobal(place), QPoint(0, 0), QPoint(0, 120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(widget, wheel)
        assert widget.value() == expected
