"""A snapshot: the step and epoch at which a run was measured."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import overload


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The step and epoch at which a run's network was measured, and whether that was an epoch's end."""

    step: int
    epoch: float
    is_epoch: bool


class Snapshots(Sequence[Snapshot]):
    """The snapshots of a run as a sequence, read from its columns: a long run has too many for an object each.

    The columns are steps, epochs, and whether an epoch ended (n,). They may grow; the sequence keeps its length.
    """

    def __init__(self, steps: "array[float]", epochs: "array[float]", is_epoch: list[bool]) -> None:
        self._steps, self._epochs, self._is_epoch = steps, epochs, is_epoch
        self._length = len(is_epoch)

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, number: int) -> Snapshot: ...
    @overload
    def __getitem__(self, number: slice) -> list[Snapshot]: ...
    def __getitem__(self, number: int | slice) -> Snapshot | list[Snapshot]:
        found = range(self._length)[number]
        if isinstance(found, range):
            return [self[one] for one in found]
        return Snapshot(int(self._steps[found]), self._epochs[found], self._is_epoch[found])

    @property
    def steps(self) -> Iterator[float]:
        """The steps alone."""
        return islice(self._steps, self._length)
