"""How far a training is, how fast, and how long it will take."""

import math
from dataclasses import dataclass

from digitpad.engine.training.events import Progress, Started

#: Seconds before an estimate of what is left is worth saying.
_FIRST_ESTIMATE = 0.3
#: The pace is that of so many recent epochs. The first ones, which also load digits and measure more, are left out.
_RECENT = 2.0
#: Seconds between two answers: numbers that change more often cannot be read, and cost the training time.
_INTERVAL = 0.2


@dataclass(frozen=True, slots=True)
class Pace:
    """How far and how fast: the latest progress, total epochs, digits a second, seconds left (None: not known yet)."""

    progress: Progress
    epochs: int
    digits_per_second: float
    seconds_left: float | None


class PaceMeter:
    """Takes the pace of the training that `started`."""

    def __init__(self, started: Started) -> None:
        self._started = started
        #: Epochs and seconds of the last reports.
        self._reports: list[tuple[float, float]] = []
        self._answered_at = -math.inf

    def pace(self, latest: Progress, seconds: float) -> Pace | None:
        """Return the pace at the `latest` progress, reported after `seconds`; None within 0.2 s of the last answer.

        The clock stops while the training is paused. It does not stop while the training waits for the window.
        """
        self._reports.append((latest.epoch, seconds))
        while len(self._reports) > 2 and self._is_old(*self._reports[1]):
            del self._reports[0]
        if seconds - self._answered_at < _INTERVAL:
            return None
        self._answered_at = seconds
        first_epoch, first_seconds = self._reports[0]
        epochs, taken = latest.epoch - first_epoch, seconds - first_seconds
        total = self._started.epochs
        if taken < _FIRST_ESTIMATE or epochs <= 0:
            return Pace(latest, total, 0.0, None)
        speed = epochs / taken
        return Pace(latest, total, speed * self._started.training, (total - latest.epoch) / speed)

    def _is_old(self, epoch: float, seconds: float) -> bool:
        """Tell whether a report lies so far back that what came before it need not be known."""
        latest_epoch, latest_seconds = self._reports[-1]
        return latest_epoch - epoch > _RECENT and latest_seconds - seconds > _FIRST_ESTIMATE
