"""Which networks of a run are kept on disk, by rules that are said. It opens no file.

A run that is being written keeps the networks of its first epoch and of every epoch's end; when those are more than
`MOST`, every second of them goes. Of a run that ended `OLD_DAYS` days ago `FEW` epochs are kept, spread evenly. The
first, the best and the last always stay. A run that was deleted stays in the trash for as many days.
"""

from collections.abc import Sequence

MOST, FEW, OLD_DAYS = 256, 20, 30


def surplus(epochs: Sequence[int], best: int | None) -> list[int]:
    """Return which of the steps of a growing run's `epochs` need not be kept."""
    return [] if len(epochs) <= MOST else [step for step in epochs[1:-1:2] if step != best]


def surplus_of_old(epochs: Sequence[int], best: int | None) -> list[int]:
    """Return which of the steps of an old run's `epochs` need not be kept."""
    if len(epochs) <= FEW:
        return []
    kept = {epochs[round(i * (len(epochs) - 1) / (FEW - 1))] for i in range(FEW)}
    return [step for step in epochs if step not in kept and step != best]
