"""Buffers that belong to a caller of the network, so that a step allocates nothing. It knows no layers."""

from collections.abc import Hashable
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating[Any]]


class Workspace:
    """Named buffers that live as long as their owner.

    Layers keep parameters and nothing of a pass; what a pass must remember lies here. Two passes with two workspaces
    therefore never disturb each other, even through the same network.
    """

    def __init__(self) -> None:
        self._buffers: dict[Hashable, npt.NDArray[Any]] = {}
        self._children: dict[Hashable, Workspace] = {}

    def __getitem__(self, key: Hashable) -> "Workspace":
        """Return the workspace within this one that is called `key`, for example a layer's."""
        child = self._children.get(key)
        if child is None:
            child = self._children[key] = Workspace()
        return child

    def array(self, key: Hashable, shape: tuple[int, ...], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
        """Return an uninitialised array of `shape` and `dtype`: the same memory at each call with the same `key`.

        A call with fewer rows than before returns the first rows of the same memory.
        """
        buffer = self._buffers.get(key)
        if buffer is None or len(buffer) < shape[0] or buffer.shape[1:] != shape[1:] or buffer.dtype != dtype:
            buffer = self._buffers[key] = np.empty(shape, dtype)
        return buffer[: shape[0]]
