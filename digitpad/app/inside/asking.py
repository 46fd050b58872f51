"""Looks into the network that is looked at, aside, for whatever page is in sight."""

import time
from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from digitpad.app.inside.inside_panel import InsidePanel
from digitpad.app.inside.looking import Excited, Inside, Spreads, excited, looked_into, names_of, spread, weighed
from digitpad.app.inside.unit_grid import Units
from digitpad.app.look.sight import in_sight
from digitpad.app.look.theme_colors import colors
from digitpad.app.session.controller import Controller
from digitpad.app.session.fetching import Fetcher
from digitpad.app.session.politeness import politely
from digitpad.data.drawing import Picture
from digitpad.data.ink import Image
from digitpad.engine.insight import idea, unit_pictures
from digitpad.engine.insight.evidence import Evidence
from digitpad.engine.reading.prediction import Prediction
from digitpad.nn.network import Network

#: Milliseconds after which a wish is followed, and while a training runs; between two steps of an idea.
_PAUSE_MS, _TRAINING_PAUSE_MS, _IDEA_MS = 60, 350, 40
_EXCITING, _PUSHES, _MOST_STEPS = 8, 3, 400
#: While a training runs: validation digits that units are asked about, and seconds before they are asked again.
_PART, _SECONDS_BETWEEN = 1_000, 5.0


class InsideAsking(QObject):
    """Connects `panel` with `controller`; nothing is looked at while the panel is out of sight."""

    failed = Signal(str)
    digit_wanted = Signal(object)  # Picture: show it on the canvas

    def __init__(self, controller: Controller, panel: InsidePanel) -> None:
        super().__init__(controller)
        self._controller = controller
        self._panel = panel
        self._image: Image | None = None
        self._inside: Inside | None = None
        self._excited: Excited | None = None
        self._excited_at = -_SECONDS_BETWEEN
        self._failed_for: Network | None = None
        self._ideas: Iterator[tuple[Image, float]] | None = None
        self._idea: Image | None = None
        self._steps = self._idea_of = 0
        self._looker, self._exciter = Fetcher(self), Fetcher(self)
        self._looker.fetched.connect(self._show)
        self._exciter.fetched.connect(self._show_excited)
        for fetcher in (self._looker, self._exciter):
            fetcher.failed.connect(self.failed)
        self._soon = QTimer(self, singleShot=True)
        self._soon.timeout.connect(self._ask)
        self._dreamer = Fetcher(self)
        self._dreamer.fetched.connect(self._show_idea)
        self._dreamer.failed.connect(self.failed)
        self._next_idea = QTimer(self, singleShot=True, interval=_IDEA_MS)
        self._next_idea.timeout.connect(self._grow_idea)
        controller.network_changed.connect(self._follow)
        panel.currentChanged.connect(self.look)
        panel.units.changed.connect(self.look)
        panel.units.unit_chosen.connect(self._show_unit)
        panel.units.picked.connect(self._pick)
        panel.evidence.changed.connect(self.look)
        panel.idea.started.connect(self._start_idea)
        panel.idea.stopped.connect(self._stop_idea)
        panel.idea.canvas_wanted.connect(self._put_idea_on_canvas)

    def show_prediction(self, prediction: Prediction | None) -> None:
        """Look at the digit that is chosen on the canvas from now on."""
        self._image = None if prediction is None else prediction.image
        self.look()

    def _follow(self) -> None:
        """Look at another network; its idea is not that of the one before, but goes on while it trains."""
        if self._ideas is not None and self._is_growing and self._idea is not None:
            self._ideas = idea.ideas(self._controller.looked_at.network, self._idea, self._idea_of)
        elif self._ideas is not None:
            self._stop_idea()
        self.look()

    def look(self) -> None:
        """Look again soon; wishes that come faster than answers do not put them off."""
        if in_sight(self._panel) and not self._soon.isActive():
            self._soon.start(_PAUSE_MS if self._controller.is_idle else _TRAINING_PAUSE_MS)

    def close(self) -> None:
        """Look no more. The last call."""
        self._soon.stop()
        self._next_idea.stop()
        self._looker.close()
        self._exciter.close()
        self._dreamer.close()

    def _ask(self) -> None:
        if not in_sight(self._panel):
            return
        if self._controller.pen_moves:
            self._soon.start(_PAUSE_MS)
            return
        shown, image = self._controller.looked_at, self._image
        if self._panel.currentWidget() is self._panel.units:
            page = self._panel.units
            if self._inside is None:
                page.note.setText("Looking into the network ...")
            number, of_drawing = max(0, page.stage.currentIndex()), page.shows_drawing
            shades = colors(page.palette())
            self._looker.fetch(lambda _: looked_into(shown, number, image, shades, of_drawing=of_drawing))
        elif self._panel.currentWidget() is self._panel.evidence:
            pair = self._panel.evidence.pair
            self._looker.fetch(lambda _: weighed(shown, image, pair))
        elif self._panel.currentWidget() is self._panel.epochs:
            number = max(0, self._panel.units.stage.currentIndex())
            self._looker.fetch(lambda is_outdated: spread(shown, number, politely(self._controller, is_outdated)))

    def _show(self, found: "Inside | Spreads | Evidence | None") -> None:
        if isinstance(found, Inside):
            self._show_inside(found)
        elif isinstance(found, Spreads):
            self._panel.epochs.show_spreads(found.spreads, found.words)
        else:
            self._panel.evidence.show_evidence(found)

    def _show_inside(self, inside: Inside) -> None:
        self._inside = inside
        page, network = self._panel.units, inside.network
        page.show_stages(names_of(network, inside.stages))
        known = self._known(inside)
        silent = known.activity.silent if known is not None and inside.number < len(inside.stages) - 1 else None
        page.show_units(Units(inside.units.colours, inside.units.sent, silent), inside.most, _note(inside, known))
        self._show_unit(page.grid.unit)
        self._excite(inside, known)

    def _known(self, inside: Inside) -> Excited | None:
        """Return what is known of the stage that is shown: while it trains, of what it was a moment ago."""
        known, shown = self._excited, self._controller.looked_at
        if known is None or known.number != inside.number:
            return None
        is_earlier = self._is_growing and shown.run is not None and known.shown.run == shown.run
        return known if is_earlier or known.shown.network is inside.network else None

    @property
    def _is_growing(self) -> bool:
        """Whether what is looked at changes several times a second."""
        return not self._controller.is_idle and self._controller.is_live

    def _excite(self, inside: Inside, known: Excited | None) -> None:
        """Ask about the validation digits, unless the answer is known; now and then about some while it trains."""
        shown, network = self._controller.looked_at, inside.network
        part = _PART if self._is_growing else None
        is_known = known is not None and known.shown.network is network and (part is not None or not known.is_part)
        is_early = part is not None and time.monotonic() < self._excited_at + _SECONDS_BETWEEN
        if is_known or is_early or network is self._failed_for or shown.network is not network:
            return
        # Until it has answered: a failure is not to be repeated at each stroke.
        self._failed_for, self._excited_at = network, time.monotonic()
        stage, number = inside.stages[inside.number], inside.number
        self._exciter.fetch(
            lambda is_outdated: excited(shown, stage, number, part, politely(self._controller, is_outdated))
        )

    def _show_excited(self, found: Excited | None) -> None:
        self._excited = found
        self._failed_for = None
        if found is not None and self._inside is not None:
            self._show_inside(self._inside)

    def _show_unit(self, unit: int) -> None:
        inside, page = self._inside, self._panel.units
        if inside is None:
            return
        stage, stages = inside.stages[inside.number], inside.stages
        title = f"Unit {unit}, of 0 to {len(inside.units.colours) - 1}"
        if inside.trace is None:
            page.show_sum(title, inside.found.pictures[unit], "Draw a digit to see what it makes of it.")
        else:
            last = inside.number == len(stages) - 2
            found = unit_pictures.unit_sum(inside.network, stage, inside.trace, unit, is_last_hidden=last)
            # Of a filter there is no one sum: what the grid shows of it is shown in large.
            terms = inside.found.pictures[unit] if found is None else unit_pictures.squared(found.terms[np.newaxis])[0]
            page.show_sum(title, terms, _sum_in_words(inside, unit, found))
        known = self._known(inside)
        if known is None:
            nothing = np.zeros((0, 784), np.uint8), np.zeros(0, np.intp)
            page.show_exciting("", *nothing, str)
        else:
            sent, labels = known.activity.sent[unit], known.dataset.labels
            places = known.activity.exciting(unit, _EXCITING)
            title = "The validation digits that excite it most" if sent.max() > 0 else "No validation digit excites it"
            page.show_exciting(
                title, known.dataset.images, places, lambda place: f"a {labels[place]}\n{sent[place]:.3g}"
            )

    def _pick(self, place: int) -> None:
        if self._excited is not None:
            image = self._excited.dataset.images[place].reshape(28, 28) / np.float32(255)
            self.digit_wanted.emit(Picture(image.astype(np.float32)))

    def _start_idea(self, digit: int, from_drawing: bool) -> None:
        self._idea = self._image if from_drawing and self._image is not None else idea.noise(np.random.default_rng())
        self._ideas = idea.ideas(self._controller.looked_at.network, self._idea, digit)
        self._steps, self._idea_of = 0, digit
        self._panel.idea.show_running(True)
        self._grow_idea()

    def _grow_idea(self) -> None:
        ideas = self._ideas
        if ideas is None or self._steps > _MOST_STEPS or not in_sight(self._panel):
            self._stop_idea()
        elif self._controller.pen_moves:
            self._next_idea.start()
        else:
            self._dreamer.fetch(lambda _: next(ideas))

    def _show_idea(self, step: tuple[Image, float]) -> None:
        self._idea, probability = step
        self._panel.idea.show_idea(self._idea, self._idea_of, self._steps, probability)
        self._steps += 1
        self._next_idea.start()

    def _stop_idea(self) -> None:
        self._ideas = None
        self._next_idea.stop()
        self._dreamer.forget()
        self._panel.idea.show_running(False)

    def _put_idea_on_canvas(self) -> None:
        self._stop_idea()
        if self._idea is not None:
            self.digit_wanted.emit(Picture(self._idea))


def _note(inside: Inside, known: Excited | None) -> str:
    is_output = inside.number == len(inside.stages) - 1
    words = "Below each is what it sends on for the drawing. " if inside.trace is not None else ""
    if known is not None and not is_output:
        silent = int(known.activity.silent.sum())
        count = len(known.activity.sent)
        digits = f"{len(known.dataset):,} validation digits"
        found = (
            f"{silent} of {count} fire for none of {digits}; they are pale."
            if silent
            else f"Each of them fires for some of {digits}."
        )
        words += found if known.shown.network is inside.network else f"A moment ago: {found}"
    return words


def _sum_in_words(inside: Inside, unit: int, found: "unit_pictures.UnitSum | None") -> str:
    assert inside.found.sent is not None
    if found is None:
        best = f"At its best place in the drawing it sends on {inside.found.sent[unit]:.4g}."
        if inside.of_drawing:
            return f"Its map of the drawing: at each place the weighted sum of what lies below the filter. {best}"
        return f"Its weights: orange adds, blue subtracts. {best} Choose On my drawing to see its map."
    words = (
        f"Its {found.terms.size} terms, weight times input, add up to {found.total:.4g}; with the bias, "
        f"{found.bias:.4g}, z is {found.z:.4g} (1.1). It sends on {found.sent:.4g} (1.2)."
    )
    if found.pushes is not None and found.sent:
        order = np.argsort(-np.abs(found.pushes), kind="stable")[:_PUSHES]
        words += " That adds " + ", ".join(f"{found.pushes[d]:+.2f} to {d}" for d in order) + "."
    return words
