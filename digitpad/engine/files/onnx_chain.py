"""Converts an ONNX model to digitpad's layers if it is a chain of them. Any other operator is refused by its name.

Between the input and the first layer, only shifts, scalings and reshapes are allowed: they are the input's scaling.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from digitpad.data.dataset import CLASSES, SIDE
from digitpad.engine.files.onnx_files import ACTIVATION_OPERATORS
from digitpad.engine.files.onnx_graph import Graph
from digitpad.engine.files.tensor_files import WeightsError, parsing
from digitpad.nn.layers import ACTIVATIONS
from digitpad.nn.layers.leaky_relu import SLOPE
from digitpad.nn.workspace import Array

#: What is written behind a layer in the grammar, by the operators of its activation.
_ACTIVATIONS = {kinds: f" {word}" if word != "relu" else "" for word, kinds in ACTIVATION_OPERATORS.items()}
#: Their operators in words.
_NAMED = ", ".join(" with ".join(kinds) for kinds in _ACTIVATIONS)
#: One sample of pixels, as it may come to the first layer.
_SAMPLES = ([SIDE * SIDE], [SIDE, SIDE], [1, SIDE, SIDE])


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
    with parsing("ONNX"):
        return _Reader(Graph(bytes(content))).chain


class _Reader:
    """Follows a graph from its input to its output, and takes each operator."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.chain = Chain(graph.metadata, graph.takes_bytes)
        #: What the next operator takes: rows of features or pictures; whole numbers, with which nothing is computed.
        self._is_picture = len(graph.input_shape) > 1
        self._is_whole = graph.takes_bytes
        ending = ""
        for kinds, node, name in graph.operators():
            # The softmax of logarithms of a softmax is that softmax.
            if ending == "Softmax" or (ending == "LogSoftmax" and node.op_type != "Softmax"):
                raise WeightsError(f"{node.op_type} follows its {ending}, which must be its end; choose another")
            ending = node.op_type if node.op_type.endswith("Softmax") else ""
            if kinds in _ACTIVATIONS:
                self.activate(node, _ACTIVATIONS[kinds])
                continue
            if len(kinds) > 1:
                raise WeightsError(f"its {' and '.join(kinds)[:60]} take the same; digitpad reads chains")
            if (take := _TAKEN.get(node.op_type)) is None:
                raise WeightsError(
                    f"it has an operator {node.op_type[:40]}, which digitpad does not have: it reads "
                    f"Gemm, MatMul, Conv, MaxPool, Flatten, {_NAMED}, Softmax and Dropout. "
                    "For networks of Keras see Weights and Other Programs in the help"
                )
            take(self, node, name)
        last = self.chain.words[-1] if self.chain.words else _Word("")
        if last.weight is None or last.weight.ndim != 2 or len(last.weight) != CLASSES or last.activation is not None:
            raise WeightsError(f"it does not end with {CLASSES} numbers, one for each digit; choose another")

    def pass_on(self, node: Any, _: str) -> None:
        """Take what changes nothing but the kind of number."""
        if node.op_type == "Cast":
            if self._graph.attributes(node).get("to") != self._graph.float_kind:
                raise WeightsError("it casts to another kind of number than float; digitpad computes with floats")
            self._is_whole = False

    def end(self, node: Any, _: str) -> None:
        """Take the softmax, which a network's prediction always has."""
        self._graph.attributes(node, axis=(-1, 1))

    def reshape(self, node: Any, _: str) -> None:
        """Take what makes pictures of rows or rows of pictures; between layers only the latter."""
        if node.op_type == "Flatten":
            self._graph.attributes(node, axis=(1,))
            self._is_picture = False
            return
        batch, *sides = self._graph.constant(node, 1).ravel().tolist() or [0]
        is_sample = not self.chain.words and sides in _SAMPLES
        if batch not in (-1, 0, 1) or not (is_sample or len(sides) == 1):
            raise WeightsError(f"its Reshape to {[batch, *sides][:6]} neither keeps digits apart nor makes them rows")
        self._is_picture = len(sides) > 1

    def shift_or_scale(self, node: Any, name: str) -> None:
        """Take a part of the input's scaling, or the bias of the layer before."""
        i = 1 if node.input[0] == name else 0
        number = np.asarray(self._graph.constant(node, i), np.float64)
        chain, kind = self.chain, node.op_type
        if chain.words:
            word = chain.words[-1]
            if kind != "Add" or word.weight is None or word.bias is not None or word.activation is not None:
                raise WeightsError(f"it has an operator {kind} that is no layer's bias; choose another")
            word.bias = _bias(number, word.weight)
            return
        if self._is_whole:
            raise WeightsError(f"its {kind} computes with whole numbers; cast them to floats first")
        if (kind in ("Div", "Sub") and i == 0) or (kind in ("Mul", "Div") and (number.size != 1 or not number.all())):
            raise WeightsError(f"its {kind} is not by one number for all pixels; choose another")
        if number.size not in (1, SIDE * SIDE):
            raise WeightsError(f"its {kind} takes {number.size} numbers, not one for each pixel; choose another")
        if kind in ("Mul", "Div"):
            factor = number.item() if kind == "Mul" else 1 / number.item()
            chain.scale, chain.mean = chain.scale * factor, chain.mean * factor
        else:
            chain.mean = chain.mean + (number.ravel() if kind == "Sub" else -number.ravel())

    def multiply(self, node: Any, name: str) -> None:
        """Take a dense layer."""
        weight = self._graph.constant(node, 1)
        if node.input[0] != name:
            raise WeightsError(f"its {node.op_type} multiplies from the other side; choose another")
        is_gemm = node.op_type == "Gemm"
        found = self._graph.attributes(node, alpha=(1.0,), beta=(1.0,), transA=(0,)) if is_gemm else {}
        weight = weight if found.get("transB") else weight.T
        if weight.ndim != 2:
            raise WeightsError(f"its {node.op_type} has weights of the shape {weight.shape}; choose another")
        if self._is_picture:
            raise WeightsError(f"its {node.op_type} takes a picture's rows for digits; choose another")
        self._add(f"{len(weight)}", weight, self._graph.constant(node, 2) if is_gemm and len(node.input) > 2 else None)

    def convolve(self, node: Any, _: str) -> None:
        """Take a convolution with square filters."""
        weight = self._graph.constant(node, 1)
        bias = self._graph.constant(node, 2).reshape(-1, 1, 1) if len(node.input) > 2 else None
        if weight.ndim != 4 or weight.shape[2] != weight.shape[3]:
            raise WeightsError(f"its Conv has filters of the shape {weight.shape[2:]}, digitpad only square ones")
        kernel = weight.shape[2]
        stride, padding = self._square(node, kernel, may_pad=True)
        self._graph.attributes(node, group=(1,))
        word = f"{len(weight)}c{kernel}" + (f"s{stride}" if stride > 1 else "") + (f"p{padding}" if padding else "")
        self._is_picture = True
        self._add(word, weight, bias)

    def pool(self, node: Any, _: str) -> None:
        """Take windows that lie side by side."""
        sides = list(self._graph.attributes(node, ceil_mode=(0,)).get("kernel_shape", []))
        if len(sides) != 2 or self._square(node, sides[0], may_pad=False)[0] != sides[0]:
            raise WeightsError(f"its MaxPool has windows {sides} that do not lie side by side; choose another")
        self.chain.words.append(_Word(f"p{sides[0]}"))

    def _square(self, node: Any, kernel: int, *, may_pad: bool) -> tuple[int, int]:
        """Return stride and padding, which must be alike on all sides."""
        found = self._graph.attributes(node, auto_pad=("NOTSET", "VALID", "SAME_UPPER"), dilations=([1, 1],))
        strides, pads = list(found.get("strides", [1, 1])), list(found.get("pads", [0] * 4))
        if found.get("auto_pad") == "SAME_UPPER":
            if not (may_pad and kernel % 2 and strides == [1, 1]):
                raise WeightsError(f"its {node.op_type} is padded more on one side; digitpad pads all sides alike")
            pads = [kernel // 2] * 4
        is_square = list(found.get("kernel_shape", [kernel] * 2)) == [kernel] * 2 and len(set(strides)) == 1
        if not is_square or len(set(pads)) != 1 or not 0 <= pads[0] <= (kernel if may_pad else 0):
            raise WeightsError(f"its {node.op_type} has strides {strides} and padding {pads}, digitpad only equal ones")
        return strides[0], pads[0]

    def drop(self, node: Any, _: str) -> None:
        """Take a dropout, which changes nothing where a network reads."""
        given = [self._graph.constant(node, i) if name else None for i, name in enumerate(node.input) if i > 0]
        if len(given) > 1 and given[1] is not None and given[1].any():
            raise WeightsError("its Dropout drops also while it reads; save it for inference")
        rate = 0.5 if not given or given[0] is None else given[0].item()
        rate = round(float(self._graph.attributes(node).get("ratio", rate)), 6)
        if 0 < rate < 1:
            self.chain.words.append(_Word(f"d{rate:.6f}".rstrip("0")))

    def activate(self, node: Any, written: str) -> None:
        """Take the activation of the last layer with weights, behind its pooling or before."""
        slope = self._graph.attributes(node).get("alpha", 0.01)
        if node.op_type == "LeakyRelu" and not math.isclose(slope, SLOPE, rel_tol=1e-5):
            raise WeightsError(f"its LeakyRelu has another slope than {SLOPE}, digitpad's only one; choose another")
        word = self._last_weights()
        if word is None or word.activation is not None:
            raise WeightsError(f"its {node.op_type} follows no layer with weights; digitpad has no such layer")
        if self.chain.words[-1] is not word and not ACTIVATIONS[written.strip() or "relu"].IS_MONOTONIC:
            raise WeightsError(f"its {node.op_type} follows a pooling, which changes what it gives; choose another")
        word.activation = written

    def _add(self, text: str, weight: npt.NDArray[Any], bias: npt.NDArray[Any] | None) -> None:
        """Add a layer with weights."""
        before = self._last_weights()
        if before is not None and before.activation is None:
            raise WeightsError(f"no activation follows its layer {before.text}; digitpad's layers all have one")
        word = _Word(text, np.ascontiguousarray(weight, np.float32), None if bias is None else _bias(bias, weight))
        self.chain.words.append(word)

    def _last_weights(self) -> _Word | None:
        return next((word for word in reversed(self.chain.words) if word.weight is not None), None)


def _bias(number: npt.NDArray[Any], weight: npt.NDArray[Any]) -> Array:
    """Return a bias (outputs,): one number, or one for each output, along the axis of outputs."""
    along = (len(weight),) + (1,) * (weight.ndim - 2)
    shape = tuple(number.shape)
    if number.size != 1 and (shape[1:] if len(shape) > len(along) and shape[0] == 1 else shape) != along:
        raise WeightsError(f"its bias of the shape {shape} does not fit {len(weight)} outputs; choose another")
    return np.broadcast_to(number.ravel(), len(weight)).astype(np.float32)


#: What takes each operator.
_TAKEN: dict[str, Callable[[_Reader, Any, str], None]] = {
    **dict.fromkeys(("Cast", "Identity"), _Reader.pass_on),
    **dict.fromkeys(("Softmax", "LogSoftmax"), _Reader.end),
    **dict.fromkeys(("Reshape", "Flatten"), _Reader.reshape),
    **dict.fromkeys(("Mul", "Div", "Sub", "Add"), _Reader.shift_or_scale),
    **dict.fromkeys(("Gemm", "MatMul"), _Reader.multiply),
    "Conv": _Reader.convolve,
    "MaxPool": _Reader.pool,
    "Dropout": _Reader.drop,
}
