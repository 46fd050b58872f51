"""Which digits a network misclassifies, and how confident it is."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from digitpad.cancellation import NEVER, CancelToken
from digitpad.data.dataset import Dataset, Digits
from digitpad.engine.files.weights import TrainingRecord
from digitpad.engine.training.chunk_sizes import rows_at_once
from digitpad.engine.training.evaluation import confusion_of
from digitpad.engine.training.validation_split import rows_in_order
from digitpad.nn.network import Network
from digitpad.nn.workspace import Array, Workspace

Rows = npt.NDArray[np.intp]
#: Digits to use if a network's own training held out none; of a smaller set, one in `_SHARE`.
_HELD_OUT, _SHARE = 10_000, 6


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """Labeled digits to ask a network about, and the row (n,) of each in its published file, from 0.

    `learned` tells whether the network has learned from them; None where nobody knows.
    """

    dataset: Dataset
    rows: Rows
    learned: bool | None


@dataclass(frozen=True, slots=True)
class Mistake:
    """A digit that was misclassified: its row in the published file, and the probability 0-1 of the answer `digit`."""

    index: int
    label: int
    digit: int
    probability: float


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What a network makes of digits: its answers (n,) and the probability (n,) of each."""

    asked: Asked
    digits: npt.NDArray[np.uint8]
    probabilities: Array

    @property
    def confusion(self) -> npt.NDArray[np.int64]:
        """How often each digit (a row) got each answer (a column)."""
        return confusion_of(self.asked.dataset.labels, self.digits)

    def at(self, label: int, digit: int) -> Rows:
        """Return the places, in the asked digits, of those `label` that were read as `digit`, the surest first."""
        return self._surest((self.asked.dataset.labels == label) & (self.digits == digit))

    def wrong(self) -> Rows:
        """Return the places of all digits that were misclassified, the surest first."""
        return self._surest(self.asked.dataset.labels != self.digits)

    def ranked(self) -> Rows:
        """Return the places of all digits, the worst read first: the surest mistakes, and last what is surely right."""
        rightly = np.flatnonzero(self.asked.dataset.labels == self.digits)
        return np.concatenate([self.wrong(), rightly[np.argsort(self.probabilities[rightly], kind="stable")]])

    @property
    def mistakes(self) -> list[Mistake]:
        """All mistakes, the surest first."""
        asked = self.asked
        return [
            Mistake(int(asked.rows[i]), int(asked.dataset.labels[i]), int(self.digits[i]), float(self.probabilities[i]))
            for i in self.wrong()
        ]

    def _surest(self, is_one: npt.NDArray[np.bool_]) -> Rows:
        places = np.flatnonzero(is_one)
        return places[np.argsort(-self.probabilities[places], kind="stable")]


def validation_digits(record: TrainingRecord, digits: Digits) -> Asked:
    """Return the digits that the training of a network held out; where it held out none, those that others hold out."""
    count = len(digits.training)
    size = record.config.validation if record.config is not None else 0
    size = min(size or min(_HELD_OUT, count // _SHARE), count)
    rows = rows_in_order(count)[:size]
    is_known = record.config is not None and (record.held_out is not None or not record.step)
    learned = bool(record.step) and record.held_out is not None and record.held_out < size
    return Asked(digits.training.take(rows), rows, learned if is_known else None)


def test_digits(digits: Digits) -> Asked:
    """Return the test digits, which no training learns from."""
    return Asked(digits.test, np.arange(len(digits.test)), learned=False)


def answers(network: Network, asked: Asked, token: CancelToken = NEVER) -> Answers:
    """Return what `network` makes of digits, in pieces of some milliseconds. Raises `Cancelled`."""
    dataset, workspace, size = asked.dataset, Workspace(), rows_at_once(network)
    digits = np.empty(len(dataset), np.uint8)
    probabilities = np.empty(len(dataset))
    for start in range(0, len(dataset), size):
        token.check()
        part = slice(start, start + size)
        found = network.predict(dataset.images[part], workspace)
        digits[part] = found.argmax(axis=1)
        probabilities[part] = found.max(axis=1)
    return Answers(asked, digits, probabilities)
