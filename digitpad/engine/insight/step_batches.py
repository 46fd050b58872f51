"""The training digits of single steps; an undone step comes again as it was."""

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from digitpad.data.dataset import Dataset, Images

Batch = tuple[Images, npt.NDArray[np.intp]]

#: Steps back of which the digits are remembered.
_MOST = 50
#: Batches that are drawn at once: to get at the digits takes longer than a step.
_AT_ONCE = 64


class Batches:
    """Batches drawn at random, each remembered by its size and by the number of steps before it.

    `digits` returns those that are drawn from, always the same ones.
    """

    def __init__(self, digits: Callable[[], Dataset]) -> None:
        self._digits = digits
        self._rng = np.random.default_rng()
        self._drawn: dict[tuple[int, int], Batch] = {}
        self._ahead: dict[int, list[Batch]] = {}

    def steps_an_epoch(self, size: int) -> int:
        """Return how many batches of `size` digits make an epoch."""
        return math.ceil(len(self._digits()) / size)

    def at(self, steps: int, size: int) -> Batch:
        """Return images (size, 784) and labels (size,) for the step after so many `steps`, the same ones each time."""
        if (steps, size) not in self._drawn:
            if not self._ahead.get(size):
                self._ahead[size] = self._draw(size)
            self._drawn = {key: batch for key, batch in self._drawn.items() if key[0] >= steps - _MOST}
            self._drawn[steps, size] = self._ahead[size].pop()
        return self._drawn[steps, size]

    def _draw(self, size: int) -> list[Batch]:
        digits = self._digits()
        chosen = digits.take(self._rng.integers(0, len(digits), _AT_ONCE * size))
        batches = (chosen.take(slice(first, first + size)) for first in range(0, len(chosen), size))
        return [(batch.images, batch.labels.astype(np.intp)) for batch in batches]
