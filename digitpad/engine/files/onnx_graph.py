"""An ONNX model's bytes as a graph, with its operators in order and their constants."""

import math
from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np

from digitpad.data.dataset import SIDE
from digitpad.engine.files.onnx_files import KEY, library
from digitpad.engine.files.tensor_files import WeightsError
from digitpad.nn.workspace import Array

#: Entries of a model and its graph at most. An empty entry takes 2 bytes in the file, but 150 bytes once parsed.
_MOST_ENTRIES = 5_000
#: The field number of the graph in ONNX's protocol buffer of a model.
_GRAPH = 7
#: Kinds of numbers that are read, by the library's names.
_NUMBERS = ("FLOAT", "DOUBLE", "FLOAT16", "INT64", "INT32", "UINT8", "BOOL")
_DOMAINS = ("", "ai.onnx")
#: Operators whose result is a constant where what they take is one.
_FOLDED = ("Identity", "Cast", "Transpose", "Reshape")
_DEEPEST = 8


class Graph:
    """A model's graph: `input_name` with `input_shape`, one sample's, of bytes where `takes_bytes`.

    Raises `WeightsError`, here and in all methods, where the model cannot be a network of digits.
    """

    def __init__(self, content: bytes) -> None:
        self._onnx = onnx = library()
        count_entries(content)
        model = onnx.load_model_from_string(content)
        self._graph = graph = model.graph
        self._constants = {tensor.name: tensor for tensor in graph.initializer}
        self._constants |= {node.output[0]: _value(node) for node in graph.node if node.op_type == "Constant"}
        self._makers = {node.output[0]: node for node in graph.node if node.op_type in _FOLDED and node.output}
        inputs = [entry for entry in graph.input if entry.name not in self._constants]
        if len(inputs) != 1 or len(graph.output) < 1:
            raise WeightsError(f"it takes {len(inputs)} inputs, not one picture; choose another")
        numbers = inputs[0].type.tensor_type
        self.input_name = inputs[0].name
        self.input_shape = tuple(dimension.dim_value for dimension in numbers.shape.dim)[1:]
        if math.prod(self.input_shape) != SIDE * SIDE:
            raise WeightsError(f"its input has the shape {self.input_shape}, not that of 28x28 pixels; choose another")
        self.takes_bytes = numbers.elem_type == onnx.TensorProto.UINT8
        self.float_kind = onnx.TensorProto.FLOAT
        self.metadata = {entry.key: entry.value for entry in model.metadata_props}.get(KEY)

    def operators(self) -> Iterator[tuple[tuple[str, ...], Any, str]]:
        """Yield kinds, node and input name of each operator, from the model's input to its first output.

        There are two kinds if a second operator combines the first one's result with the first one's input.
        """
        name, end = self.input_name, self._graph.output[0].name
        nodes = [node for node in self._graph.node if node.op_type != "Constant"]
        seen = {name}
        while name != end:
            takers = [node for node in nodes if name in node.input]
            join = _join(takers, nodes)
            if len(takers) != 1 and join is None:
                raise WeightsError(f"{len(takers)} operators take its {name[:40]!r}, not one; digitpad reads chains")
            node = takers[0]
            if node.domain not in _DOMAINS:
                raise WeightsError(f"its {node.op_type[:40]} is of {node.domain[:40]!r}, not of ONNX; choose another")
            kinds = (node.op_type,) if join is None else (node.op_type, join.op_type)
            yield kinds, node, name
            name = (join or node).output[0]
            if name in seen:
                raise WeightsError("its operators go round in a circle; choose another")
            seen.add(name)

    def constant(self, node: Any, i: int) -> Array:
        """Return the constant that is input `i` of a node."""
        found = self._computed(node.input[i], 0) if i < len(node.input) else None
        if found is None:
            raise WeightsError(f"its {node.op_type} computes what should be a constant; save it with constants folded")
        return found

    def _computed(self, name: str, depth: int) -> Array | None:
        """Return a constant, also one that was turned or reshaped; None where it depends on the input."""
        tensor = self._constants.get(name)
        if tensor is not None:
            return self._array(tensor)
        node = self._makers.get(name)
        source = self._computed(node.input[0], depth + 1) if node is not None and depth < _DEEPEST else None
        if node is None or source is None:
            return None
        if node.op_type == "Transpose":
            order = self.attributes(node).get("perm")
            return np.transpose(source, order)
        if node.op_type == "Reshape":
            return source.reshape([int(side) for side in self.constant(node, 1).ravel()])
        return source

    def _array(self, tensor: Any) -> Array:
        kinds = self._onnx.TensorProto
        if tensor.data_location == kinds.EXTERNAL:
            raise WeightsError("it keeps its weights in a file beside it; save it as one file")
        if tensor.data_type not in [getattr(kinds, name) for name in _NUMBERS]:
            raise WeightsError("its numbers are of an unusual kind; save it with floats")
        array: Array = self._onnx.numpy_helper.to_array(tensor)
        return array

    def attributes(self, node: Any, **allowed: tuple[Any, ...]) -> dict[str, Any]:
        """Return a node's attributes; an `allowed` one must have one of these values, the first where it is absent."""
        found = {a.name: self._onnx.helper.get_attribute_value(a) for a in node.attribute}
        found |= {name: value.decode("utf-8", "replace") for name, value in found.items() if isinstance(value, bytes)}
        for name, values in allowed.items():
            if (value := found.get(name, values[0])) not in values:
                raise WeightsError(f"its {node.op_type} has {name} {str(value)[:40]}, digitpad only {values[0]}")
        return found


def _join(takers: list[Any], nodes: list[Any]) -> Any:
    """Return the second of two operators if it takes what the first gives, and nobody else does; else None."""
    if len(takers) != 2:
        return None
    given, second = takers[0].output[0], takers[1]
    return second if [node for node in nodes if given in node.input] == [second] else None


def count_entries(content: bytes) -> None:
    """Refuse a model of too many entries, without building any of them. Raises `WeightsError`."""
    left = _MOST_ENTRIES
    for field, begin, end in _entries(content, 0, len(content)):
        left -= 1 if field != _GRAPH else sum(1 for _ in islice(_entries(content, begin, end), left + 1))
        if left < 0:
            raise WeightsError(f"it has more than {_MOST_ENTRIES:,} entries; digitpad reads networks of a few layers")


def _entries(content: bytes, at: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield the number, the beginning and the end of each entry of a protocol buffer; a damaged one ends it."""
    while at < end:
        tag, at = _varint(content, at, end)
        kind = tag & 7
        if kind == 2:
            length, at = _varint(content, at, end)
        elif kind == 0:
            _, after = _varint(content, at, end)
            length = after - at
        else:
            length = {1: 8, 5: 4}.get(kind, end)
        yield tag >> 3, at, min(at + length, end)
        at += length


def _varint(content: bytes, at: int, end: int) -> tuple[int, int]:
    """Return a number, and where the next one begins."""
    value = shift = 0
    while at < end and shift < 70:
        value |= (content[at] & 0x7F) << shift
        at += 1
        if content[at - 1] < 0x80:
            return value, at
        shift += 7
    return 0, end


def _value(node: Any) -> Any:
    """Return the tensor of a Constant, or None where it is given in another way."""
    return next((attribute.t for attribute in node.attribute if attribute.name == "value"), None)
