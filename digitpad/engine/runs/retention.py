"""Which snapshots of a run are kept on disk.

A run that is being written keeps the networks of its first epoch and of every epoch's end; when those are more than
`MOST`, every second of them goes. Of a run that ended `OLD_DAYS` days ago `FEW` epochs are kept, spread evenly. The
first, the best and the last always stay. A run that was deleted stays in the trash for as many days.

Nothing goes because of a date alone, which a wrong clock or a damaged file may have made: two must agree.
"""

from collections.abc import Sequence

MOST, FEW, OLD_DAYS = 256, 20, 30
_DAY = 86_400.0
#: Dates before 2020 are older than digitpad; two that say the same may differ by so many days.
_EARLIEST, _ALIKE_DAYS = 1_577_836_800.0, 2


def agree(first: float, second: float, now: float) -> bool:
    """Tell whether two dates, in seconds since 1970 or NaN if unknown, can be true and say the same."""
    return all(_EARLIEST <= date <= now for date in (first, second)) and abs(first - second) <= _ALIKE_DAYS * _DAY


def is_old(first: float, second: float, now: float) -> bool:
    """Tell whether something is older than `OLD_DAYS`, by two dates of it that `agree`."""
    return agree(first, second, now) and now - max(first, second) >= OLD_DAYS * _DAY


def surplus(epochs: Sequence[int], best: int | None) -> list[int]:
    """Return which of the steps of a growing run's `epochs` need not be kept."""
    return [] if len(epochs) <= MOST else [step for step in epochs[1:-1:2] if step != best]


def surplus_of_old(epochs: Sequence[int], best: int | None) -> list[int]:
    """Return which of the steps of an old run's `epochs` need not be kept."""
    if len(epochs) <= FEW:
        return []
    kept = {epochs[round(i * (len(epochs) - 1) / (FEW - 1))] for i in range(FEW)}
    return [step for step in epochs if step not in kept and step != best]
