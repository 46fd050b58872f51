"""Explains the prediction for the drawing, in the background, while the view is visible."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QTimer

from digitpad.app.explain.explain_panel import ExplainPanel
from digitpad.app.session.controller import Controller
from digitpad.app.session.labeled_digit import LabeledDigitTracker
from digitpad.app.session.latest_task import LatestTask
from digitpad.app.session.network_digits import training_digits
from digitpad.app.session.network_handle import NetworkHandle
from digitpad.app.session.view_presenter import ViewPresenter
from digitpad.app.widgets.visibility import in_sight
from digitpad.cancellation import CancelToken
from digitpad.data.dataset import Dataset, Images
from digitpad.data.drawing import Drawing, part_of
from digitpad.data.ink import pixels
from digitpad.engine.insight.attribution import Attribution, attributions
from digitpad.engine.insight.counterfactuals import Explanation, explain
from digitpad.engine.insight.nearest_neighbors import Neighborhood, neighborhood
from digitpad.engine.reading.prediction import Prediction, percent

#: Milliseconds for which the drawing must rest.
_PAUSE_MS = 250
#: How many of the nearest training digits are shown for each label, and how many are searched.
_NEAR, _AMONG = 3, 10_000
#: From this probability on there is no doubt to explain.
_DOUBTLESS = 0.9


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """A request to explain why the selected network predicts the digit `one` rather than the `other`."""

    shown: NetworkHandle
    drawing: Drawing
    prediction: Prediction
    label: int | None

    @property
    def one(self) -> int:
        return self.prediction.digit

    @property
    def other(self) -> int:
        """What it should be, or else the second most probable digit."""
        return self.prediction.second if self.label in (None, self.one) else self.label


@dataclass(frozen=True, slots=True, eq=False)
class _Reasons:
    asked: _Asked
    explanation: Explanation
    evidence: Attribution


class ExplainPresenter(ViewPresenter):
    """Connects `panel` with `controller`; nothing is asked while the panel is out of sight."""

    NAME, TITLE, KEYS = "explain", "E&xplain Prediction", "Ctrl+Shift+M"
    EXPLANATION = "Why the drawing is misclassified, and similar training digits"

    def __init__(self, controller: Controller, panel: ExplainPanel) -> None:
        super().__init__(controller, panel)
        self._panel = panel
        self._labeled = LabeledDigitTracker()
        self._neighborhood: Neighborhood | None = None
        self._soon = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._soon.timeout.connect(self._request)
        self._reasons, self._near = LatestTask(self), LatestTask(self, controller.priority)
        self._reasons.fetched.connect(self._show)
        self._near.fetched.connect(lambda found: panel.show_near(*found))
        self._reasons.failed.connect(panel.show_words)
        self._near.failed.connect(panel.near_words.setText)
        panel.label_chosen.connect(self._on_label_chosen)

    def _on_digit_changed(self, prediction: Prediction | None) -> None:
        self.refresh()

    def take_key(self, digit: int) -> bool:
        """Take the key of a digit as the drawing's label, and return True; return False while the panel is hidden."""
        if not in_sight(self._panel):
            return False
        self._panel.say_label(digit)
        self._on_label_chosen()
        return True

    def refresh(self) -> None:
        """Ask as soon as the drawing rests."""
        if in_sight(self._panel):
            self._soon.start()

    def _on_network_changed(self, shown: NetworkHandle) -> None:
        """Explain with the new network soon. While a request is pending, further networks do not delay it."""
        if not self._soon.isActive():
            self.refresh()

    def close(self) -> None:
        """Stop the background work for good."""
        self._soon.stop()
        self._reasons.close()
        self._near.close()

    def _on_label_chosen(self) -> None:
        self._labeled.note(self._selection.drawing, self._selection.prediction)
        self.refresh()

    def _request(self) -> None:
        prediction, drawing = self._selection.prediction, self._selection.drawing
        if prediction is None or not self._labeled.is_that(drawing, prediction):
            # The label was given for another digit.
            self._panel.say_label(None)
        else:
            self._labeled.note(drawing, prediction)
        self._near.forget()
        if prediction is None:
            self._reasons.forget()
            self._panel.show_nothing()
            return
        part = part_of(drawing, prediction.strokes, prediction.image)
        asked = _Asked(self._selection.network, part, prediction, self._panel.label)
        self._reasons.fetch(lambda token: _reasons_of(asked, token))

    def _show(self, found: _Reasons) -> None:
        images, captions = _mended(found)
        self._panel.show_reasons(_words(found), images, captions, found.evidence)
        asked = found.asked
        if not self._controller.is_idle:
            self._panel.near_words.setText("The most similar training digits are looked up when the training is over.")
            return
        self._near.fetch(lambda token: self._nearest(asked, token))

    def _nearest(self, asked: _Asked, token: CancelToken) -> tuple[str, Dataset]:
        known = self._neighborhood
        if known is None or known.network is not asked.shown.network:
            dataset = training_digits(asked.shown).take(slice(_AMONG))
            self._neighborhood = known = neighborhood(asked.shown.network, dataset, token)
        image, labels = asked.prediction.image, (asked.one, asked.other)
        places = np.concatenate([known.nearest(image, _NEAR, label) for label in labels])
        return f"The most similar of {len(known.dataset):,} training digits:", known.dataset.take(places)


def _reasons_of(asked: _Asked, token: CancelToken) -> _Reasons:
    network = asked.shown.network
    explanation = explain(network, asked.drawing, asked.label)
    evidence = attributions(network, asked.prediction.image, asked.one, asked.other, token)
    return _Reasons(asked, explanation, evidence)


def _words(found: _Reasons) -> str:
    causes, asked = found.explanation.causes, found.asked
    if causes:
        return "\n".join(f"{number}. {cause.sentence}" for number, cause in enumerate(causes, 1))
    if asked.label == asked.one:
        return f"Correct: predicted as {asked.one}. Below, similar training digits, and what supports {asked.other}."
    if asked.label is None and asked.prediction.probability >= _DOUBTLESS:
        return f"Predicted as {asked.one}, without doubt. If that is wrong, choose the digit you meant."
    return found.explanation.sentence


def _mended(found: _Reasons) -> tuple[Images, list[str]]:
    """Return the drawing and what it is without each fault, and what each is read as."""
    causes = found.explanation.causes
    images = [found.asked.prediction.image, *(cause.image for cause in causes)]
    captions = [f"as it is: {found.asked.one}"]
    captions += [f"{number}: {cause.digit}\n{percent(cause.probability)}" for number, cause in enumerate(causes, 1)]
    return np.stack([pixels(image) for image in images]), captions
