"""Counterfactuals: which single change of a drawing corrects its prediction."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from digitpad.data.dataset import CLASSES
from digitpad.data.drawing import Drawing, Photo
from digitpad.data.ink import Image, Ink, pixels
from digitpad.engine.insight.ink_faults import remedies
from digitpad.engine.insight.picture_faults import picture_remedies
from digitpad.engine.reading.prediction import a_digit, percent
from digitpad.errors import DigitpadError
from digitpad.nn.network import Network
from digitpad.nn.workspace import Array

#: Without a label: from this probability on a prediction is not explained, and a change must reach it.
_SURE = 0.9
#: With a label: a correct prediction with this probability is not explained, and a change must give the label as much.
_MENDED = 0.5


class ExplanationError(DigitpadError):
    """A drawing whose prediction cannot be explained."""


@dataclass(frozen=True, slots=True, eq=False)
class Cause:
    """What is wrong, which `digit` it is without that, with which `probability`, and a `sentence` that says so.

    `image` (28, 28) is what the network sees then.
    """

    cause: str
    digit: int
    probability: float
    sentence: str
    image: Image

    def as_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {name: getattr(self, name) for name in ("cause", "digit", "probability", "sentence")}


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """What is read, and why that is wrong: the cause whose change mends it best first; none where nothing does."""

    digit: int
    probability: float
    causes: tuple[Cause, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        causes = [cause.as_dict() for cause in self.causes]
        return {"digit": self.digit, "probability": self.probability, "causes": causes}

    @property
    def sentence(self) -> str:
        """What to say first."""
        if self.causes:
            return self.causes[0].sentence
        return f"Predicted as {self.digit} with {percent(self.probability)}: none of the known flaws explains that."


def explain(network: Network, drawing: Drawing, label: int | None = None) -> Explanation:
    """Explain what `network` makes of a drawing of one digit, which should be `label` if that is given.

    Raises `ExplanationError` for a blank drawing and for a photo.
    """
    if isinstance(drawing, Photo):
        raise ExplanationError("a photo's prediction cannot be explained: draw the digit, or give its 28x28 picture")
    image = drawing.digit
    if image is None:
        raise ExplanationError("there is no ink to explain: draw a digit first")
    before = network.predict(pixels(image)[np.newaxis])[0]
    digit, probability = int(before.argmax()), float(before.max())
    if (digit == label and probability >= _MENDED) or (label is None and probability >= _SURE):
        return Explanation(digit, probability, ())
    digits = range(CLASSES) if label is None else (label,)
    options = list(remedies(Ink(drawing.strokes), digits) if drawing.strokes else picture_remedies(image))
    tried = [(option, seen) for option in options if (seen := option.drawing.digit) is not None]
    if not tried:
        return Explanation(digit, probability, ())
    after = network.predict(np.stack([pixels(seen) for _, seen in tried]))
    found: dict[str, tuple[float, Cause]] = {}
    for (option, seen), probabilities in zip(tried, after, strict=True):
        mended = _mended(probabilities, before, digit, label)
        if mended is None:
            continue
        share = float(probabilities[mended])
        read = f"Predicted as {digit}" if mended != digit else f"Predicted as {digit} with {percent(probability)} only,"
        sentence = f"{read} because {option.because}: {option.without}, it is {a_digit(mended)} with {percent(share)}."
        worth = share - option.penalty
        if option.cause not in found or worth > found[option.cause][0]:
            found[option.cause] = worth, Cause(option.cause, mended, share, sentence, seen)
    best = sorted(found.values(), key=lambda entry: -entry[0])
    return Explanation(digit, probability, tuple(cause for _, cause in best))


def _mended(after: Array, before: Array, digit: int, label: int | None) -> int | None:
    """Return which digit a change makes of the drawing, where that mends its prediction."""
    now = int(after.argmax())
    if label is not None:
        return label if now == label and after[label] >= _MENDED else None
    if after[now] < _SURE or (now == digit and after[now] < before[digit] + 0.2):
        return None
    return now
