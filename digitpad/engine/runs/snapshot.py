"""A snapshot: the step and epoch at which a run was measured."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The step and epoch at which a run's network was measured, and whether that was an epoch's end."""

    step: int
    epoch: float
    is_epoch: bool


class Snapshots:
    """The snapshots of a run as a sequence, read from its columns: a long run has too many for an object each.

    The columns are steps, epochs, and whether an epoch ended (n,). They may grow; the sequence keeps its length.
    """

    def __init__(self, steps: "array[float]", epochs: "array[float]", is_epoch: list[bool]) -> None:
        self._steps, self._epochs, self._is_epoch = steps, epochs, is_epoch
        self._length = len(is_epoch)

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Snapshot]:
        return map(self.__getitem__, range(self._length))

    def __getitem__(self, number: int) -> Snapshot:
        place = range(self._length)[number]
        return Snapshot(int(self._steps[place]), self._epochs[place], self._is_epoch[place])

    @property
    def steps(self) -> Iterator[float]:
        """The steps alone."""
        return islice(self._steps, self._length)
