"""Labeled images, frozen."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

Images = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.uint8]

SIDE = 28
#: Channels, height and width.
PICTURE = (1, SIDE, SIDE)
CLASSES = 10
#: The label of what is no digit.
NO_DIGIT = CLASSES


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

    def with_more(self, other: Self) -> Self:
        """Return these digits, and those of `other` behind them."""
        return type(self)(np.concatenate([self.images, other.images]), np.concatenate([self.labels, other.labels]))

    def mean(self) -> npt.NDArray[np.float64]:
        """Return the mean of each pixel (784,), 0-255."""
        mean: npt.NDArray[np.float64] = self.images.mean(axis=0)
        return mean


@dataclass(frozen=True, slots=True, eq=False)
class Digits:
    """A data set as it is published: `training` to learn and validate on, `test` for the last word only."""

    training: Dataset
    test: Dataset


def order(count: int, rng: np.random.Generator, *, with_replacement: bool) -> npt.NDArray[np.intp]:
    """Return `count` indices below `count`: a shuffle of all of them, or each drawn from all."""
    return rng.integers(0, count, count) if with_replacement else rng.permutation(count)
