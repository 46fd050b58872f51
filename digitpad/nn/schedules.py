"""How the learning rate moves during a training: pure functions of how much of it is done."""

import math
from collections.abc import Callable

#: From the share of the training that is done, 0 to 1, to the factor that the learning rate is multiplied by.
Schedule = Callable[[float], float]


def constant(done: float) -> float:
    """The same rate throughout."""
    return 1.0


def cosine(done: float) -> float:
    """Half a cosine from 1 down to 0 (Loshchilov and Hutter, "SGDR", 2016, equation (5), one period)."""
    return (1 + math.cos(math.pi * done)) / 2


SCHEDULES: dict[str, Schedule] = {"constant": constant, "cosine": cosine}
