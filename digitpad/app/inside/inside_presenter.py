"""Computes what the visible page shows of the selected network, in the background."""

import numpy as np
from PySide6.QtCore import QTimer

from digitpad.app.inside.activation_maximizer import ActivationMaximizer
from digitpad.app.inside.inside_panel import InsidePanel
from digitpad.app.inside.inspection import (
    Histograms,
    Inside,
    TopActivations,
    attributed,
    histograms_of,
    inspected,
    names_of,
)
from digitpad.app.inside.top_examples import TopExamples
from digitpad.app.inside.unit_grid import Units
from digitpad.app.session.controller import Controller
from digitpad.app.session.latest_task import LatestTask
from digitpad.app.session.network_handle import NetworkHandle
from digitpad.app.session.view_presenter import ViewPresenter
from digitpad.app.widgets.text_layout import signed
from digitpad.app.widgets.theme_colors import colors
from digitpad.app.widgets.visibility import in_sight
from digitpad.data.drawing import Picture
from digitpad.engine.insight import unit_pictures
from digitpad.engine.insight.attribution import Attribution
from digitpad.engine.insight.units import pooling_of
from digitpad.engine.reading.prediction import Prediction, a_digit, percent

#: Milliseconds before a request is carried out, and while a training runs: painting all units takes a whole frame.
_PAUSE_MS, _TRAINING_PAUSE_MS = 60, 700
_EXCITING, _PUSHES = 8, 3


class InsidePresenter(ViewPresenter):
    """Connects `panel` with `controller`. Nothing is computed while the panel is hidden."""

    NAME, TITLE, KEYS = "inside", "&Inside the Network", "Ctrl+I"
    EXPLANATION = "Units, attribution, preferred input, histograms"

    def __init__(self, controller: Controller, panel: InsidePanel) -> None:
        super().__init__(controller, panel)
        self._panel = panel
        self._inside: Inside | None = None
        #: The activations and the unit whose top examples are shown.
        self._top: tuple[TopActivations | None, int] = (None, 0)
        self._looker, self._exciter = LatestTask(self, controller.priority), TopExamples(controller)
        self._dreaming = ActivationMaximizer(controller, panel.idea)
        self._dreaming.digit_wanted.connect(self.digit_wanted)
        self._looker.fetched.connect(self._show)
        self._exciter.answered.connect(self._on_top_examples)
        self._exciter.rested.connect(self.refresh)
        for worker in (self._looker, self._exciter, self._dreaming):
            worker.failed.connect(self.failed)
        self._soon = QTimer(self, singleShot=True)
        self._soon.timeout.connect(self._request)
        controller.state_changed.connect(self.refresh)
        panel.currentChanged.connect(self.refresh)
        panel.units.changed.connect(self.refresh)
        panel.units.unit_chosen.connect(self._show_unit)
        panel.units.picked.connect(self._pick)
        panel.evidence.changed.connect(self.refresh)

    def _on_digit_changed(self, prediction: Prediction | None) -> None:
        self.refresh()

    def _on_network_changed(self, shown: NetworkHandle) -> None:
        self.refresh()

    def refresh(self) -> None:
        """Compute the visible page again soon. While a request is pending, further ones do not delay it."""
        if in_sight(self._panel) and not self._soon.isActive():
            self._soon.start(_PAUSE_MS if self._controller.is_idle else _TRAINING_PAUSE_MS)

    def close(self) -> None:
        """Stop the background work for good."""
        self._soon.stop()
        for worker in (self._looker, self._exciter, self._dreaming):
            worker.close()

    def _request(self) -> None:
        if not in_sight(self._panel):
            return
        if self._controller.priority.pen_moves:
            self._soon.start(_PAUSE_MS)
            return
        shown, image = self._selection.network, self._selection.image
        if self._panel.currentWidget() is self._panel.units:
            page = self._panel.units
            if self._inside is None:
                page.note.setText("Computing\N{HORIZONTAL ELLIPSIS}")
            number, of_drawing = max(0, page.stage.currentIndex()), page.shows_drawing
            shades = colors(page.palette())
            self._looker.fetch(lambda _: inspected(shown, number, image, shades, of_drawing=of_drawing))
        elif self._panel.currentWidget() is self._panel.evidence:
            pair = self._panel.evidence.pair
            self._looker.fetch(lambda token: attributed(shown, image, pair, token))
        elif self._panel.currentWidget() is self._panel.epochs:
            number = max(0, self._panel.units.stage.currentIndex())
            self._looker.fetch(lambda token: histograms_of(shown, number, token))

    def _show(self, found: "Inside | Histograms | Attribution | None") -> None:
        if isinstance(found, Inside):
            self._show_inside(found)
        elif isinstance(found, Histograms):
            self._panel.epochs.show_histograms(found.spreads, found.words, found.epochs)
        else:
            self._panel.evidence.show_attribution(found)

    def _show_inside(self, inside: Inside) -> None:
        self._inside = inside
        page, network = self._panel.units, inside.network
        page.show_stages(names_of(network, inside.stages))
        known = self._exciter.known(network, inside.number)
        silent = known.activity.silent if known is not None and inside.number < len(inside.stages) - 1 else None
        page.show_units(Units(inside.units.rgb, inside.units.sent, silent), inside.most, _note(inside, known))
        self._show_unit(page.grid.unit)
        if self._selection.network.network is network:
            self._exciter.ask(inside.stages[inside.number], inside.number)

    def _on_top_examples(self) -> None:
        if self._inside is not None:
            self._show_inside(self._inside)

    def _show_unit(self, unit: int) -> None:
        inside, page = self._inside, self._panel.units
        if inside is None:
            return
        stage, stages = inside.stages[inside.number], inside.stages
        title = f"Unit {unit}, of 0 to {len(inside.units.rgb) - 1}"
        if inside.trace is None:
            page.show_sum(title, inside.found.pictures[unit], "Draw a digit to see its output.")
        else:
            last = inside.number == len(stages) - 2
            found = unit_pictures.unit_sum(inside.network, stage, inside.trace, unit, is_last_hidden=last)
            # The map of a filter is shown in large, where the grid shows maps.
            is_map = found.place is not None and inside.of_drawing
            terms = inside.found.pictures[unit] if is_map else unit_pictures.squared(found.terms[np.newaxis])[0]
            page.show_sum(title, terms, _sum_in_words(inside, unit, found))
        self._show_top_examples(self._exciter.known(inside.network, inside.number), unit)

    def _show_top_examples(self, known: TopActivations | None, unit: int) -> None:
        """Show the digits that activate `unit` most. If they are shown already, keep scroll position and selection."""
        if self._top[0] is known and self._top[1] == unit and known is not None:
            return
        page, self._top = self._panel.units, (known, unit)
        if known is None:
            page.show_top_examples("", np.zeros((0, 784), np.uint8), np.zeros(0, np.intp), str)
            return
        sent, labels = known.activity.sent[unit], known.dataset.labels
        places = known.activity.exciting(unit, _EXCITING) if sent.max() > 0 else np.zeros(0, np.intp)
        title = "Top activating validation digits" if sent.max() > 0 else "No validation digit activates it"
        page.show_top_examples(
            title, known.dataset.images, places, lambda place: f"{a_digit(labels[place])}\n{sent[place]:.3g}"
        )

    def _pick(self, place: int) -> None:
        known, _ = self._top
        if known is not None:
            image = known.dataset.images[place].reshape(28, 28) / np.float32(255)
            self.digit_wanted.emit(Picture(image.astype(np.float32)))


def _note(inside: Inside, known: TopActivations | None) -> str:
    is_output = inside.number == len(inside.stages) - 1
    words = "Below each is its output for the drawing. " if inside.trace is not None else ""
    if known is not None and not is_output:
        silent = int(known.activity.silent.sum())
        count = len(known.activity.sent)
        digits = f"{len(known.dataset):,} validation digits"
        found = (
            f"{silent} of {count} are dead, active for none of {digits}; they are faint."
            if silent
            else f"Each of them is active for some of {digits}."
        )
        words += (
            found if known.shown.network is inside.network else f"For the network before: {found[0].lower()}{found[1:]}"
        )
    return words


def _sum_in_words(inside: Inside, unit: int, found: "unit_pictures.UnitSum") -> str:
    stage = inside.stages[inside.number]
    pooled = f", the largest of each {window} x {window}" if (window := pooling_of(inside.network, stage)) else ""
    sums = f"Its {found.terms.size} terms, weight times input, add up to {found.total:.4g}"
    if found.place is not None:
        row, column = found.place
        sums = (
            f"At row {row}, column {column} its sum is largest: {found.terms.size} terms, weight times input under "
            f"the filter, add up to {found.total:.4g}"
        )
        if inside.of_drawing:
            sums = f"Its feature map of the drawing: the output at each place{pooled}. {sums}"
    words = f"{sums}; with the bias, {found.bias:.4g}, z is {found.z:.4g} (1.1). "
    if inside.number == len(inside.stages) - 1:
        return f"{words}The softmax of all ten makes it {percent(found.sent)} (1.2)."
    words += f"Its output is {found.sent:.4g}{pooled and ' there'} (1.2)."
    if found.pushes is not None and found.sent:
        order = np.argsort(-np.abs(found.pushes), kind="stable")[:_PUSHES]
        words += " That adds " + ", ".join(f"{signed(found.pushes[d])} to {d}" for d in order) + "."
    return words
