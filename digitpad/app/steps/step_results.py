"""The results of steps taken in the background."""

from dataclasses import dataclass

from digitpad.engine.insight.quantities import Quantity
from digitpad.engine.insight.stepper import Step, Stepper


@dataclass(frozen=True, slots=True, eq=False)
class NextStep:
    """The step that would come next, and its lines."""

    step: Step
    digit: int  #: The index in the batch of the digit that the lines are about.
    lines: list[Quantity]


@dataclass(frozen=True, slots=True, eq=False)
class StepsTaken:
    """The result of a request, with the values that the counters `beginning` and `speeds` had when it was made.

    `epoch_end` is the number of steps after which the epoch ends, None without one.
    """

    beginning: int
    speeds: int
    stepper: Stepper
    looked: NextStep | None
    epoch_end: int | None
