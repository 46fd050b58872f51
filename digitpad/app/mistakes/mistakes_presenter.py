"""Evaluates the selected network on its digits, in the background, while its mistakes are visible."""

import time
from collections.abc import Callable

import numpy as np

from digitpad.app.mistakes.mistakes_panel import MistakesPanel
from digitpad.app.session.controller import Controller
from digitpad.app.session.latest_task import LatestTask, TaskToken
from digitpad.app.session.network_digits import data_of, digits_of, training_digits
from digitpad.app.session.network_handle import NetworkHandle
from digitpad.app.session.view_presenter import ViewPresenter
from digitpad.app.widgets.digit_grid import Indices
from digitpad.app.widgets.visibility import in_sight
from digitpad.cancellation import CancelToken
from digitpad.data.drawing import Picture
from digitpad.data.ink import Image
from digitpad.engine.insight import mistakes, nearest_neighbors
from digitpad.engine.insight.mistakes import Answers
from digitpad.engine.insight.nearest_neighbors import Neighborhood
from digitpad.engine.reading.prediction import a_digit, percent
from digitpad.engine.training.events import Evaluation
from digitpad.nn.network import Network

_NEIGHBORS = 8
#: Nobody reads a hundred numbers that change ten times a second.
_SECONDS_BETWEEN = 0.7


class MistakesPresenter(ViewPresenter):
    """Connects `panel` with `controller`; nothing is asked while the panel is out of sight."""

    NAME, TITLE, KEYS = "mistakes", "&Mistakes", "Ctrl+M"
    EXPLANATION = "The confusion matrix, and the digits that the network misclassifies"

    def __init__(self, controller: Controller, panel: MistakesPanel) -> None:
        super().__init__(controller, panel)
        self._panel = panel
        self._answers: tuple[NetworkHandle, Answers] | None = None
        self._pending: Callable[[Answers], None] | None = None
        self._is_stale = True
        self._neighborhood: Neighborhood | None = None
        #: The network whose neighborhood is wanted.
        self._near_to: Network | None = None
        self._fetcher, self._nearest = LatestTask(self, controller.priority), LatestTask(self)
        self._fetcher.fetched.connect(self._show_answers)
        self._nearest.fetched.connect(self._show_nearest)
        for fetcher in (self._fetcher, self._nearest):
            fetcher.failed.connect(self._fail)
        self._measured: Evaluation | None = None
        self._shown_at = 0.0
        controller.measured.connect(self._on_measured)
        controller.refreshed.connect(self._show_measured)
        controller.state_changed.connect(lambda _: self._on_network_changed(self._selection.network))
        panel.source_chosen.connect(self._choose_source)
        panel.cell_chosen.connect(self._show_cell)
        panel.mistakes_wanted.connect(self._show_mistakes)
        panel.all_wanted.connect(self._show_all)
        panel.picked.connect(self._pick)

    def refresh(self) -> None:
        """Evaluate now, if the panel is visible and does not show the selected network."""
        if self._is_stale and in_sight(self._panel):
            self._request()

    def close(self) -> None:
        """Stop the background work for good."""
        self._near_to = None
        self._fetcher.close()
        self._nearest.close()

    def _on_network_changed(self, shown: NetworkHandle) -> None:
        self._is_stale = True
        # A network in training changes several times a second: it is evaluated only on request.
        if not self._controller.is_growing:
            self.refresh()
        elif self._pending is None and not self._panel.asks_test:
            # Nobody waits for the evaluation of an earlier network, and the training needs the cores.
            self._fetcher.forget()

    def _on_measured(self, event: Evaluation, _: float) -> None:
        self._measured = event

    def _show_measured(self) -> None:
        """Show what was measured last, at a moment when no stroke waits."""
        if time.monotonic() - self._shown_at < _SECONDS_BETWEEN:
            return
        event, self._measured = self._measured, None
        if self._panel.asks_test or not self._controller.is_growing:
            return
        if event is not None and in_sight(self._panel) and event.validation is not None:
            self._shown_at = time.monotonic()
            measured = event.validation
            # The same words each time: others would have the view laid out anew.
            words = f"{measured.count:,} validation digits, as they were measured last."
            self._panel.show_confusion(measured.confusion, words)

    def _choose_source(self) -> None:
        self._forget_digits()
        self._answers = None
        self._request()

    def _show_cell(self, label: int, digit: int) -> None:
        self._when_answered(lambda found: self._show_digits(found, found.at(label, digit), _title(label, digit)))

    def _show_mistakes(self) -> None:
        self._when_answered(lambda found: self._show_digits(found, found.wrong(), "All mistakes"))

    def _show_all(self) -> None:
        self._when_answered(lambda found: self._show_digits(found, found.ranked(), "All digits", "the worst"))

    def _when_answered(self, show: Callable[[Answers], None]) -> None:
        """Call `show` with the answers of the selected network, after evaluating it if there are none yet."""
        self._pending = show
        if self._answers is not None and self._answers[0].network is self._selection.network.network:
            self._show_answers(self._answers)
        else:
            self._request()

    def _request(self) -> None:
        shown, is_test = self._selection.network, self._panel.asks_test
        self._is_stale = False
        self._panel.show_note("Evaluating the network\N{HORIZONTAL ELLIPSIS}")
        self._fetcher.fetch(lambda token: self._evaluated(shown, is_test, token))

    def _evaluated(self, shown: NetworkHandle, is_test: bool, token: CancelToken) -> tuple[NetworkHandle, Answers]:
        digits = digits_of(data_of(shown))
        asked = mistakes.test_digits(digits) if is_test else mistakes.validation_digits(shown.record, digits)
        return shown, mistakes.answers(shown.network, asked, token)

    def _show_answers(self, found: tuple[NetworkHandle, Answers]) -> None:
        if self._answers is not None and self._answers[1] is not found[1]:
            # What is shown of the earlier answers is not true of these.
            self._forget_digits()
        self._answers = found
        shown, answers = found
        self._panel.show_confusion(answers.confusion, _note(shown, answers, is_test=self._panel.asks_test))
        if self._pending is not None:
            self._pending(answers)
            self._pending = None

    def _forget_digits(self) -> None:
        self._near_to = None
        self._nearest.forget()
        self._panel.forget_digits()

    def _fail(self, sentence: str) -> None:
        self._pending = None
        self._panel.show_note("The network could not be evaluated.")
        self.failed.emit(sentence)

    def _show_digits(
        self,
        found: Answers,
        places: Indices,
        title: str,
        leading: str = "the most confident",
    ) -> None:
        labels = found.asked.dataset.labels

        def caption(place: int) -> str:
            return f"{labels[place]} as {found.digits[place]}\n{percent(found.probabilities[place])}"

        count = f"{len(places):,} digit{'s' * (len(places) != 1)}"
        if self._controller.is_growing and self._answers is not None:
            # What is measured meanwhile is a later network, and on a part of the digits.
            count += f" of {len(labels):,}, after step {self._answers[0].record.step:,}"
        order = f", {leading} first" if len(places) > 1 else ""
        self._panel.show_digits(f"{title}: {count}{order}", found.asked.dataset.images, places, caption)
        assert self._answers is not None
        shown = self._answers[0]
        self._near_to = shown.network
        # Started before a digit is picked: for all training digits, this takes longer than a user waits after a click.
        self._nearest.fetch(lambda _: self._prepare(shown))

    def _pick(self, place: int) -> None:
        if self._answers is None:
            return
        shown, found = self._answers
        image: Image = (found.asked.dataset.images[place].reshape(28, 28) / np.float32(255)).astype(np.float32)
        self.digit_wanted.emit(Picture(image))
        self._panel.show_searching()
        self._nearest.fetch(lambda _: self._neighbors(shown, image))

    def _neighbors(self, shown: NetworkHandle, image: Image) -> tuple[Neighborhood, Indices]:
        known = self._prepare(shown)
        return known, known.nearest(image, _NEIGHBORS)

    def _prepare(self, shown: NetworkHandle) -> Neighborhood:
        """Return the features of the training digits in the network. Cancelled once its answers are no longer shown."""
        known = self._neighborhood
        if known is None or known.network is not shown.network:
            # Not the task's own: another digit of the same network needs the same neighborhood.
            token = TaskToken(lambda: self._near_to is not shown.network, self._controller.priority)
            known = nearest_neighbors.neighborhood(shown.network, training_digits(shown), token)
            self._neighborhood = known
        return known

    def _show_nearest(self, found: tuple[Neighborhood, Indices] | Neighborhood) -> None:
        if isinstance(found, Neighborhood):
            # No digit was picked: it was only prepared.
            return
        known, places = found
        where = "in the last hidden layer" if known.network.spec else "pixel by pixel"
        digits = known.dataset
        words = f"Of {len(digits):,} training digits those that are nearest to it {where}:"
        self._panel.show_neighbors(words, digits.images, places, lambda place: a_digit(digits.labels[place]))


def _title(label: int, digit: int) -> str:
    one = a_digit(label).capitalize()
    return f"{one}, correct" if label == digit else f"{one}, predicted as {digit}"


def _note(shown: NetworkHandle, found: Answers, *, is_test: bool) -> str:
    wrong = len(found.wrong())
    count = len(found.digits)
    kind = "test" if is_test else "validation"
    accuracy = f"{100 * (1 - wrong / count):.2f} %"
    words = f"{shown.title}: {count:,} {kind} digits, {wrong:,} misclassified (accuracy {accuracy})."
    if found.asked.learned:
        words += " It was trained on these digits, so its accuracy on others is lower."
    elif found.asked.learned is None:
        words += " Whether it was trained on them is not known."
    return words
