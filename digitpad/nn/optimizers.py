"""How gradients change parameters. An optimiser owns its buffers and knows no layers."""

from collections.abc import Sequence

import numpy as np

from digitpad.nn.workspace import Array


class SGD:
    """Stochastic gradient descent with momentum: V <- mu V + dJ/dW, then W <- W - rate V.

    Without momentum (mu = 0) this is equation (1.16), and (1.17) and (1.18) for the two layers of the derivation; with
    it, V is the decaying sum of gradients, as the derivation's notebook and PyTorch define it (Polyak 1964).
    """

    def __init__(self, momentum: float = 0.0) -> None:
        self.momentum = momentum
        self._velocities: list[Array] = []

    def step(self, parameters: Sequence[Array], gradients: Sequence[Array], learning_rate: float) -> None:
        """Change `parameters` in place. `gradients`, of the same shapes in the same order, are overwritten."""
        if self.momentum == 0:
            for parameter, gradient in zip(parameters, gradients, strict=True):
                np.multiply(gradient, learning_rate, out=gradient)
                np.subtract(parameter, gradient, out=parameter)
            return
        if not self._velocities:
            self._velocities = [np.zeros_like(parameter) for parameter in parameters]
        for parameter, gradient, velocity in zip(parameters, gradients, self._velocities, strict=True):
            np.multiply(velocity, self.momentum, out=velocity)
            np.add(velocity, gradient, out=velocity)
            np.multiply(velocity, learning_rate, out=gradient)
            np.subtract(parameter, gradient, out=parameter)

    @property
    def state(self) -> dict[str, Array]:
        """Copies of the buffers that a later `restore` needs to go on exactly here."""
        return {f"velocity.{i}": velocity.copy() for i, velocity in enumerate(self._velocities)}

    def restore(self, state: dict[str, Array]) -> None:
        """Take over the buffers of an earlier `state`."""
        self._velocities = [state[f"velocity.{i}"].copy() for i in range(len(state))]
