"""Colors: contrast, dark and light, and images in them."""

import gc
import weakref

import numpy as np
import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from digitpad.app.widgets import image_conversion
from digitpad.app.widgets.theme import palette
from digitpad.app.widgets.theme_colors import DARK, LIGHT, colors
from digitpad.app.window.main_window import MainWindow


def test_colors_go_with_the_palette() -> None:
    assert colors(palette(dark=False)) is LIGHT
    assert colors(palette(dark=True)) is DARK


def contrast(a: str, b: str) -> float:
    def luminance(name: str) -> float:
        channels = np.array(QColor(name).getRgbF()[:3])
        linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("is_dark", [False, True])
def test_texts_can_be_read_on_their_ground(is_dark: bool) -> None:
    """WCAG AA: 4.5 for text, 3 for curves."""
    shades, look = DARK if is_dark else LIGHT, palette(dark=is_dark)
    window = look.window().color().name()
    grounds = [window, look.base().color().name(), look.alternateBase().color().name(), shades.paper, shades.field]
    for ground in (*grounds, shades.track, shades.warning_background):
        assert contrast(shades.ink, ground) >= 4.5
        assert contrast(shades.hint, ground) >= 4.5
        assert contrast(shades.error, ground) >= 4.5
    assert contrast("#ffffff", shades.primary) >= 4.5
    assert contrast(look.highlightedText().color().name(), look.highlight().color().name()) >= 4.5
    assert all(contrast(color, ground) >= 4.5 for color in shades.runs for ground in grounds[:2])
    for color in (shades.training, shades.validation, shades.accent):
        assert contrast(color, window) >= 3


def test_images_run_from_paper_to_ink_also_where_rows_are_padded() -> None:
    image = np.linspace(0, 1, 15, dtype=np.float32).reshape(3, 5)
    picture = image_conversion.shaded(image, "#ffffff", "#000000")
    values = [[QColor(picture.pixel(x, y)).red() for x in range(5)] for y in range(3)]
    np.testing.assert_allclose(values, 255 * (1 - image), atol=0.51)


def test_a_projectors_letters_are_larger_and_come_back(window: MainWindow) -> None:
    label = window.panel.form.note
    usual = label.fontMetrics().height()
    window.window_actions.projector.trigger()
    assert label.fontMetrics().height() > 1.3 * usual
    window.window_actions.projector.trigger()
    assert label.fontMetrics().height() == usual


class Collecting(QWidget):
    """Looks for garbage at each change of its style, as Python may where it is not kept from it."""

    def changeEvent(self, event: QEvent) -> None:
        if gc.isenabled() and event.type() == QEvent.Type.StyleChange:
            gc.collect()
        super().changeEvent(event)


def test_no_widget_is_deleted_while_all_are_told_of_a_new_style(window: MainWindow, qtbot: QtBot) -> None:
    """Qt crashes if one is."""
    collecting = Collecting()
    qtbot.addWidget(collecting)
    collecting.show()
    references = []
    for _ in range(30):
        forgotten = QWidget()
        for _ in range(3):
            QLabel("forgotten", forgotten)
        forgotten.show()
        forgotten.itself = forgotten  # type: ignore[attr-defined]  # Only a collection finds it.
        references.append(weakref.ref(forgotten))
    del forgotten
    window.window_actions.projector.trigger()
    window.window_actions.projector.trigger()
    gc.collect()
    assert not any(reference() for reference in references)
