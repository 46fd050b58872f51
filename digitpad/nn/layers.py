"""The layers: each one's rule forward, and beside it the derivative backward. They know no loss and no optimiser.

Equation numbers are those of the derivation that digitpad grew from (backpropagation for a ReLU network with softmax
and cross-entropy). It writes one digit as a column; here a batch of n digits is n rows, so its W a is ``a @ W.T``.
"""

from typing import Protocol, Self

import numpy as np

from digitpad.nn.workspace import Array, Workspace


class Backward(Protocol):
    """The way back through one layer, for the inputs of the forward pass that returned it."""

    def __call__(self, d_y: Array, /, *, needs_d_x: bool = True) -> tuple[Array | None, list[Array]]:
        """Take the cost's gradient by the layer's output; return those by its input and by its parameters.

        `d_y` has the output's shape, ``d_x`` the input's; the first layer of a network needs no ``d_x`` and passes
        `needs_d_x` as False to save that product. The results lie in the forward pass's workspace.
        """
        ...


class Layer(Protocol):
    """Parameters, and a rule from input to output. A pass leaves no trace in the layer."""

    @property
    def parameters(self) -> dict[str, Array]:
        """The arrays that training changes, by name."""
        ...

    def forward(self, x: Array, workspace: Workspace) -> tuple[Array, Backward]:
        """Map `x` (n, ...) to the output (n, ...) and the way back. Both live in `workspace` until its next pass."""
        ...

    def copy(self) -> Self:
        """Return a layer with the same parameters in memory of its own."""
        ...


class Dense:
    """z = W a + b: every output is a weighted sum of every input, equation (1.1).

    Backward: the gradient by W is delta a^T, (1.12) and (1.13), of which (1.14) is the hidden layer's and (1.15) the
    output layer's; W^T delta is what reaches the layer below, the sum in (1.10) and (1.11).

    `weight` is (outputs, inputs), `bias` (outputs,), as in PyTorch.
    """

    def __init__(self, weight: Array, bias: Array) -> None:
        self.weight = weight
        self.bias = bias

    @classmethod
    def he(cls, inputs: int, outputs: int, rng: np.random.Generator, dtype: type[np.floating]) -> Self:
        """Draw weights with variance 2 / inputs, which keeps the signal's size through ReLU layers.

        He, Zhang, Ren and Sun, "Delving deep into rectifiers", 2015, equation (10). Biases start at zero.
        """
        weight = rng.standard_normal((outputs, inputs)) * np.sqrt(2.0 / inputs)
        return cls(weight.astype(dtype), np.zeros(outputs, dtype))

    @classmethod
    def zeros(cls, inputs: int, outputs: int, dtype: type[np.floating]) -> Self:
        """Return a layer whose parameters are still to be filled in."""
        return cls(np.zeros((outputs, inputs), dtype), np.zeros(outputs, dtype))

    @property
    def parameters(self) -> dict[str, Array]:
        return {"weight": self.weight, "bias": self.bias}

    def forward(self, x: Array, workspace: Workspace) -> tuple[Array, Backward]:
        """Return z (n, outputs) for x (n, inputs): equation (1.1)."""
        weight, dtype = self.weight, self.weight.dtype
        z = workspace.array("z", (len(x), len(weight)), dtype)
        np.matmul(x, weight.T, out=z)
        np.add(z, self.bias, out=z)

        def backward(d_z: Array, *, needs_d_x: bool = True) -> tuple[Array | None, list[Array]]:
            # (1.12)-(1.15), summed over the batch.
            d_weight = workspace.array("d_weight", weight.shape, dtype)
            # For a single row `np.matmul` would not call BLAS, and take eight times as long.
            np.dot(d_z.T, x, out=d_weight)
            d_bias = workspace.array("d_bias", self.bias.shape, dtype)
            np.sum(d_z, axis=0, out=d_bias)
            if not needs_d_x:
                return None, [d_weight, d_bias]
            # The sum over the layer above in (1.10), (1.11).
            d_x = workspace.array("d_x", x.shape, dtype)
            np.matmul(d_z, weight, out=d_x)
            return d_x, [d_weight, d_bias]

        return z, backward

    def copy(self) -> Self:
        return type(self)(self.weight.copy(), self.bias.copy())


class ReLU:
    """a = max(z, 0), the activation g of equation (1.2).

    Backward: the factor g'(z) of (1.10) and (1.11), which is 1 where z > 0 and else 0.
    """

    @property
    def parameters(self) -> dict[str, Array]:
        return {}

    def forward(self, x: Array, workspace: Workspace) -> tuple[Array, Backward]:
        """Return max(x, 0), of x's shape."""
        y = workspace.array("y", x.shape, x.dtype)
        np.maximum(x, 0, out=y)

        def backward(d_y: Array, *, needs_d_x: bool = True) -> tuple[Array | None, list[Array]]:
            if not needs_d_x:
                return None, []
            is_positive = workspace.array("is_positive", y.shape, bool)
            np.greater(y, 0, out=is_positive)
            d_x = workspace.array("d_x", y.shape, y.dtype)
            np.multiply(d_y, is_positive, out=d_x)
            return d_x, []

        return y, backward

    def copy(self) -> Self:
        return type(self)()
