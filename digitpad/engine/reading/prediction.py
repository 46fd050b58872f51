"""What a network makes of one digit, and when that is a verdict. It knows no drawing and no window."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from digitpad.data.ink import Image
from digitpad.nn.workspace import Array

#: The least probability of a digit that is read, and of two together between which the network is unsure. Chosen on
#: held-out digits and scribbles: see the page of help on verdicts.
SURE, PAIR = 0.7, 0.8


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """Probabilities (10,), and the (28, 28) image that the network saw.

    `parts` are the numbers of the strokes or spots in it, `row` is that of the row in which it is written.
    """

    probabilities: Array
    image: Image
    parts: tuple[int, ...] = ()
    row: int = 0

    @property
    def digit(self) -> int:
        """The most probable digit."""
        return int(self.probabilities.argmax())

    @property
    def probability(self) -> float:
        """The probability of `digit`, 0-1."""
        return float(self.probabilities.max())

    @property
    def sign(self) -> str:
        """The digit that is read, or a question mark."""
        return str(self.digit) if len(self.verdict) == 1 else "?"

    @property
    def verdict(self) -> tuple[int, ...]:
        """The digit that is read; two between which it is unsure, the more probable first; none of what is no digit."""
        second, first = (int(digit) for digit in self.probabilities.argsort()[-2:])
        if self.probability >= SURE:
            return (first,)
        return (first, second) if self.probability + float(self.probabilities[second]) >= PAIR else ()


def text_of(predictions: Sequence[Prediction]) -> str:
    """Return what is read, row by row, e.g. ``2026 17?``."""
    rows = itertools.groupby(predictions, key=lambda prediction: prediction.row)
    return " ".join("".join(prediction.sign for prediction in row) for _, row in rows)
