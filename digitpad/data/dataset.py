"""Labelled images, frozen. It knows nothing of files or of how the images came about."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

Images = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.uint8]

SIDE = 28
CLASSES = 10


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Images (n, 784) uint8, row by row, paper 0 and ink 255; labels (n,) uint8, 0-9. Nobody can write to them."""

    images: Images
    labels: Labels

    def __post_init__(self) -> None:
        for name in ("images", "labels"):
            view = getattr(self, name).view()
            view.flags.writeable = False
            object.__setattr__(self, name, view)

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, indices: slice | npt.NDArray[np.integer[Any]]) -> Self:
        """Return the digits at `indices`, in their order."""
        return type(self)(self.images[indices], self.labels[indices])

    def split(self, held_out: int, rng: np.random.Generator) -> tuple[Self, Self]:
        """Return (the rest, `held_out` digits), after one shuffle by `rng`."""
        order = rng.permutation(len(self))
        return self.take(order[held_out:]), self.take(order[:held_out])

    def mean(self) -> npt.NDArray[np.float64]:
        """Return the mean of each pixel (784,), 0-255."""
        mean: npt.NDArray[np.float64] = self.images.mean(axis=0)
        return mean


@dataclass(frozen=True, slots=True, eq=False)
class Digits:
    """A data set as it is published: `training` to learn and validate on, `test` for the last word only."""

    training: Dataset
    test: Dataset


def batches(count: int, size: int, rng: np.random.Generator) -> Iterator[npt.NDArray[np.intp]]:
    """Yield the indices 0 to `count` - 1 once each, shuffled, `size` at a time; the last batch has what is left."""
    order = rng.permutation(count)
    for start in range(0, count, size):
        yield order[start : start + size]
