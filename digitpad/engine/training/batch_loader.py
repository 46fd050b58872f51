"""Loads batches of training digits in their random order, augmented if asked for."""

import math
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from digitpad.data.augmentation import Augmentation
from digitpad.data.dataset import Dataset, Images, Labels, order
from digitpad.engine.training.random_streams import Stream
from digitpad.nn.workspace import Workspace

#: Digits that are augmented at once: enough to keep NumPy busy, few enough that a window that needs the GIL gets it
#: within a millisecond or two.
_CHUNK = 64


class BatchLoader:
    """Returns training digits by epoch and position, always the same ones for the same position.

    Augmented digits depend only on the seed, the epoch and their position in it, not on the batch size or on the order
    of the calls. With `ahead` a second thread prepares them one batch ahead.
    """

    def __init__(
        self, dataset: Dataset, augmentation: Augmentation, seed: int, *, with_replacement: bool, ahead: bool
    ) -> None:
        self._dataset = dataset
        self._augmentation = augmentation
        self._seed = seed
        self._with_replacement = with_replacement
        self._epoch = -1
        self._order: npt.NDArray[np.intp] = np.empty(0, np.intp)
        self._chunks: dict[int, Callable[[], Images]] = {}
        self._thread = ThreadPoolExecutor(1, "digitpad-augmentation") if augmentation and ahead else None

    @property
    def is_alone(self) -> bool:
        """Whether all of it is done in the thread that asks."""
        return self._thread is None

    def __len__(self) -> int:
        """Return the number of digits in an epoch."""
        return len(self._dataset)

    def close(self) -> None:
        """End the second thread."""
        if self._thread is not None:
            self._thread.shutdown(cancel_futures=True)

    def take(
        self, epoch: int, start: int, count: int, workspace: Workspace
    ) -> Generator[None, None, tuple[Images, Labels]]:
        """Return images (n, 784) and labels (n,) of up to `count` digits from `start` in `epoch`; fewer at its end.

        They may live in `workspace`. Yields after each chunk of digits that is augmented in this thread.
        """
        if epoch != self._epoch:
            self._begin(epoch)
        indices = self._order[start : start + count]
        images = workspace.array("pixels", (len(indices), self._dataset.images.shape[1]), np.uint8)
        if not self._augmentation:
            # Every index is valid; "clip" spares the copy that checking them would need.
            np.take(self._dataset.images, indices, axis=0, out=images, mode="clip")
        else:
            yield from self._copy_changed(start, images)
        return images, self._dataset.labels[indices]

    def _begin(self, epoch: int) -> None:
        rng = np.random.default_rng([self._seed, Stream.ORDER, epoch])
        self._epoch = epoch
        self._order = order(len(self._dataset), rng, with_replacement=self._with_replacement)
        self._chunks.clear()

    def _copy_changed(self, start: int, images: Images) -> Generator[None, None, None]:
        """Fill `images` with the augmented digits from `start`; a second thread prepares as many more, or one chunk."""
        if self._thread is not None:
            ahead = start + len(images) + max(len(images), _CHUNK)
            for number in range(start // _CHUNK, math.ceil(min(ahead, len(self)) / _CHUNK)):
                self._chunk(number)
        done = 0
        while done < len(images):
            number, offset = divmod(start + done, _CHUNK)
            if done and self._thread is None:
                yield
            chunk = self._chunk(number)()[offset : offset + len(images) - done]
            images[done : done + len(chunk)] = chunk
            done += len(chunk)
            if start + done == min((number + 1) * _CHUNK, len(self)):
                del self._chunks[number]

    def _chunk(self, number: int) -> Callable[[], Images]:
        """Return a function that waits for the augmented digits of a chunk, which it starts if necessary."""
        if number not in self._chunks:
            indices = self._order[number * _CHUNK : (number + 1) * _CHUNK]
            seed = [self._seed, Stream.CHANGES, self._epoch, number]
            if self._thread is None:
                images = self._changed(indices, seed)
                self._chunks[number] = lambda: images
            else:
                self._chunks[number] = self._thread.submit(self._changed, indices, seed).result
        return self._chunks[number]

    def _changed(self, indices: npt.NDArray[np.intp], seed: list[int]) -> Images:
        return self._augmentation.apply(self._dataset.images[indices], np.random.default_rng(seed))
