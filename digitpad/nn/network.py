"""A network: the forward pass from inputs through layers to logits, and the backward pass."""

from collections.abc import Callable, Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from digitpad.nn import spec
from digitpad.nn.layers import Backward, Layer, NewParameters
from digitpad.nn.losses import softmax
from digitpad.nn.workspace import Array, Workspace

#: Takes the gradient with respect to the logits; returns those with respect to `Network.parameters`, in their order.
NetworkBackward = Callable[[Array], list[Array]]


class Network:
    """Layers, and the scaling that their inputs need: ``x = inputs * input_scale - input_mean``.

    `input_mean` has the shape of one sample, (features,) or (channels, height, width); for digits `input_scale` is
    1/255 and the mean is that of the scaled training digits, pixel by pixel. `spec` is the text that the layers were
    built from.
    """

    def __init__(self, spec: str, layers: Sequence[Layer], input_mean: Array, input_scale: float) -> None:
        self.spec = spec
        self.layers = list(layers)
        self.input_mean = input_mean
        self.input_scale = input_mean.dtype.type(input_scale)
        #: Whether the first layers see pictures, not rows of features.
        self.takes_pictures = any(layer.TAKES_PICTURES for layer in self.layers)
        #: What lies below the first parameters needs no gradient.
        self._lowest = next((i for i, layer in enumerate(self.layers) if layer.parameters), len(self.layers))
        #: Whether a training pass draws from the workspace's generator.
        self.is_random = any(layer.IS_STOCHASTIC for layer in self.layers)

    @classmethod
    def new(cls, text: str, input_mean: Array, input_scale: float, new: NewParameters, *, outputs: int = 10) -> Self:
        """Return an untrained network of hidden layers `text` and parameters from `new` (see `spec.build_layers`)."""
        layers = spec.build_layers(text, input_mean.shape, outputs, new)
        return cls(spec.canonical(text, input_mean.shape), layers, input_mean, input_scale)

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

    @property
    def multiplications(self) -> int:
        """How many multiplications one sample costs on its way forward."""
        return spec.count_multiplications(self.layers, self.input_mean.shape)

    def forward(self, inputs: npt.NDArray[Any], workspace: Workspace) -> tuple[Array, NetworkBackward]:
        """Return the logits (n, classes) for raw `inputs` (n, features), and the backward function.

        The forward pass is (1.1) and (1.2) in turn. The results live in `workspace` and are valid until its next pass.
        """
        x = self.scaled(inputs, workspace)
        backwards: list[Backward] = []
        for i, layer in enumerate(self.layers):
            workspace[i].needs_d_x = i > self._lowest
            x, layer_backward = layer.forward(x, workspace[i])
            backwards.append(layer_backward)

        def backward(d_logits: Array) -> list[Array]:
            gradients: list[Array] = []
            d_x: Array | None = d_logits
            for i in range(len(backwards) - 1, self._lowest - 1, -1):
                assert d_x is not None
                d_x, layer_gradients = backwards[i](d_x)
                gradients[:0] = layer_gradients
            return gradients

        return x, backward

    def scaled(self, inputs: npt.NDArray[Any], workspace: Workspace) -> Array:
        """Return the first layer's input: rows of features, or pictures if there are layers for them."""
        mean = self.input_mean
        if self.takes_pictures:
            inputs = inputs.reshape(len(inputs), *mean.shape)
            x: Array = workspace.pictures("x", inputs.shape, mean.dtype)
        else:
            mean = mean.ravel()
            x = workspace.array("x", inputs.shape, mean.dtype)
        np.multiply(inputs, self.input_scale, out=x)
        np.subtract(x, mean, out=x)
        return x

    def predict(self, inputs: npt.NDArray[Any], workspace: Workspace | None = None) -> Array:
        """Return probabilities (n, classes) for raw `inputs` (n, features). Safe while a training step runs.

        To predict repeatedly without allocating, pass a `workspace` that nothing else uses.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            logits, _ = self.forward(inputs, Workspace() if workspace is None else workspace)
            return softmax(logits)

    def with_parameters(self, parameters: Sequence[Array]) -> Self:
        """Return a network like this one whose parameters are these arrays, not copies; order and shapes must match."""
        rest = iter(parameters)
        layers = [layer.with_parameters({name: next(rest) for name in layer.parameters}) for layer in self.layers]
        return type(self)(self.spec, layers, self.input_mean, float(self.input_scale))

    def copy(self) -> Self:
        """Return a network with the same parameters in memory of its own."""
        return self.with_parameters([parameter.copy(order="K") for parameter in self.parameters])

    def astype(self, dtype: npt.DTypeLike) -> Self:
        """Return a copy that calculates in `dtype`: float64 for figures that are to be compared and added up."""
        copy = self.with_parameters([parameter.astype(dtype) for parameter in self.parameters])
        copy.input_mean = self.input_mean.astype(dtype)
        copy.input_scale = copy.input_mean.dtype.type(self.input_scale)
        return copy
