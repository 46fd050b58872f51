"""Training digits that single steps learn from: undone, a step comes again as it was. It takes no step."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from digitpad.data.dataset import Dataset, Images

#: Steps back of which the digits are remembered.
_MOST = 50


class Batches:
    """Batches drawn at random, each remembered by its size and by the number of steps before it."""

    def __init__(self) -> None:
        self._rng = np.random.default_rng()
        self._drawn: dict[tuple[int, int], tuple[Images, npt.NDArray[np.intp]]] = {}

    def at(self, steps: int, size: int, digits: Callable[[], Dataset]) -> tuple[Images, npt.NDArray[np.intp]]:
        """Return images (size, 784) and labels (size,) for the step after so many `steps`, the same ones each time."""
        if (steps, size) not in self._drawn:
            among = digits()
            chosen = among.take(self._rng.integers(0, len(among), size))
            self._drawn = {key: batch for key, batch in self._drawn.items() if key[0] >= steps - _MOST}
            self._drawn[steps, size] = chosen.images, chosen.labels.astype(np.intp)
        return self._drawn[steps, size]
