"""Synthetic ink beside the real digits that a training learns. It knows no training."""

import itertools
from collections.abc import Iterator

import numpy as np

from digitpad.data import outliers, synthetic_pen
from digitpad.data.dataset import CLASSES, NO_DIGIT, Dataset
from digitpad.engine.training.random_streams import Stream


def with_synthetic(training: Dataset, pen: int, scribbled: int, seed: int) -> tuple[Dataset, Iterator[None]]:
    """Return `training` with `pen` digits and then as many scribbles as `scribbled` behind it, all of them still blank.

    What is returned besides draws one of them with each `next`.
    """
    if not pen + scribbled:
        return training, iter(())
    pen_rng, scribble_rng = (np.random.default_rng([seed, stream]) for stream in (Stream.PEN, Stream.SCRIBBLES))
    digits = pen_rng.permutation(np.arange(pen) % CLASSES).astype(np.uint8)
    none = np.full(scribbled, NO_DIGIT, np.uint8)
    blank = np.zeros((pen + scribbled, training.images.shape[1]), np.uint8)
    images = np.concatenate([training.images, blank])
    drawing = itertools.chain(
        synthetic_pen.filling(images[len(training) : len(training) + pen], digits, pen_rng),
        outliers.filling(images[len(training) + pen :], scribble_rng),
    )
    return Dataset(images, np.concatenate([training.labels, digits, none])), drawing
