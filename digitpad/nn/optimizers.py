"""How gradients change parameters. An optimizer owns its buffers and knows no layers."""

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from digitpad.nn.workspace import Array, Workspace


class Optimizer(ABC):
    """An update rule for parameters, which it changes in place. One-dimensional parameters are biases."""

    #: The usual learning rate of an optimizer that normalizes gradients; None if the step scales with the gradient.
    DEFAULT_LEARNING_RATE: ClassVar[float | None] = None

    def __init__(self, parameters: Sequence[Array], momentum: float = 0.0) -> None:
        self.momentum = momentum
        self._parameters = parameters
        self._buffers: dict[str, list[Array]] = {}
        self._workspace = Workspace()

    def _new_buffers(self, name: str) -> list[Array]:
        """Return a buffer of zeros for each parameter, which `state` and `restore` know by `name`."""
        self._buffers[name] = [np.zeros_like(parameter) for parameter in self._parameters]
        return self._buffers[name]

    def step(self, gradients: Sequence[Array], learning_rate: float, l2: float = 0.0) -> None:
        """Change the parameters. `gradients`, of the same shapes in the same order, are overwritten.

        `l2` pulls the weights, not the biases, towards 0.
        """
        if l2:
            self._apply_l2(gradients, learning_rate, l2)
        self._take_step(gradients, learning_rate)

    def _apply_l2(self, gradients: Sequence[Array], learning_rate: float, l2: float) -> None:
        """Add to `gradients` that of the penalty l2/2 * the sum of all squared weights."""
        for i, (parameter, gradient) in enumerate(zip(self._parameters, gradients, strict=True)):
            if parameter.ndim > 1:
                penalty = self._workspace.like(i, parameter)
                np.multiply(parameter, l2, out=penalty)
                np.add(gradient, penalty, out=gradient)

    @abstractmethod
    def _take_step(self, gradients: Sequence[Array], learning_rate: float) -> None:
        """Change the parameters by the rule itself."""

    @property
    def state(self) -> dict[str, Array]:
        """Copies of the buffers that a later `restore` needs to go on exactly here."""
        return {
            f"{name}.{i}": buffer.copy(order="K")
            for name, buffers in self._buffers.items()
            for i, buffer in enumerate(buffers)
        }

    def restore(self, state: dict[str, Array]) -> None:
        """Take over the buffers of an earlier `state` with the same names and shapes."""
        for name, buffers in self._buffers.items():
            for i, buffer in enumerate(buffers):
                np.copyto(buffer, state[f"{name}.{i}"])


class SGD(Optimizer):
    """Stochastic gradient descent with momentum: V <- mu V + dJ/dW, then W <- W - rate V.

    Without momentum (mu = 0) this is equation (1.16), and (1.17) and (1.18) for the two layers of the derivation
    (in print (1.18) lacks its x^T); with it, V is the decaying sum of gradients, as the derivation's notebook and
    PyTorch define it (Polyak 1964).
    """

    def __init__(self, parameters: Sequence[Array], momentum: float = 0.0) -> None:
        super().__init__(parameters, momentum)
        #: V for each parameter; none without momentum.
        self.velocities = self._new_buffers("velocity") if momentum else []

    def _take_step(self, gradients: Sequence[Array], learning_rate: float) -> None:
        if self.momentum == 0:
            for parameter, gradient in zip(self._parameters, gradients, strict=True):
                # W <- W - rate g, (1.16)
                np.multiply(gradient, learning_rate, out=gradient)
                np.subtract(parameter, gradient, out=parameter)
            return
        for parameter, gradient, velocity in zip(self._parameters, gradients, self.velocities, strict=True):
            # V <- mu V + g
            np.multiply(velocity, self.momentum, out=velocity)
            np.add(velocity, gradient, out=velocity)
            self._apply_velocity(parameter, gradient, velocity, learning_rate)

    def _apply_velocity(self, parameter: Array, gradient: Array, velocity: Array, learning_rate: float) -> None:
        # W <- W - rate V
        np.multiply(velocity, learning_rate, out=gradient)
        np.subtract(parameter, gradient, out=parameter)


class Nesterov(SGD):
    """Momentum that looks ahead: W <- W - rate (dJ/dW + mu V), with V already brought up to date.

    Nesterov 1983, in the form of Sutskever, Martens, Dahl and Hinton 2013 that PyTorch uses.
    """

    def _apply_velocity(self, parameter: Array, gradient: Array, velocity: Array, learning_rate: float) -> None:
        # W <- W - rate g, and then W <- W - rate mu V
        np.multiply(gradient, learning_rate, out=gradient)
        np.subtract(parameter, gradient, out=parameter)
        super()._apply_velocity(parameter, gradient, velocity, learning_rate * self.momentum)


class RMSprop(Optimizer):
    """Each weight's step is its gradient over the root of its mean square: S <- a S + (1 - a) g^2, a = 0.99.

    W <- W - rate V with V <- mu V + g / (sqrt(S) + 1e-8), mu the momentum: 0 as Hinton had it (Tieleman and Hinton,
    lecture 6.5 of "Neural networks for machine learning", 2012), in the form that PyTorch has.
    """

    DEFAULT_LEARNING_RATE = 0.001
    _ALPHA = 0.99
    _EPSILON = 1e-8

    def __init__(self, parameters: Sequence[Array], momentum: float = 0.0) -> None:
        super().__init__(parameters, momentum)
        self._squares, self._velocities = self._new_buffers("square"), self._new_buffers("velocity")

    def _take_step(self, gradients: Sequence[Array], learning_rate: float) -> None:
        buffers = zip(self._parameters, gradients, self._squares, self._velocities, strict=True)
        for parameter, gradient, square, velocity in buffers:
            # V <- mu V + g / (sqrt(S) + 1e-8), for which g is needed until S is up to date.
            np.multiply(velocity, self.momentum, out=velocity)
            root = self._workspace.like("root", gradient)
            np.multiply(gradient, gradient, out=root)
            np.multiply(root, 1 - self._ALPHA, out=root)
            np.multiply(square, self._ALPHA, out=square)
            np.add(square, root, out=square)
            np.sqrt(square, out=root)
            np.add(root, self._EPSILON, out=root)
            np.divide(gradient, root, out=gradient)
            np.add(velocity, gradient, out=velocity)
            # W <- W - rate V
            np.multiply(velocity, learning_rate, out=gradient)
            np.subtract(parameter, gradient, out=parameter)


class Adam(Optimizer):
    """Each weight's step is its mean gradient M over the root of its mean square S, both corrected for their start.

    M <- b1 M + (1 - b1) g, S <- b2 S + (1 - b2) g^2, W <- W - rate M' / (sqrt(S') + 1e-8), where M' = M / (1 - b1^t)
    and S' = S / (1 - b2^t) in step t; b1 is the momentum, b2 is 0.999 (Kingma and Ba, "Adam", 2014, algorithm 1).
    """

    DEFAULT_LEARNING_RATE = 0.001
    _B2 = 0.999
    _EPSILON = 1e-8

    def __init__(self, parameters: Sequence[Array], momentum: float) -> None:
        super().__init__(parameters, momentum)
        self._steps = 0
        self._means, self._squares = self._new_buffers("mean"), self._new_buffers("square")

    def _take_step(self, gradients: Sequence[Array], learning_rate: float) -> None:
        self._steps += 1
        b1, b2 = self.momentum, self._B2
        # A NumPy scalar would make the arithmetic below one of float64.
        root = math.sqrt(1 - b2**self._steps)
        rate = learning_rate * root / (1 - b1**self._steps)
        buffers = zip(self._parameters, gradients, self._means, self._squares, strict=True)
        for parameter, gradient, mean, square in buffers:
            # M <- b1 M + (1 - b1) g
            np.multiply(mean, b1, out=mean)
            np.multiply(gradient, 1 - b1, out=gradient)
            np.add(mean, gradient, out=mean)
            np.divide(gradient, 1 - b1, out=gradient)
            # S <- b2 S + (1 - b2) g^2
            np.multiply(gradient, gradient, out=gradient)
            np.multiply(gradient, 1 - b2, out=gradient)
            np.multiply(square, b2, out=square)
            np.add(square, gradient, out=square)
            # W <- W - rate M' / (sqrt(S') + 1e-8), both corrections taken out to the rate: no buffer holds M' or S'.
            np.sqrt(square, out=gradient)
            np.add(gradient, self._EPSILON * root, out=gradient)
            np.divide(mean, gradient, out=gradient)
            np.multiply(gradient, rate, out=gradient)
            np.subtract(parameter, gradient, out=parameter)

    @property
    def state(self) -> dict[str, Array]:
        return {"steps": np.array(float(self._steps)), **super().state}

    def restore(self, state: dict[str, Array]) -> None:
        self._steps = int(state["steps"])
        super().restore(state)


class AdamW(Adam):
    """Adam with decoupled weight decay: W <- W - rate l2 W before each step, whatever the gradients are.

    In Adam the gradient of an L2 penalty is also divided by the root of the mean square, so that weights with large
    gradients decay less (Loshchilov and Hutter, "Decoupled weight decay regularization", 2017, algorithm 2).
    """

    def _apply_l2(self, gradients: Sequence[Array], learning_rate: float, l2: float) -> None:
        for parameter in self._parameters:
            if parameter.ndim > 1:
                np.multiply(parameter, 1 - learning_rate * l2, out=parameter)


#: By name: from parameters and momentum to the rule.
OPTIMIZERS: dict[str, type[Optimizer]] = {
    "sgd": SGD,
    "nesterov": Nesterov,
    "rmsprop": RMSprop,
    "adam": Adam,
    "adamw": AdamW,
}
