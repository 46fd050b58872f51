"""Inside the network, in the real window."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from digitpad.app.session.training_state import TrainingState
from digitpad.app.window.main_window import MainWindow
from digitpad.data.dataset import Digits
from digitpad.data.drawing import Picture
from digitpad.engine.files import weights
from digitpad.engine.insight import attribution, units
from digitpad.engine.insight.histograms import BINS
from digitpad.engine.insight.mistakes import validation_digits
from digitpad.engine.insight.trace import trace_of
from digitpad.engine.runs import history, snapshots
from tests.app.driving import click, measured_in, until
from tests.app.views import show_view
from tests.resting import until_at_rest
from tests.screenshot import draw

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def inside(qtbot: QtBot, window: MainWindow) -> MainWindow:
    """A window with the plain bundled network, a three on its canvas, and the inside in sight."""
    window.controller.open(weights.BUNDLED_MLP)
    draw(window)
    show_view(qtbot, window, "inside")
    grid = window.insight.inside.units.grid
    qtbot.waitUntil(lambda: len(grid.units.rgb) == 512 and grid.units.sent is not None)
    return window


def test_below_each_unit_is_what_it_sends_on_for_the_drawing(inside: MainWindow) -> None:
    network = inside.controller.selection.network.network
    image = inside.controller.selection.predictions[0].image
    sent = trace_of(network, image).passes[1].y[0]
    grid = inside.insight.inside.units.grid
    np.testing.assert_allclose(grid.units.sent, sent)
    strongest = int(sent.argmax())
    assert f"unit {strongest}: output" in grid.accessibleDescription()


def test_a_unit_tells_its_sum_and_the_digits_that_excite_it(
    qtbot: QtBot, inside: MainWindow, mnist_digits: Digits
) -> None:
    page = inside.insight.inside.units
    qtbot.waitUntil(lambda: page.grid.units.silent is not None)
    QTest.mouseClick(page.grid, LEFT, pos=page.grid.place_of(3).center())
    network, image = inside.controller.selection.network.network, inside.controller.selection.predictions[0].image
    first = trace_of(network, image).passes[0]
    z = first.y[0][3]
    assert f"z is {z:.4g} (1.1)" in page.sum.text()
    terms = network.layers[0].parameters["weight"][3] * first.x[0]
    np.testing.assert_allclose(page.terms.values.ravel(), terms, atol=1e-6)
    assert len(page.exciting.places) == 8
    asked = validation_digits(inside.controller.selection.network.record, mnist_digits)
    found = units.activity(network, units.stages(network)[0], asked.dataset)
    assert found is not None
    np.testing.assert_array_equal(page.exciting.places, found.exciting(3, 8))
    QTest.keyClick(page.grid, Qt.Key.Key_Right)
    assert page.unit_title.text().startswith("Unit 4, ")
    QTest.mouseClick(
        page.exciting.viewport(), LEFT, pos=page.exciting.visualRect(page.exciting.model().index(0, 0)).center()
    )
    assert isinstance(inside.canvas.drawing, Picture)


def test_for_and_against_weighs_the_two_most_probable_or_those_chosen(qtbot: QtBot, inside: MainWindow) -> None:
    panel, page = inside.insight.inside, inside.insight.inside.evidence
    panel.tabBar().setFocus()
    QTest.keyClick(panel.tabBar(), Qt.Key.Key_Right)
    network, image = inside.controller.selection.network.network, inside.controller.selection.predictions[0].image
    first, second = (int(digit) for digit in np.argsort(-trace_of(network, image).logits[0])[:2])
    qtbot.waitUntil(lambda: page.pixels.values.size > 0)
    wanted = attribution.attributions(network, image, first, second)
    np.testing.assert_allclose(page.pixels.values, wanted.pixels)
    assert f"{wanted.difference:+.2f}" in page.words.text()
    QTest.keyClick(page.other, Qt.Key.Key_Home)
    page.other.activated.emit(0)
    chosen = attribution.attributions(network, image, first, 0)
    qtbot.waitUntil(lambda: np.allclose(page.pixels.values, chosen.pixels))
    assert page.pair == (first, 0)


def test_an_idea_grows_and_goes_to_the_canvas(qtbot: QtBot, inside: MainWindow) -> None:
    panel, page = inside.insight.inside, inside.insight.inside.idea
    panel.setCurrentIndex(2)
    QTest.mouseClick(page.button, LEFT)
    qtbot.waitUntil(lambda: "After 20 steps" in page.words.text())
    QTest.mouseClick(page.keep, LEFT)
    assert isinstance(inside.canvas.drawing, Picture)
    assert page.button.text() == "Draw"
    assert inside.controller.selection.predictions[0].digit == 3


def test_an_idea_begins_with_the_drawing_or_says_that_there_is_none(qtbot: QtBot, inside: MainWindow) -> None:
    panel, page = inside.insight.inside, inside.insight.inside.idea
    panel.setCurrentIndex(2)
    drawn = inside.controller.selection.predictions[0].image
    page.beginning.setCurrentIndex(1)
    page.digit.setCurrentIndex(8)
    begun: list[np.ndarray] = []
    qtbot.waitUntil(lambda: page.picture.image is None)
    QTest.mouseClick(page.button, LEFT)
    qtbot.waitUntil(lambda: page.picture.image is not None and (begun.append(page.picture.image) or True))
    # Of the first steps it is the drawing, somewhat changed.
    assert np.corrcoef(begun[0].ravel(), drawn.ravel())[0, 1] > 0.8
    qtbot.waitUntil(lambda: "% to an 8" in page.words.text())
    QTest.mouseClick(page.button, LEFT)
    inside.canvas.clear()
    QTest.mouseClick(page.button, LEFT)
    assert "There is no drawing to begin with" in inside.message_bar.label.text()
    assert page.button.text() == "Draw"


def train_in_sight(qtbot: QtBot, window: MainWindow) -> None:
    """Begin a long training of 16 units, whose inside is in sight, and wait until its units are known."""
    draw(window)
    show_view(qtbot, window, "inside")
    window.panel.form.fields["epochs"].setValue(5_000)
    click(window, "Start")
    grid = window.insight.inside.units.grid
    qtbot.waitUntil(lambda: grid.units.silent is not None and len(grid.units.silent) == 16)


@pytest.mark.slow
def test_while_it_trains_silent_units_are_counted(qtbot: QtBot, small: MainWindow) -> None:
    train_in_sight(qtbot, small)
    page = small.insight.inside.units
    assert small.controller.state is TrainingState.RUNNING
    assert page.grid.units.silent is not None
    assert ("is active for some of" in page.note.text()) != bool(page.grid.units.silent.any())
    click(small, "Pause")
    # Now there is time for all of them.
    qtbot.waitUntil(
        lambda: "500 validation digits" in page.note.text() and "For the network before" not in page.note.text()
    )
    shown = [0]
    page.exciting.model().modelReset.connect(lambda: shown.__setitem__(0, shown[0] + 1))
    draw(small)
    qtbot.waitUntil(lambda: small.insight.inside.units.grid.units.sent is not None)
    QTest.keyClick(page.grid, Qt.Key.Key_Right)
    assert shown[0] == 1
    click(small, "Stop")
    until(qtbot, small, TrainingState.IDLE)


@pytest.mark.slow
def test_an_idea_goes_on_while_its_network_learns_and_ends_with_another_run(qtbot: QtBot, small: MainWindow) -> None:
    train_in_sight(qtbot, small)
    panel, measured = small.insight.inside, measured_in(small)
    panel.setCurrentIndex(2)
    QTest.mouseClick(panel.idea.button, LEFT)
    qtbot.waitUntil(lambda: panel.idea.picture.image is not None and len(measured) > 3)
    before, count = panel.idea.picture.image.copy(), len(measured)
    # However much of it is drawn already: a busy machine may have come far before the first measurements.
    qtbot.waitUntil(lambda: len(measured) > count + 3 and not np.array_equal(panel.idea.picture.image, before))
    assert panel.idea.button.text() == "Stop"
    click(small, "Stop")
    until(qtbot, small, TrainingState.IDLE)
    if panel.idea.button.text() == "Draw":
        QTest.mouseClick(panel.idea.button, LEFT)
    assert panel.idea.button.text() == "Stop"
    click(small, "Start")
    qtbot.waitUntil(lambda: panel.idea.button.text() == "Draw")
    click(small, "Stop")
    until(qtbot, small, TrainingState.IDLE)


def test_nothing_is_looked_at_out_of_sight(qtbot: QtBot, window: MainWindow) -> None:
    draw(window)
    # What is in sight has the reading by now, and it has come to rest.
    qtbot.waitUntil(lambda: bool(window.controller.selection.predictions))
    until_at_rest(qtbot, lambda: len(window.insight.inside.units.grid.units.rgb))
    assert len(window.insight.inside.units.grid.units.rgb) == 0


@pytest.mark.parametrize("spec", ["", "4c5, p2, 6", "8 tanh"])
def test_every_kind_of_network_can_be_looked_into(qtbot: QtBot, small: MainWindow, spec: str) -> None:
    small.panel.form.fields["hidden"].setText(spec)
    small.training_actions.new_network.trigger()
    qtbot.waitUntil(lambda: small.controller.selection.network.network.spec == spec)
    draw(small)
    show_view(qtbot, small, "inside")
    page, network = small.insight.inside.units, small.controller.selection.network.network
    for number, stage in enumerate(units.stages(network)):
        page.stage.setCurrentIndex(number)
        page.stage.activated.emit(number)
        count = len(network.layers[stage.weights].parameters["weight"])
        qtbot.waitUntil(lambda count=count: len(page.grid.units.rgb) == count)


def test_over_the_epochs_a_layers_numbers_spread(qtbot: QtBot, small: MainWindow) -> None:
    show_view(qtbot, small, "inside")
    panel = small.insight.inside
    panel.setCurrentIndex(3)
    assert not panel.epochs.views["weights"].isVisible()
    small.panel.form.fields["epochs"].setValue(3)
    click(small, "Start")
    until(qtbot, small, TrainingState.RUNNING)
    until(qtbot, small, TrainingState.IDLE)
    run = small.controller.selection.network.run
    assert run is not None
    kept = snapshots.kept_in(run, history.read(run).measured)
    for kind in ("weights", "activations", "gradients"):
        picture = panel.epochs.views[kind].picture
        qtbot.waitUntil(lambda picture=picture: picture.values.shape[1:] == (len(kept),))
    assert f"to {kept[-1].step:,}" in panel.epochs.note.text()
    view = panel.epochs.views["weights"]
    largest = float(view.ends[0].text())
    assert view.ends[2].text() == f"\N{MINUS SIGN}{largest:.3g}"
    # Under the pointer: which network, how many of its numbers, and which.
    QTest.keyClick(view.picture, Qt.Key.Key_Up)
    row, column = view.picture.cell
    told = view.picture.accessibleDescription().split("chosen is ")[1]
    low, high = largest * (1 - 2 * (row + 1) / BINS), largest * (1 - 2 * row / BINS)
    assert float(told.split(":")[0].removeprefix("epoch ")) == pytest.approx(kept[column].epoch, rel=0.05)
    ends = [float(word) for word in told.split(" from ")[1].split(" to ")]
    assert ends == pytest.approx([low, high], abs=0.02 * largest)


def test_a_projectors_units_and_digits_are_larger(inside: MainWindow) -> None:
    page = inside.insight.inside.units
    sides = page.grid.place_of(0).width(), page.exciting.gridSize().width()
    inside.window_actions.projector.trigger()
    assert page.grid.place_of(0).width() == pytest.approx(1.5 * sides[0], rel=0.15)
    assert page.exciting.gridSize().width() > 1.3 * sides[1]
    # A click still finds the unit that is there.
    QTest.mouseClick(page.grid, LEFT, pos=page.grid.place_of(4).center())
    assert page.grid.unit == 4
    inside.window_actions.projector.trigger()
    assert (page.grid.place_of(0).width(), page.exciting.gridSize().width()) == sides
