"""A network: normalised inputs through layers to logits, and the way back. It knows no loss, optimiser or file."""

from collections.abc import Callable, Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from digitpad.nn import spec
from digitpad.nn.layers import Backward, Layer
from digitpad.nn.losses import softmax
from digitpad.nn.workspace import Array, Workspace

#: From the gradient by the logits to the gradients by `Network.parameters`, in their order.
NetworkBackward = Callable[[Array], list[Array]]


class Network:
    """Layers, and the scaling that their inputs need: ``x = inputs * input_scale - input_mean``.

    `input_mean` is (features,); for digits `input_scale` is 1/255 and the mean is that of the scaled training digits,
    pixel by pixel. `spec` is the text that the layers were built from.
    """

    def __init__(self, spec: str, layers: Sequence[Layer], input_mean: Array, input_scale: float) -> None:
        self.spec = spec
        self.layers = list(layers)
        self.input_mean = input_mean
        self.input_scale = input_mean.dtype.type(input_scale)

    @classmethod
    def new(
        cls, text: str, input_mean: Array, input_scale: float, *, outputs: int = 10, rng: np.random.Generator | None
    ) -> Self:
        """Return an untrained network of hidden layers `text` and parameters from `rng` (see `spec.build_layers`)."""
        layers = spec.build_layers(text, len(input_mean), outputs, rng, input_mean.dtype.type)
        return cls(spec.canonical(text), layers, input_mean, input_scale)

    @property
    def named_parameters(self) -> dict[str, Array]:
        """What training changes, as ``layers.i.weight`` and ``layers.i.bias``; i counts every layer, ReLU included."""
        return {
            f"layers.{i}.{name}": parameter
            for i, layer in enumerate(self.layers)
            for name, parameter in layer.parameters.items()
        }

    @property
    def parameters(self) -> list[Array]:
        """The arrays of `named_parameters`, in their order."""
        return list(self.named_parameters.values())

    def forward(self, inputs: npt.NDArray[Any], workspace: Workspace) -> tuple[Array, NetworkBackward]:
        """Return the logits (n, classes) for raw `inputs` (n, features), and the way back: (1.1) and (1.2) in turn.

        The results live in `workspace` until the next pass with it.
        """
        x: Array = workspace.array("x", inputs.shape, self.input_mean.dtype)
        np.multiply(inputs, self.input_scale, out=x)
        np.subtract(x, self.input_mean, out=x)
        backwards: list[Backward] = []
        for i, layer in enumerate(self.layers):
            x, layer_backward = layer.forward(x, workspace[i])
            backwards.append(layer_backward)

        def backward(d_logits: Array) -> list[Array]:
            gradients: list[Array] = []
            d_x: Array | None = d_logits
            for i, layer_backward in reversed(list(enumerate(backwards))):
                assert d_x is not None
                d_x, layer_gradients = layer_backward(d_x, needs_d_x=i > 0)
                gradients[:0] = layer_gradients
            return gradients

        return x, backward

    def predict(self, inputs: npt.NDArray[Any]) -> Array:
        """Return probabilities (n, classes) for raw `inputs` (n, features). Safe beside a training step."""
        with np.errstate(over="ignore", invalid="ignore"):
            logits, _ = self.forward(inputs, Workspace())
            return softmax(logits)

    def copy(self) -> Self:
        """Return a network with the same parameters in memory of its own."""
        return type(self)(self.spec, [layer.copy() for layer in self.layers], self.input_mean, float(self.input_scale))
