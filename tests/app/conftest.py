"""Windows for the tests of the app."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from digitpad.app.canvas.canvas import Canvas
from digitpad.app.window.main_window import MainWindow


@pytest.fixture
def small(window: MainWindow, few_digits_folder: Path) -> MainWindow:
    """A window whose form asks for a training of a second or so."""
    window.panel.form.fields["hidden"].setText("16")
    window.panel.form.fields["epochs"].setValue(40)
    window.panel.form.fields["learning_rate"].setValue(0.05)
    window.panel.form.show_data(str(few_digits_folder))
    window.panel.form.fields["validation"].setValue(500)
    return window


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(560, 560)
    canvas.show()
    return canvas
