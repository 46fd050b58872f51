"""Synthetic digits and outliers beside the real digits that a training learns."""

import itertools
from collections.abc import Iterator

import numpy as np

from digitpad.data import ink_digits, outliers, synthetic_pen
from digitpad.data.dataset import CLASSES, NO_DIGIT, Dataset
from digitpad.engine.training.random_streams import Stream


def with_synthetic(training: Dataset, digits: int, no_digits: int, seed: int) -> tuple[Dataset, Iterator[None]]:
    """Return `training` with so many synthetic `digits` and then `no_digits` outliers behind it, all still blank.

    Each `next` of the iterator draws one of them.
    """
    if not digits + no_digits:
        return training, iter(())
    pen_rng, outlier_rng = (np.random.default_rng([seed, stream]) for stream in (Stream.SYNTHETIC, Stream.OUTLIERS))
    labels = pen_rng.permutation(np.arange(digits) % CLASSES).astype(np.uint8)
    none = np.full(no_digits, NO_DIGIT, np.uint8)
    images = np.concatenate([training.images, np.zeros((digits + no_digits, training.images.shape[1]), np.uint8)])
    written = (synthetic_pen.write(synthetic_pen.choose(label, pen_rng), pen_rng) for label in labels)
    scribbled = (outliers.outlier(outlier_rng) for _ in range(no_digits))
    drawing = ink_digits.filling(images[len(training) :], itertools.chain(written, scribbled))
    return Dataset(images, np.concatenate([training.labels, labels, none])), drawing
