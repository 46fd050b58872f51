"""Networks as ONNX models: bytes of pixels in, probabilities out, with the input's scaling inside.

The format is that of the Open Neural Network Exchange; its library, an extra of digitpad's, is imported when it is
needed. Another program's model is read where it is such a chain as digitpad can be; `onnx_chain` says which.
"""

from types import ModuleType
from typing import Any

import numpy as np

from digitpad.data.dataset import CLASSES, SIDE
from digitpad.engine.files.tensor_files import WeightsError
from digitpad.nn.layers import ACTIVATIONS, Conv2D, Dense, Dropout, Layer, MaxPool2D
from digitpad.nn.layers.flatten import Flatten
from digitpad.nn.layers.leaky_relu import SLOPE
from digitpad.nn.network import Network
from digitpad.nn.workspace import Array

SUFFIX = ".onnx"
#: The key of digitpad's own metadata in a model.
KEY = "digitpad"
#: The operators' version, which runtimes since 2022 know, and that of the file format around them.
OPSET, IR_VERSION = 17, 8
INPUT, OUTPUT = "pixels", "probabilities"

#: Each activation's operators, by its word in the grammar. Where there are two, the second multiplies what the first
#: gives by what that was given: ONNX has no operator of its own for a SiLU.
ACTIVATION_OPERATORS = {
    "relu": ("Relu",),
    "leaky": ("LeakyRelu",),
    "tanh": ("Tanh",),
    "sigmoid": ("Sigmoid",),
    "silu": ("Sigmoid", "Mul"),
}

#: One layer's operator, its attributes, and the constants that follow its input.
_Operator = tuple[str, dict[str, Any], dict[str, Array]]


def library() -> ModuleType:
    """Return the onnx package. Raises `WeightsError` where it is not installed."""
    try:
        import onnx
    except ImportError as error:
        raise WeightsError("ONNX needs a library that is not installed: pip install 'digitpad[onnx]'") from error
    return onnx


def packed(network: Network, metadata: str) -> bytes:
    """Return the bytes of a model: `pixels` uint8 (n, 28, 28) to `probabilities` float32 (n, 10).

    `metadata` are digitpad's own, kept under `KEY`. Raises `WeightsError` where the library is not installed.
    """
    onnx = library()
    helper, kinds = onnx.helper, onnx.TensorProto
    graph = _Graph(onnx)
    shape = network.input_mean.shape if network.takes_pictures else (network.input_mean.size,)
    graph.add("Cast", "floats", to=kinds.FLOAT)
    graph.add("Reshape", "samples", constants={"samples.shape": np.array([-1, *shape], np.int64)})
    graph.add("Mul", "scaled", constants={"input.scale": np.array(network.input_scale, np.float32)})
    graph.add("Sub", "centered", constants={"input.mean": network.input_mean.reshape(shape)})
    for i, layer in enumerate(network.layers):
        if layer.IS_ACTIVATION:
            graph.activate(_activation(layer), f"layers.{i}")
            continue
        kind, attributes, constants = _operator(layer)
        named = {f"layers.{i}.{name}": value for name, value in constants.items()}
        graph.add(kind, f"layers.{i}", constants=named, **attributes)
    graph.add("Softmax", OUTPUT, axis=1)
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "digitpad",
            [helper.make_tensor_value_info(INPUT, kinds.UINT8, ["n", SIDE, SIDE])],
            [helper.make_tensor_value_info(OUTPUT, kinds.FLOAT, ["n", CLASSES])],
            graph.initializers,
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="digitpad",
    )
    helper.set_model_props(model, {KEY: metadata})
    content: bytes = model.SerializeToString()
    return content


def _operator(layer: Layer) -> _Operator:
    if isinstance(layer, Dense):
        return "Gemm", {"transB": 1}, layer.parameters
    if isinstance(layer, Conv2D):
        return "Conv", {"strides": [layer.stride] * 2, "pads": [layer.padding] * 4}, layer.parameters
    if isinstance(layer, MaxPool2D):
        return "MaxPool", {"kernel_shape": [layer.window] * 2, "strides": [layer.window] * 2}, {}
    if isinstance(layer, Dropout):
        return "Dropout", {}, {"rate": np.array(layer.rate, np.float32)}
    assert isinstance(layer, Flatten)
    return "Flatten", {}, {}


def _activation(layer: Layer) -> tuple[str, ...]:
    return next(ACTIVATION_OPERATORS[word] for word, kind in ACTIVATIONS.items() if type(layer) is kind)


class _Graph:
    """A chain of operators, each of which takes what the one before it gives."""

    def __init__(self, onnx: ModuleType) -> None:
        self._onnx = onnx
        self.nodes: list[Any] = []
        self.initializers: list[Any] = []
        self._last = INPUT

    def activate(self, kinds: tuple[str, ...], output: str) -> None:
        """Add the operators of an activation whose output is called `output`."""
        given, (first, *more) = self._last, kinds
        attributes: dict[str, Any] = {"alpha": SLOPE} if first == "LeakyRelu" else {}
        self.add(first, f"{output}.gate" if more else output, **attributes)
        for second in more:
            self._node(second, [given, self._last], output)

    def add(self, kind: str, output: str, constants: dict[str, Array] | None = None, **attributes: Any) -> None:
        """Add an operator whose output is called `output`."""
        constants = constants or {}
        self._node(kind, [self._last, *constants], output, **attributes)
        self.initializers += [self._onnx.numpy_helper.from_array(value, name) for name, value in constants.items()]

    def _node(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> None:
        self.nodes.append(self._onnx.helper.make_node(kind, inputs, [output], name=output, **attributes))
        self._last = output
