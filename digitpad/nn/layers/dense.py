"""The fully connected layer."""

from typing import Self

import numpy as np

from digitpad.nn.layers.layer import Backward, Layer, NewParameters, Shape
from digitpad.nn.workspace import Array, Workspace


class Dense(Layer):
    """z = W a + b: every output is a weighted sum of every input, equation (1.1).

    Backward: the gradient with respect to W is delta a^T, (1.12) and (1.13): (1.14) in the hidden layer, (1.15) in the
    output layer. W^T delta, the sum in (1.10) and (1.11), is passed to the layer below.

    `weight` is (outputs, inputs), `bias` (outputs,), as in PyTorch. `weight` is in Fortran order: the weights of one
    input are contiguous, which makes the forward product up to twice as fast.
    """

    TAKES_FEATURES = True

    def __init__(self, weight: Array, bias: Array) -> None:
        # Virtual parameters (see `initializers.virtual`) take no memory; a copy would.
        self.weight = weight if 0 in weight.strides else np.asfortranarray(weight)
        self.bias = bias

    @classmethod
    def new(cls, inputs: int, outputs: int, new: NewParameters) -> Self:
        """Return a layer with parameters from `new`."""
        return cls(*new((outputs, inputs), inputs, outputs))

    @property
    def parameters(self) -> dict[str, Array]:
        return {"weight": self.weight, "bias": self.bias}

    def output_shape(self, shape: Shape) -> Shape:
        return (len(self.weight),)

    def multiplications(self, shape: Shape) -> int:
        return self.weight.size

    def forward(self, x: Array, workspace: Workspace) -> tuple[Array, Backward]:
        """Return z (n, outputs) for x (n, inputs): equation (1.1)."""
        weight, dtype = self.weight, self.weight.dtype
        # z = W a + b, (1.1), for each row; the a of the layer below is x here.
        z = workspace.array("z", (len(x), len(weight)), dtype)
        np.matmul(x, weight.T, out=z)
        np.add(z, self.bias, out=z)

        def backward(d_z: Array) -> tuple[Array | None, list[Array]]:
            # dJ/dW = delta a^T and dJ/db = delta, (1.12) to (1.15), summed over the batch; delta is d_z here.
            d_weight = workspace.batch_last("d_weight", weight.shape, dtype)
            # For a single row `np.matmul` would not call BLAS, and take eight times as long.
            np.dot(x.T, d_z, out=d_weight.T)
            d_bias = workspace.array("d_bias", self.bias.shape, dtype)
            np.add.reduce(d_z, axis=0, out=d_bias)
            if not workspace.needs_d_x:
                return None, [d_weight, d_bias]
            # W^T delta, the sum over the layer above in (1.10) and (1.11).
            d_x = workspace.like("d_x", x)
            np.matmul(d_z, weight, out=d_x)
            return d_x, [d_weight, d_bias]

        return z, backward
