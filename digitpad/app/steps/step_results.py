"""The results of steps taken in the background."""

from dataclasses import dataclass

from digitpad.engine.insight.quantities import Quantity
from digitpad.engine.insight.steps import Step, Stepper


@dataclass(frozen=True, slots=True, eq=False)
class NextStep:
    """The step that would come next, and its lines."""

    step: Step
    digit: int  #: Whose lines they are, of a batch.
    lines: list[Quantity]


@dataclass(frozen=True, slots=True, eq=False)
class StepsTaken:
    """The result of a request of that beginning and speed; and after how many steps the epoch ends, if any."""

    beginning: int
    speeds: int
    stepper: Stepper
    looked: NextStep | None
    epoch_end: int | None
