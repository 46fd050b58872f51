"""The prediction for one digit, and when it is certain."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from digitpad.data.ink import Image, Stroke
from digitpad.nn.workspace import Array

#: The least probability of a digit that is read surely: alone, and in a row of which most others are. Below the last
#: one it is no digit. Chosen by what they refuse of real digits and of letters: see the page of help on predictions.
MIN_SURE, MIN_SURE_IN_ROW, MIN_DIGIT = 0.55, 0.45, 0.4
#: Marks a digit that is not read surely.
ABOUT = "~"
#: Below half a percent a figure would show something where there is nothing to see.
SMALLEST_SHARE = 0.005


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """Probabilities (10,), and the (28, 28) image that the network saw.

    `parts` are the numbers of the strokes or spots in it, `strokes` its ink, whole strokes or pieces of them. `row` is
    that of the row in which it is written; `has_row_support` where most other digits of that row are sure.
    """

    probabilities: Array
    image: Image
    parts: tuple[int, ...] = ()
    row: int = 0
    has_row_support: bool = False
    strokes: tuple[Stroke, ...] = ()

    @property
    def digit(self) -> int:
        """The most probable digit."""
        return int(self.probabilities.argmax())

    @property
    def probability(self) -> float:
        """The probability of `digit`, 0-1."""
        return float(self.probabilities.max())

    @property
    def second(self) -> int:
        """The digit that is most probable after `digit`."""
        return int(self.probabilities.argsort()[-2])

    @property
    def is_digit(self) -> bool:
        """Tell whether it is taken for a digit at all."""
        return self.probability >= MIN_DIGIT

    @property
    def is_sure(self) -> bool:
        """Tell whether `digit` is read without doubt. A row of good digits supports another one."""
        return self.probability >= (MIN_SURE_IN_ROW if self.has_row_support else MIN_SURE)

    @property
    def symbol(self) -> str:
        """The digit, marked where it is not sure, or a question mark for what is none."""
        return f"{'' if self.is_sure else ABOUT}{self.digit}" if self.is_digit else "?"


def with_row_support(predictions: Sequence[Prediction]) -> tuple[Prediction, ...]:
    """Return the predictions of a row with `has_row_support` set: whether most of the others are sure."""
    sure = sum(prediction.is_sure for prediction in predictions)
    others = len(predictions) - 1
    return tuple(
        replace(prediction, has_row_support=others > 0 and sure - prediction.is_sure > others / 2)
        for prediction in predictions
    )


def a_digit(digit: int) -> str:
    """Return a digit with its article."""
    return f"{'an' if digit == 8 else 'a'} {digit}"


def percent(share: float) -> str:
    """Return a probability as people read it, never rounded up to certainty or down to none."""
    if share < SMALLEST_SHARE:
        return "< 1 %"
    if share >= 0.9995:
        return "> 99.9 %"
    return f"{100 * share:.1f} %" if share >= 0.995 else f"{100 * share:.0f} %"


def text_of(predictions: Sequence[Prediction]) -> str:
    """Return what is read, row by row, e.g. ``2026 1~7?``."""
    rows = itertools.groupby(predictions, key=lambda prediction: prediction.row)
    return " ".join("".join(prediction.symbol for prediction in row) for _, row in rows)


def symbols_of(predictions: Sequence[Prediction]) -> list[tuple[int, tuple[int, ...], str]]:
    """Return the row, the parts and the sign of each, which is what is drawn over a photo."""
    return [(prediction.row, prediction.parts, prediction.symbol) for prediction in predictions]
