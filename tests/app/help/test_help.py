"""The pages of help: each can be opened from where its question arises, and what they name is there."""

import importlib
import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from digitpad import resources
from digitpad.app.help.help_page import HelpPage
from digitpad.app.widgets.help_button import HelpButton
from digitpad.app.widgets.theme import palette
from digitpad.app.window.main_window import MainWindow
from digitpad.nn import derivation_conv
from tests.app.views import shown_page
from tests.help_pictures import PICTURES

#: Those about a question, and not about a view or an act.
PAGES = [
    "training", "cost", "validation", "overfitting", "learning-rate", "optimization", "augmentation", "digits",
    "convolution", "attribution",
]  # fmt: skip
DERIVATION = resources.path("help/derivation.html").read_text(encoding="utf-8")


def test_the_derivation_has_all_equations_in_their_order() -> None:
    numbers = [*(f"1.{i}" for i in range(1, 19)), *(f"C{i}" for i in range(1, 9))]
    assert re.findall(r'<a name="([C\d.]+)"></a><b>\(\1\)</b>', DERIVATION) == numbers
    # Those of convolution stand in the code, too, in the same order.
    code = Path(derivation_conv.__file__).read_text()
    assert re.findall(r"# \((C\d)\):", code) == [f"C{i}" for i in range(1, 9)]


def test_every_function_that_the_derivation_names_is_there() -> None:
    named = set(re.findall(r"<code>(nn\.[\w.]+)</code>", DERIVATION))
    assert len(named) >= 7
    for name in named:
        parts = name.split(".")
        for count in range(len(parts) - 1, 0, -1):
            try:
                found = importlib.import_module(".".join(["digitpad", *parts[:count]]))
            except ModuleNotFoundError:
                continue
            for part in parts[count:]:
                found = getattr(found, part)
            assert callable(found)
            break


def test_each_question_mark_opens_its_page(qtbot: QtBot, window: MainWindow) -> None:
    buttons = window.findChildren(HelpButton)
    pages = {path.stem for path in resources.path("help").iterdir()}
    # Also those of views and settings that are not in sight.
    assert {button.page for button in buttons} <= pages
    assert {"cost", "learning-rate", "validation", "convolution", "training", "derivation", "runs", "digits"} <= {
        button.page for button in buttons
    }
    seen: list[str] = []
    visible = [button for button in buttons if button.isVisible()]
    for button in visible:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        # One at a time, beside a window that can be worked in.
        page = shown_page(qtbot)
        assert QApplication.activeModalWidget() is None
        seen.append(page.browser.toPlainText())
    page.close()
    assert len(seen) == len(visible) >= 5
    assert all(len(text) > 300 for text in seen)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_what_to_try_and_what_to_look_at(page: str) -> None:
    text = resources.path(f"help/{page}.md").read_text(encoding="utf-8")
    assert "**Try it.**" in text
    assert "**Look at**" in text


@pytest.mark.parametrize("is_dark", [False, True])
def test_pages_have_pictures_in_the_colors_of_the_theme(qtbot: QtBot, is_dark: bool) -> None:
    seen: set[str] = set()
    for path in sorted(resources.path("help").glob("*.md")):
        for name in re.findall(r"!\[[^]]+\]\((pictures/[^)]+)\)", path.read_text(encoding="utf-8")):
            page = HelpPage(path.stem)
            qtbot.addWidget(page)
            page.browser.setPalette(palette(dark=is_dark))
            picture = page.browser.loadResource(QTextDocument.ResourceType.ImageResource.value, QUrl(name))
            # It fits on the page, sharply.
            assert 300 < picture.width() / picture.devicePixelRatio() <= 620
            assert picture.devicePixelRatio() == min(2, page.devicePixelRatioF())
            assert (picture.pixelColor(0, picture.height() - 1).lightness() < 100) is is_dark
            seen.add(Path(name).stem.removesuffix("-light"))
    assert seen == set(PICTURES)
