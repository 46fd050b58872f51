"""Buffers that the caller of a network owns, so that a step allocates nothing large."""

import math
from collections.abc import Callable, Hashable
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating[Any]]
Job = Callable[[], None]


def in_turn(first: Job, second: Job) -> None:
    """Do one job after the other."""
    first()
    second()


def at_once(job: Job) -> None:
    """Do the job."""
    job()


class Workspace:
    """Named buffers that live as long as their owner.

    Layers keep only parameters; everything that a pass must remember is stored here. So two passes with two workspaces
    never disturb each other, even through the same network.

    `rng` is the generator of a training pass; it is None in all other passes. `needs_d_x` tells a layer whether the
    gradient with respect to its input is needed: below the first parameters it is not. `side_by_side` runs two
    independent jobs of a pass: one after the other by default, in parallel if the caller has a free thread. `meanwhile`
    runs a job whose results are not needed before the pass ends: immediately by default, else in such a thread.
    """

    def __init__(self) -> None:
        self.rng: np.random.Generator | None = None
        self.needs_d_x = True
        self.side_by_side: Callable[[Job, Job], None] = in_turn
        self.meanwhile: Callable[[Job], None] = at_once
        self._buffers: dict[Hashable, npt.NDArray[Any]] = {}
        self._children: dict[Hashable, Workspace] = {}

    def __getitem__(self, key: Hashable) -> "Workspace":
        """Return the workspace within this one that is called `key`, for example a layer's."""
        child = self._children.get(key)
        if child is None:
            child = self._children[key] = Workspace()
        child.rng = self.rng
        child.side_by_side, child.meanwhile = self.side_by_side, self.meanwhile
        return child

    def array(self, key: Hashable, shape: tuple[int, ...], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
        """Return an uninitialized array of `shape` and `dtype`: the same memory at each call with the same `key`.

        A call for fewer numbers than before returns the beginning of the same memory.
        """
        buffer = self._buffers.get(key)
        size = math.prod(shape)
        if buffer is None or buffer.size < size or buffer.dtype != dtype:
            buffer = self._buffers[key] = np.empty(size, dtype)
        return buffer[:size].reshape(shape)

    def batch_last(self, key: Hashable, shape: tuple[int, ...], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
        """Return an `array` whose first axis, the batch, is contiguous in memory."""
        axes = range(len(shape) - 1)
        return self.array(key, (*shape[1:], shape[0]), dtype).transpose(len(shape) - 1, *axes)

    def pictures(self, key: Hashable, shape: tuple[int, ...], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
        """Return an `array` (n, channels, height, width) that is (height, width, channels, n) in memory."""
        n, channels, height, width = shape
        return self.array(key, (height, width, channels, n), dtype).transpose(3, 2, 0, 1)

    def like(self, key: Hashable, other: npt.NDArray[Any], dtype: npt.DTypeLike | None = None) -> npt.NDArray[Any]:
        """Return an `array` of the shape and the order in memory of `other`, and of its dtype if none is given."""
        dtype = other.dtype if dtype is None else dtype
        if other.flags.c_contiguous:
            return self.array(key, other.shape, dtype)
        slowest_first = sorted(range(other.ndim), key=lambda axis: -other.strides[axis])
        array = self.array(key, tuple(other.shape[axis] for axis in slowest_first), dtype)
        return array.transpose(*(slowest_first.index(axis) for axis in range(other.ndim)))
