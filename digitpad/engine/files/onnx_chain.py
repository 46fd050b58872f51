"""An ONNX model to layers that digitpad has, where it is a chain of them; whatever else it holds is refused by name.

Between the input and the first layer only what shifts, scales or reshapes may stand: that is the input's scaling.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from digitpad.data.dataset import CLASSES, SIDE
from digitpad.engine.files.onnx_files import KEY, library
from digitpad.engine.files.tensor_files import WeightsError
from digitpad.nn.layers.leaky_relu import SLOPE
from digitpad.nn.workspace import Array

_MOST_NODES = 500
_ACTIVATIONS = {"Relu": "", "LeakyRelu": " leaky", "Tanh": " tanh", "Sigmoid": " sigmoid"}
#: What is written into a model as it is, by the library's names.
_NUMBERS = ("FLOAT", "DOUBLE", "FLOAT16", "INT64", "INT32", "UINT8")


@dataclass(slots=True)
class _Word:
    """A layer on its way to the grammar: its word, its activation, and its parameters where it has any."""

    text: str
    weight: Array | None = None
    bias: Array | None = None
    activation: str | None = None


@dataclass(slots=True)
class Chain:
    """What a model says: its hidden layers, their parameters in turn, and how its input becomes the first layer's.

    ``x = input * scale - mean`` with `mean` (784,); the input's values are a picture's bytes where `takes_bytes`, and
    else of a range that the model does not tell. `metadata` is digitpad's own text in it.
    """

    metadata: str | None
    takes_bytes: bool
    scale: float = 1.0
    mean: Array = field(default_factory=lambda: np.zeros(SIDE * SIDE, np.float64))
    words: list[_Word] = field(default_factory=list)

    @property
    def hidden(self) -> str:
        """The hidden layers, in the grammar's words."""
        return ", ".join(word.text + (word.activation or "") for word in self.words[:-1])

    @property
    def parameters(self) -> list[tuple[Array, Array]]:
        """Weight and bias of each layer that has them, the output's last."""
        return [
            (word.weight, np.zeros(len(word.weight), np.float32) if word.bias is None else word.bias)
            for word in self.words
            if word.weight is not None
        ]


def read(content: bytes | bytearray) -> Chain:
    """Return the chain in an ONNX model's bytes. Raises `WeightsError` for everything that digitpad cannot be."""
    onnx = library()
    try:
        model = onnx.load_model_from_string(bytes(content))
        return _Reader(onnx, model).chain
    except WeightsError:
        raise
    except Exception as error:  # whatever a parser meets in a hostile file, the file is what is wrong
        reason = str(error).partition("\n")[0][:100]
        raise WeightsError(f"it is damaged or no ONNX file ({reason}); fetch or save it again") from error


class _Reader:
    """Follows a graph from its input to its output."""

    def __init__(self, onnx: Any, model: Any) -> None:
        self._onnx = onnx
        graph = model.graph
        if len(graph.node) > _MOST_NODES:
            raise WeightsError(f"it has {len(graph.node):,} operators, digitpad reads {_MOST_NODES}; choose another")
        self._constants = {tensor.name: tensor for tensor in graph.initializer}
        self._constants |= {node.output[0]: _value(node) for node in graph.node if node.op_type == "Constant"}
        inputs = [entry for entry in graph.input if entry.name not in self._constants]
        if len(inputs) != 1 or len(graph.output) < 1:
            raise WeightsError(f"it takes {len(inputs)} inputs, not one picture; choose another")
        numbers = inputs[0].type.tensor_type
        shape = [dimension.dim_value for dimension in numbers.shape.dim][1:]
        if math.prod(shape) != SIDE * SIDE:
            raise WeightsError(f"its input has the shape {shape}, not that of 28x28 pixels; choose another")
        own = {entry.key: entry.value for entry in model.metadata_props}
        self.chain = Chain(own.get(KEY), numbers.elem_type == onnx.TensorProto.UINT8)
        self._is_picture = len(shape) > 1
        self._follow(graph, inputs[0].name)

    def _follow(self, graph: Any, name: str) -> None:
        end = graph.output[0].name
        nodes = [node for node in graph.node if node.op_type != "Constant"]
        ending = ""
        while name != end:
            takers = [node for node in nodes if name in node.input]
            if len(takers) != 1:
                raise WeightsError(f"{len(takers)} operators take its {name[:40]!r}, not one; digitpad reads chains")
            node = takers[0]
            # The softmax of logarithms of a softmax is that softmax.
            if ending == "Softmax" or (ending == "LogSoftmax" and node.op_type != "Softmax"):
                raise WeightsError(f"{node.op_type} follows its {ending}, which must be its end; choose another")
            ending = node.op_type if node.op_type.endswith("Softmax") else ""
            if (take := _TAKEN.get(node.op_type)) is None:
                raise WeightsError(
                    f"it has an operator {node.op_type[:40]}, which digitpad does not have: it reads "
                    "Gemm, Conv, MaxPool, Flatten, Relu, Tanh, Sigmoid, LeakyRelu, Softmax and Dropout"
                )
            take(self, node, name)
            name = node.output[0]
        last = self.chain.words[-1] if self.chain.words else _Word("")
        if last.weight is None or last.weight.ndim != 2 or len(last.weight) != CLASSES or last.activation is not None:
            raise WeightsError(f"it does not end with {CLASSES} numbers, one for each digit; choose another")

    def _constant(self, node: Any, i: int) -> Array:
        """Return the constant that is input `i` of a node."""
        tensor = self._constants.get(node.input[i]) if i < len(node.input) else None
        if tensor is None:
            raise WeightsError(f"its {node.op_type} takes no constant where it must; digitpad reads chains")
        kinds = self._onnx.TensorProto
        if tensor.data_location == kinds.EXTERNAL:
            raise WeightsError("it keeps its weights in a file beside it; save it as one file")
        if tensor.data_type not in [getattr(kinds, name) for name in _NUMBERS]:
            raise WeightsError(f"its {node.op_type} has numbers of an unusual kind; save it with floats")
        array: Array = self._onnx.numpy_helper.to_array(tensor)
        return array

    def _attributes(self, node: Any, **allowed: tuple[Any, ...]) -> dict[str, Any]:
        """Return a node's attributes; an `allowed` one must have one of these values, the first where it is absent."""
        found = {a.name: self._onnx.helper.get_attribute_value(a) for a in node.attribute}
        for name, values in allowed.items():
            value = found.get(name, values[0])
            if value not in values:
                shown = value.decode(errors="replace") if isinstance(value, bytes) else value
                raise WeightsError(f"its {node.op_type} has {name} {str(shown)[:40]}, digitpad only {values[0]}")
        return found

    def pass_on(self, node: Any, _: str) -> None:
        """Take what changes nothing but the kind of number."""
        self._attributes(node, to=(self._onnx.TensorProto.FLOAT,))

    def end(self, node: Any, _: str) -> None:
        """Take the softmax, which a network's prediction always has."""
        self._attributes(node, axis=(-1, 1))

    def reshape(self, node: Any, _: str) -> None:
        """Take what makes pictures of rows or rows of pictures; between layers only the latter."""
        if node.op_type == "Flatten":
            self._attributes(node, axis=(1,))
            self._is_picture = False
            return
        sides = self._constant(node, 1).ravel().tolist()
        if sides[:1] not in ([-1], [0], [1]) or not 2 <= len(sides) <= 4 or (self.chain.words and len(sides) > 2):
            raise WeightsError(f"its Reshape to {sides[:6]} neither keeps digits apart nor makes rows of them")
        self._is_picture = len(sides) > 2

    def shift_or_scale(self, node: Any, name: str) -> None:
        """Take a part of the input's scaling, or the bias of the layer before."""
        i = 1 if node.input[0] == name else 0
        number = np.asarray(self._constant(node, i), np.float64)
        chain = self.chain
        if chain.words:
            word = chain.words[-1]
            if node.op_type != "Add" or word.weight is None or word.bias is not None or word.activation is not None:
                raise WeightsError(f"it has an operator {node.op_type} that is no layer's bias; choose another")
            word.bias = np.broadcast_to(number.ravel(), len(word.weight)).astype(np.float32)
        elif node.op_type in ("Mul", "Div"):
            if number.size != 1 or not number.all() or (node.op_type == "Div" and i == 0):
                raise WeightsError(f"its {node.op_type} is not by one number for all pixels; choose another")
            factor = number.item() if node.op_type == "Mul" else 1 / number.item()
            chain.scale, chain.mean = chain.scale * factor, chain.mean * factor
        else:
            if node.op_type == "Sub" and i == 0:
                raise WeightsError("its Sub takes the input from a number; choose another")
            shift = np.broadcast_to(number.ravel(), SIDE * SIDE)
            chain.mean = chain.mean + (shift if node.op_type == "Sub" else -shift)

    def multiply(self, node: Any, name: str) -> None:
        """Take a dense layer."""
        weight = self._constant(node, 1)
        if node.input[0] != name:
            raise WeightsError(f"its {node.op_type} multiplies from the other side; choose another")
        is_gemm = node.op_type == "Gemm"
        found = self._attributes(node, alpha=(1.0,), beta=(1.0,), transA=(0,)) if is_gemm else {}
        weight = weight if found.get("transB") else weight.T
        bias = self._constant(node, 2) if is_gemm and len(node.input) > 2 else None
        if weight.ndim != 2:
            raise WeightsError(f"its {node.op_type} has weights of the shape {weight.shape}; choose another")
        if self._is_picture and not self.chain.words:
            raise WeightsError(f"its {node.op_type} takes a picture's rows for digits; choose another")
        self._add(f"{len(weight)}", weight, bias)

    def convolve(self, node: Any, _: str) -> None:
        """Take a convolution with square filters."""
        weight = self._constant(node, 1)
        bias = self._constant(node, 2) if len(node.input) > 2 else None
        if weight.ndim != 4 or weight.shape[2] != weight.shape[3]:
            raise WeightsError(f"its Conv has filters of the shape {weight.shape[2:]}, digitpad only square ones")
        kernel = weight.shape[2]
        stride, padding = self._square(node, kernel, may_pad=True)
        self._attributes(node, group=(1,))
        word = f"{len(weight)}c{kernel}" + (f"s{stride}" if stride > 1 else "") + (f"p{padding}" if padding else "")
        self._add(word, weight, bias)

    def pool(self, node: Any, _: str) -> None:
        """Take windows that lie side by side."""
        sides = list(self._attributes(node, ceil_mode=(0,)).get("kernel_shape", []))
        if len(sides) != 2 or self._square(node, sides[0], may_pad=False)[0] != sides[0]:
            raise WeightsError(f"its MaxPool has windows {sides} that do not lie side by side; choose another")
        self.chain.words.append(_Word(f"p{sides[0]}"))

    def _square(self, node: Any, kernel: int, *, may_pad: bool) -> tuple[int, int]:
        """Return stride and padding, which must be alike on all sides."""
        found = self._attributes(node, auto_pad=(b"NOTSET", b"VALID", b"SAME_UPPER"), dilations=([1, 1],))
        strides = list(found.get("strides", [1, 1]))
        pads = list(found.get("pads", [0] * 4))
        if found.get("auto_pad") == b"SAME_UPPER":
            pads = [(kernel - 1) // 2 if kernel % 2 and strides == [1, 1] and may_pad else -1] * 4
        is_square = list(found.get("kernel_shape", [kernel] * 2)) == [kernel] * 2 and len(set(strides)) == 1
        if not is_square or len(set(pads)) != 1 or not 0 <= pads[0] <= (kernel if may_pad else 0):
            raise WeightsError(f"its {node.op_type} has strides {strides} and padding {pads}, digitpad only equal ones")
        return strides[0], pads[0]

    def drop(self, node: Any, _: str) -> None:
        """Take a dropout, which changes nothing where a network reads."""
        rate = float(self._constant(node, 1)) if len(node.input) > 1 and node.input[1] else 0.5
        rate = float(self._attributes(node).get("ratio", rate))
        if 1e-6 <= rate < 1 and self.chain.words:
            self.chain.words.append(_Word(f"d{rate:.6f}".rstrip("0")))

    def activate(self, node: Any, _: str) -> None:
        """Take the activation of the last layer with weights, behind its pooling or before."""
        slope = self._attributes(node).get("alpha", 0.01)
        if node.op_type == "LeakyRelu" and not math.isclose(slope, SLOPE, rel_tol=1e-5):
            raise WeightsError(f"its LeakyRelu has another slope than {SLOPE}, digitpad's only one; choose another")
        word = next((word for word in reversed(self.chain.words) if word.weight is not None), None)
        if word is None or word.activation is not None:
            raise WeightsError(f"its {node.op_type} follows no layer with weights; digitpad has no such layer")
        word.activation = _ACTIVATIONS[node.op_type]

    def _add(self, text: str, weight: npt.NDArray[Any], bias: npt.NDArray[Any] | None) -> None:
        """Add a layer with weights."""
        before = next((word for word in reversed(self.chain.words) if word.weight is not None), None)
        if before is not None and before.activation is None:
            raise WeightsError(f"no activation follows its layer {before.text}; digitpad's layers all have one")
        flat = None if bias is None else np.broadcast_to(bias.ravel(), len(weight)).astype(np.float32)
        self.chain.words.append(_Word(text, np.ascontiguousarray(weight, np.float32), flat))


#: What takes each operator.
_TAKEN: dict[str, Callable[[_Reader, Any, str], None]] = {
    **dict.fromkeys(("Cast", "Identity"), _Reader.pass_on),
    **dict.fromkeys(("Softmax", "LogSoftmax"), _Reader.end),
    **dict.fromkeys(("Reshape", "Flatten"), _Reader.reshape),
    **dict.fromkeys(("Mul", "Div", "Sub", "Add"), _Reader.shift_or_scale),
    **dict.fromkeys(("Gemm", "MatMul"), _Reader.multiply),
    **dict.fromkeys(_ACTIVATIONS, _Reader.activate),
    "Conv": _Reader.convolve,
    "MaxPool": _Reader.pool,
    "Dropout": _Reader.drop,
}


def _value(node: Any) -> Any:
    """Return the tensor of a Constant, or None where it is given in another way."""
    return next((attribute.t for attribute in node.attribute if attribute.name == "value"), None)
