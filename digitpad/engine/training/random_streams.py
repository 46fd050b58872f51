"""Independent streams of random numbers: a training's seed and one of these seed a generator."""

from enum import IntEnum


class Stream(IntEnum):
    """What is drawn at random."""

    WEIGHTS = 0
    ORDER = 1
    CHANGES = 2
    DROPOUT = 3
    SYNTHETIC = 4
    OUTLIERS = 5
