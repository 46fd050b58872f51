"""The prediction, its bars and its image: told, it shows; the user chooses, it asks."""

import dataclasses
import itertools

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QPaintEvent, QRegion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from digitpad.app.prediction.prediction_view import PredictionView
from digitpad.app.session.network_handle import NetworkHandle
from digitpad.app.session.selection import Selection
from digitpad.app.widgets import image_conversion
from digitpad.app.widgets.theme_colors import colors
from digitpad.app.window.main_window import MainWindow
from digitpad.data.ink import Ink
from digitpad.engine.reading.prediction import Prediction
from tests.resting import until_at_rest
from tests.screenshot import draw


@pytest.fixture
def selection(bundled_network: NetworkHandle) -> Selection:
    return Selection(bundled_network)


def prediction(digit: int, probability: float) -> Prediction:
    probabilities = np.full(10, (1 - probability) / 9, np.float32)
    probabilities[digit] = probability
    image = np.zeros((28, 28), np.float32)
    image[3, 4] = 1
    return Prediction(probabilities, image)


def test_a_prediction_is_shown_as_digit_bars_and_image(qtbot: QtBot, selection: Selection) -> None:
    view = PredictionView(selection)
    qtbot.addWidget(view)
    selection.show_predictions(Ink(), (prediction(7, 0.9),))
    view.show()
    view.seen.setFixedSize(230, 145)
    assert view.label.text == "7"
    assert view.label.accessibleDescription() == "7 90 %"
    bars = view.bars.grab().toImage()
    accent = QColor(colors(view.palette()).accent)
    row = round((7.5 / 10) * bars.height())
    assert QColor(bars.pixel(60, row)) == accent
    assert QColor(bars.pixel(60, round((2.5 / 10) * bars.height()))) != accent
    seen = view.seen.grab().toImage()
    inked, blank = (QColor(seen.pixel(1 + 5 * x + 2, 1 + 5 * 3 + 2)).lightness() for x in (4, 6))
    assert inked < 60 < 200 < blank


def test_the_prediction_is_painted_first_and_only_rows_that_changed(qtbot: QtBot, selection: Selection) -> None:
    view = PredictionView(selection)
    qtbot.addWidget(view)
    view.show()
    selection.show_predictions(Ink(), (prediction(7, 0.5),))
    paints = Paints(view.label, view.bars, view.seen)
    until_at_rest(qtbot, lambda: len(paints.areas))
    paints.areas.clear()
    other = prediction(7, 0.5)
    other.probabilities[[2, 7]] = 0.3, 0.3
    selection.show_predictions(Ink(), (other,))
    until_at_rest(qtbot, lambda: len(paints.areas))
    assert [widget for widget, _ in paints.areas] == [view.label, view.bars, view.seen]
    (area,) = [area for widget, area in paints.areas if widget is view.bars]
    middles = [QPoint(5, round((digit + 0.5) * view.bars.height() / 10)) for digit in range(10)]
    assert [area.contains(middle) for middle in middles] == [digit in (2, 7) for digit in range(10)]


class Paints(QObject):
    """Notes which of `widgets` is painted, and where."""

    def __init__(self, *widgets: QWidget) -> None:
        super().__init__(widgets[0])
        self.areas: list[tuple[QWidget, QRegion]] = []
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent) and isinstance(watched, QWidget):
            self.areas.append((watched, QRegion(event.region())))
        return False


def test_the_three_most_probable_digits_are_told_to_who_cannot_see_the_bars(qtbot: QtBot, selection: Selection) -> None:
    view = PredictionView(selection)
    qtbot.addWidget(view)
    view.show()
    found = prediction(7, 0.9)
    found.probabilities[[1, 2]] = 0.06, 0.03
    selection.show_predictions(Ink(), (found,))
    qtbot.waitUntil(lambda: view.bars.accessibleDescription() == "7: 90 %, 1: 6 %, 2: 3 %")
    selection.show_predictions(Ink(), ())
    qtbot.waitUntil(lambda: view.bars.accessibleDescription() == "Nothing yet")


def test_the_prediction_grows_with_the_letters_for_the_front_of_a_room(qtbot: QtBot, selection: Selection) -> None:
    def height_of_digit() -> int:
        QApplication.processEvents()
        painted = view.label.grab(QRect(0, 0, 60, view.label.height())).toImage()
        dark = image_conversion.pixels_of(painted).mean(axis=2) < 90
        (rows,) = np.nonzero(dark.any(axis=1))
        return int(rows[-1] - rows[0])

    view = PredictionView(selection)
    qtbot.addWidget(view)
    view.resize(320, 700)
    selection.show_predictions(Ink(), (prediction(7, 0.99),))
    view.show()
    font = view.font()
    font.setPixelSize(12)
    view.setFont(font)
    usual = height_of_digit()
    font.setPixelSize(18)
    view.setFont(font)
    assert height_of_digit() == pytest.approx(1.5 * usual, abs=4)


def test_the_images_of_a_row_grow_with_the_letters_where_they_fit(qtbot: QtBot, selection: Selection) -> None:
    view = PredictionView(selection)
    qtbot.addWidget(view)
    view.show()
    font = view.font()
    font.setPixelSize(18)
    for count, usual in ((3, 30), (9, 18), (18, 18)):
        selection.show_predictions(Ink(), tuple(prediction(digit % 10, 0.95) for digit in range(count)))
        view.setFont(QApplication.font())
        assert view.label.place_of(0).width() == usual
        view.setFont(font)
        in_column = count * (1.5 * usual + 4) <= 2 * (view.label.width() - 2)
        assert view.label.place_of(0).width() == pytest.approx(1.5 * usual if in_column else usual, abs=1)
        assert view.label.rect().contains(view.label.place_of(count - 1).toAlignedRect())


def test_no_prediction_is_no_prediction(qtbot: QtBot, selection: Selection) -> None:
    view = PredictionView(selection)
    qtbot.addWidget(view)
    selection.show_predictions(Ink(), (prediction(7, 0.9),))
    selection.show_predictions(Ink(), ())
    assert view.label.text == "Draw a digit"
    assert view.bars.prediction is view.seen.prediction is None
    view.grab()


def test_of_a_row_one_digit_is_chosen_by_click_or_key(qtbot: QtBot, selection: Selection) -> None:
    view = PredictionView(selection)
    qtbot.addWidget(view)
    view.show()
    first, second, third = (prediction(digit, 0.95) for digit in (2, 0, 6))
    second = dataclasses.replace(second, parts=(3,))
    selection.show_predictions(Ink(), (first, second, third))
    assert view.label.text == "206"
    # What was drawn last is looked at.
    assert view.bars.prediction is view.seen.prediction is second
    QTest.mouseClick(view.label, Qt.MouseButton.LeftButton, pos=QPoint(15, view.label.height() - 15))
    assert view.bars.prediction is first
    QTest.keyClick(view.label, Qt.Key.Key_Left)
    assert view.bars.prediction is view.seen.prediction is third


@pytest.mark.parametrize("count", [2, 6, 7, 9, 18, 19, 40])
def test_of_many_digits_each_has_its_image_within_the_widget_while_they_can_be_seen(
    qtbot: QtBot, selection: Selection, count: int
) -> None:
    view = PredictionView(selection)
    qtbot.addWidget(view)
    view.show()
    several = tuple(dataclasses.replace(prediction(k % 10, 0.95), row=k // 9) for k in range(count))
    selection.show_predictions(Ink(), several)
    assert view.label.toolTip().startswith(view.label.text)
    frames = [view.label.place_of(number) for number in range(count)]
    if count <= 18:
        assert all(view.label.rect().contains(frame.toAlignedRect()) for frame in frames)
        assert not any(a.intersects(b) for a, b in itertools.combinations(frames, 2))
        QTest.mouseClick(view.label, Qt.MouseButton.LeftButton, pos=frames[-1].center().toPoint())
        assert view.bars.prediction is several[-1]
    view.grab()


@pytest.mark.parametrize(("probability", "text"), [(0.9, "7"), (0.3, "not a digit")])
def test_what_is_no_digit_is_called_that(qtbot: QtBot, selection: Selection, probability: float, text: str) -> None:
    view = PredictionView(selection)
    qtbot.addWidget(view)
    selection.show_predictions(Ink(), (prediction(7, probability),))
    assert view.label.text == text
    unsure = Prediction(np.array([0.45, 0.5, *[0.05 / 8] * 8]), np.zeros((28, 28), np.float32))
    selection.show_predictions(Ink(), (unsure,))
    assert view.label.text == "unsure: 1 or 0?"
    view.grab()


def test_an_untrained_network_guesses(qtbot: QtBot, small: MainWindow) -> None:
    draw(small)
    assert "guesses" not in small.prediction.label.text
    small.training_actions.new_network.trigger()
    qtbot.waitUntil(lambda: small.prediction.label.text.startswith("it guesses: "))
    small.grab()
    small.file_actions.open_bundled_mlp.trigger()
    qtbot.waitUntil(lambda: "guesses" not in small.prediction.label.text)
