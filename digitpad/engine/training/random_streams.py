"""Streams of random numbers, each independent of the others: a training's seed and one of these begin a generator."""

from enum import IntEnum


class Stream(IntEnum):
    """What is drawn at random."""

    WEIGHTS = 0
    ORDER = 1
    CHANGES = 2
    DROPOUT = 3
    SYNTHETIC = 4
    OUTLIERS = 5
