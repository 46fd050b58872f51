"""How the learning rate moves during a training: pure functions of how much of it is done."""

import math
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Moment:
    """Where a training is: the `share` of it that is done, 0 to 1, and the `epoch`, counted from 0 with fractions.

    `every` epochs the step schedule multiplies by `factor`.
    """

    share: float
    epoch: float = 0.0
    every: int = 1
    factor: float = 0.5


#: From the moment to the factor that the learning rate is multiplied by.
Schedule = Callable[[Moment], float]

_WARM_UP = 0.3
_FIRST = 1 / 25
_LAST = 1e-4


def constant(now: Moment) -> float:
    """The same rate throughout."""
    return 1.0


def halving(now: Moment) -> float:
    """Half the rate after each epoch, as the homework's text has it."""
    return 0.5 ** math.floor(now.epoch)


def step(now: Moment) -> float:
    """The rate times `factor` after every `every` epochs."""
    return now.factor ** (math.floor(now.epoch) // now.every)


def cosine(now: Moment) -> float:
    """Half a cosine from 1 down to 0 (Loshchilov and Hutter, "SGDR", 2016, equation (5), one period)."""
    return (1 + math.cos(math.pi * now.share)) / 2


def one_cycle(now: Moment) -> float:
    """Warm up from 1/25 to 1 in the first 30 %, then cool down to 1/10,000, both along half a cosine (Smith 2018)."""
    if now.share < _WARM_UP:
        return 1 + (_FIRST - 1) * (1 + math.cos(math.pi * now.share / _WARM_UP)) / 2
    return _LAST + (1 - _LAST) * (1 + math.cos(math.pi * (now.share - _WARM_UP) / (1 - _WARM_UP))) / 2


SCHEDULES: dict[str, Schedule] = {
    "constant": constant,
    "halving": halving,
    "step": step,
    "cosine": cosine,
    "one-cycle": one_cycle,
}
