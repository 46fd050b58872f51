"""What is said of a training that goes wrong, and the button that does the cure."""

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from digitpad.app.session.training_state import TrainingState
from digitpad.app.window.main_window import MainWindow
from digitpad.engine.insight.diagnosis_case import Finding
from tests.app.driving import click, until

pytestmark = pytest.mark.slow


def test_a_rate_of_1000_is_named_and_cured_by_a_click(qtbot: QtBot, small: MainWindow) -> None:
    small.panel.form.fields["learning_rate"].setValue(1000)
    told: list[str] = []
    small.controller.failed.connect(told.append)
    click(small, "Start")
    until(qtbot, small, TrainingState.IDLE)
    # So few steps take some milliseconds.
    (step,) = re.findall(r"at step (\d+)", told[0])
    assert int(step) < 30
    qtbot.waitUntil(lambda: "The learning rate of 1000 is too high" in small.message_bar.label.text())
    assert small.message_bar.button.text() == "Use a learning rate of 0.2"
    QTest.mouseClick(small.message_bar.button, Qt.MouseButton.LeftButton)
    assert small.panel.form.config().learning_rate == 0.2
    assert small.message_bar.isHidden()
    # The last good network is back: that of before the first step.
    qtbot.waitUntil(lambda: small.controller.selection.network.record.step == 0)
    click(small, "Start")
    qtbot.waitUntil(lambda: small.controller.selection.newest.record.step > 5)
    click(small, "Stop")
    until(qtbot, small, TrainingState.IDLE)


def test_a_training_that_explodes_is_named_while_it_runs_and_once(qtbot: QtBot, small: MainWindow) -> None:
    small.panel.form.fields["learning_rate"].setValue(3)
    small.panel.form.fields["hidden"].setText("50")
    small.panel.form.fields["epochs"].setValue(1000)
    click(small, "Start")
    qtbot.waitUntil(lambda: small.message_bar.isVisible() and "too high" in small.message_bar.label.text())
    is_over = small.controller.is_idle
    with qtbot.waitSignal(small.diagnosis_presenter.diagnosed, raising=not is_over):
        QTest.mouseClick(small.message_bar.button, Qt.MouseButton.LeftButton)
        until(qtbot, small, TrainingState.IDLE)
    assert small.panel.form.config().learning_rate < 1
    if not is_over:
        assert small.message_bar.isHidden()


def test_digits_known_by_heart_are_told_at_the_end(qtbot: QtBot, small: MainWindow) -> None:
    fields = small.panel.form.fields
    fields["training"].setValue(200)
    fields["hidden"].setText("64")
    fields["learning_rate"].setValue(0.1)
    fields["batch_size"].setValue(20)
    fields["epochs"].setValue(30)
    click(small, "Start")
    until(qtbot, small, TrainingState.RUNNING)
    until(qtbot, small, TrainingState.IDLE)
    qtbot.waitUntil(lambda: "has overfitted" in small.message_bar.label.text())
    QTest.mouseClick(small.message_bar.button, Qt.MouseButton.LeftButton)
    assert small.panel.form.config().training == 0


def test_a_good_training_is_told_nothing(qtbot: QtBot, small: MainWindow) -> None:
    small.panel.form.fields["learning_rate"].setValue(0.1)
    small.panel.form.fields["epochs"].setValue(4)
    click(small, "Start")
    until(qtbot, small, TrainingState.RUNNING)
    diagnosed: list[tuple[list[Finding], bool]] = []
    small.diagnosis_presenter.diagnosed.connect(lambda found: diagnosed.append((found, small.controller.is_idle)))
    until(qtbot, small, TrainingState.IDLE)
    # The last diagnosis comes after the end.
    qtbot.waitUntil(lambda: any(is_over for _, is_over in diagnosed))
    assert not any(found for found, _ in diagnosed)
    assert small.message_bar.isHidden()
