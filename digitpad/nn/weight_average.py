"""An exponential moving average of weights (EMA): less noisy than the newest ones, and often better."""

from collections.abc import Sequence

import numpy as np

from digitpad.nn.workspace import Array


class MovingAverage:
    """Exponentially decaying average: A <- d A + (1 - d) W after each step, d at most `decay`.

    The first steps count more, d = (1 + t) / (10 + t) in step t, so that the start is soon forgotten (Polyak and
    Juditsky 1992 for averaging; the warm-up as common in practice).
    """

    def __init__(self, values: Sequence[Array], decay: float) -> None:
        """Begin with `values`, a copy of the parameters before the first step; they are changed in place."""
        self.decay = decay
        self.steps = 0
        self.values = values
        self._difference = [np.empty_like(value) for value in values]

    def follow(self, parameters: Sequence[Array]) -> None:
        """Take in the parameters as they are after one more step."""
        self.steps += 1
        share = 1 - min(self.decay, (1 + self.steps) / (10 + self.steps))
        for value, parameter, difference in zip(self.values, parameters, self._difference, strict=True):
            np.subtract(parameter, value, out=difference)
            np.multiply(difference, share, out=difference)
            np.add(value, difference, out=value)
