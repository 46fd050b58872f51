"""Single steps of plain SGD, with everything that each computes.

They are taken on a copy of a network, in float64, and can be undone. The figures are those of `nn.derivation`; layers
that it does not have show the same quantities, layer by layer.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from digitpad.data.dataset import CLASSES
from digitpad.engine.insight.trace import LayerBack, LayerPass, Trace
from digitpad.nn.network import Network
from digitpad.nn.optimizers import SGD
from digitpad.nn.workspace import Array

#: Steps that can be undone at most; each remembers all parameters, and together they take no more than so many bytes.
_MOST_UNDONE, _MOST_BYTES = 50, 100_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A step on some digits (n, 784) with their labels (n,): the pass, its mean cost in nats, and the way back.

    `passes` and `backs` are in the order of the layers; gradients are those of the mean cost, and the parameters in
    `passes` are those from before the step. `targets` and `probabilities` are (n, classes).
    """

    inputs: npt.NDArray[np.number]
    labels: npt.NDArray[np.integer]
    x: Array
    passes: tuple[LayerPass, ...]
    backs: tuple[LayerBack, ...]
    targets: Array
    probabilities: Array
    cost: float
    learning_rate: float


class Stepper:
    """Takes steps on a copy of `network`: (1.16) without momentum, L2 or schedule.

    `batch_size` and `learning_rate` are those of the newest step.
    """

    def __init__(self, network: Network) -> None:
        self.network = network.astype(np.float64)
        self.steps = 0
        self.batch_size, self.learning_rate = 1, 0.0
        #: The parameters before each step, and what the newest one was then.
        self._before: list[tuple[list[Array], int, float]] = []

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._before)

    def compute(self, inputs: npt.NDArray[np.number], labels: npt.NDArray[np.integer], learning_rate: float) -> Step:
        """Return what a step would compute, and take none."""
        trace = Trace(self.network.copy(), inputs)
        cost, backs = trace.cost_and_back(labels)
        passes, targets = tuple(trace.passes), np.eye(CLASSES)[labels]
        return Step(inputs, labels, trace.x, passes, tuple(backs), targets, trace.probabilities, cost, learning_rate)

    def apply(self, step: Step) -> None:
        """Take a step that was looked at."""
        before = [parameter.copy() for parameter in self.network.parameters]
        room = min(_MOST_UNDONE, _MOST_BYTES // max(1, sum(parameter.nbytes for parameter in before)))
        self._before = [*self._before, (before, self.batch_size, self.learning_rate)][-max(1, room) :]
        self.batch_size, self.learning_rate = len(step.labels), step.learning_rate
        gradients = [gradient.copy() for back in step.backs for gradient in back.d_parameters.values()]
        SGD(self.network.parameters).step(gradients, step.learning_rate)
        self.steps += 1

    def undo(self) -> None:
        """Take the last step back; without one nothing happens."""
        if self._before:
            earlier, self.batch_size, self.learning_rate = self._before.pop()
            for parameter, before in zip(self.network.parameters, earlier, strict=True):
                parameter[...] = before
            self.steps -= 1
