"""Networks that other programs saved: what their files say, what must be added, and what is likely.

A .safetensors file holds arrays by name. Dense layers (out, in) and convolutions (filters, channels, kernel, kernel)
are known by their shapes; activations, pooling, padding, and how pixels are scaled, are in no file. An ONNX model
lacks the scaling alone.
"""

import dataclasses
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from digitpad.cancellation import NEVER, CancelToken
from digitpad.data.dataset import CLASSES, PICTURE, SIDE, Dataset
from digitpad.engine.files import onnx_chain, onnx_files, weights
from digitpad.engine.files.input_scalings import SCALINGS, Scaling, scaling
from digitpad.engine.files.tensor_files import MAX_BYTES, Tensors, WeightsError, parse_safetensors
from digitpad.engine.training.evaluation import measure
from digitpad.errors import DigitpadError
from digitpad.files import read_bounded
from digitpad.nn.layers import ACTIVATIONS
from digitpad.nn.network import Network
from digitpad.nn.workspace import Array

#: How many ways to understand a file's shapes are looked at: those with the fewest changes from layer to layer.
_MOST_READINGS = 6
_MOST_LAYERS = 8
#: An accuracy on the test digits below which layers or scaling are probably other ones.
DOUBTFUL = 0.8
#: Training digits by which layers are told apart, then scalings: a large network takes ten milliseconds a digit.
_FIRST, _THEN = 30, 300
#: Costs up to this factor above the lowest count as equal, as with ReLU and leaky ReLU: the more usual trial wins.
_ALIKE = 1.02


@dataclass(frozen=True, slots=True, eq=False)
class Foreign:
    """Weights and biases in turn, the hidden layers that they can be, and what is known of the input's scaling."""

    parameters: tuple[tuple[Array, Array], ...]
    readings: tuple[str, ...]
    scaled: Scaling
    #: Whether the file itself says what its layers are: there is one reading then.
    tells_layers: bool = False

    def network(self, hidden: str, scaling_name: str, training: Dataset) -> Network:
        """Return the network that these weights form with such layers and scaling. Raises `DigitpadError`."""
        if self.tells_layers and hidden != self.readings[0]:
            raise WeightsError(f"its layers are '{self.readings[0][:60]}', as its file tells: leave out other ones")
        whole = scaling(scaling_name, training).then(self.scaled)
        try:
            return weights.chained(hidden, self.parameters, whole.scale, whole.mean)
        except WeightsError as error:
            shapes = ", ".join("x".join(map(str, weight.shape)) for weight, _ in self.parameters)
            raise WeightsError(f"the layers '{hidden[:60]}' do not fit its weights, {shapes}: write its own") from error


@dataclass(frozen=True, slots=True)
class Trial:
    """A way to read a file, and the mean cost in nats of the resulting network on some training digits.

    Accuracy would not do: with a wrong input scaling, many networks are as accurate, but much too confident.
    """

    hidden: str
    scaling: str
    cost: float


def read(path: Path) -> Foreign:
    """Return what a .safetensors or .onnx file tells. Raises `WeightsError` or `FileError`."""
    content = read_bounded(path, MAX_BYTES)
    try:
        if path.suffix.lower() == onnx_files.SUFFIX:
            chain = onnx_chain.read(content)
            return Foreign(
                tuple(chain.parameters), (chain.hidden,), Scaling(chain.scale, chain.mean), tells_layers=True
            )
        parameters = _in_turn(_layers_in(parse_safetensors(content)[0]))
    except DigitpadError as error:
        raise WeightsError(f"cannot load {path}: {error}") from error
    readings = itertools.islice(_readings([weight.shape for weight, _ in parameters]), _MOST_READINGS)
    activated = itertools.chain.from_iterable(zip(*map(_activated, readings), strict=True))
    return Foreign(tuple(parameters), tuple(activated), Scaling(1.0, np.zeros(SIDE * SIDE)))


def trials(
    foreign: Foreign,
    training: Dataset,
    *,
    layers: str | None = None,
    scaling_name: str | None = None,
    token: CancelToken = NEVER,
) -> list[Trial]:
    """Return for each scaling the best way to understand `foreign`, that with the lowest cost of digits first.

    Where `layers` or `scaling_name` are given, these alone are tried.
    Raises `DigitpadError` where `layers` do not fit, and `Cancelled`.
    """
    readings = foreign.readings if layers is None else (layers,)
    names = tuple(SCALINGS) if scaling_name is None else (scaling_name,)
    found = []
    for name in names:
        # On few digits a scaling that makes a network far too sure may be right by luck: they are compared on more.
        tried = _tried([Trial(hidden, name, 0.0) for hidden in readings], foreign, training, _FIRST, token)
        found += tried[:1]
    return _tried(found, foreign, training, _THEN, token)


def _tried(trials: list[Trial], foreign: Foreign, training: Dataset, count: int, token: CancelToken) -> list[Trial]:
    """Return `trials` with their costs on so many digits, the best first; the more usual of two that are alike."""
    few, found = training.take(slice(count)), []
    for trial in trials:
        network = foreign.network(trial.hidden, trial.scaling, training)
        measured = measure(network, few, token)
        found.append(dataclasses.replace(trial, cost=measured.cost))
    least = min((trial.cost for trial in found), default=0.0)
    near = [trial for trial in found if trial.cost <= _ALIKE * least]
    return near + sorted((trial for trial in found if trial not in near), key=lambda trial: trial.cost)


def _activated(reading: str) -> list[str]:
    """Return the layers of a reading with each activation behind those that have one."""
    words = [word for word in reading.split(", ") if word]
    endings = ["", *(f" {name}" for name in list(ACTIVATIONS)[1:])] if words else [""]
    return [", ".join(word if word.startswith("p") else word + ending for word in words) for ending in endings]


def _layers_in(tensors: Tensors) -> dict[str, tuple[Array, Array]]:
    """Return weight and bias by what their names have in common."""
    found: dict[str, tuple[Array, Array]] = {}
    for name, tensor in tensors.items():
        owner, _, kind = name.rpartition(".")
        is_layer = tensor.ndim == 2 or (tensor.ndim == 4 and tensor.shape[2] == tensor.shape[3])
        is_layer = is_layer and tensor.size > 0
        if kind == "bias" and f"{owner}.weight".lstrip(".") in tensors:
            continue
        if kind != "weight" or not is_layer or tensor.dtype.kind != "f":
            raise WeightsError(
                f"its tensor {name[:60]} {tensor.dtype} {tensor.shape} is no weight (out, in) or (filters, channels, "
                "kernel, kernel) and no bias; digitpad has dense and convolutional layers. PyTorch makes what "
                "normalizes them part of them where it exports for ONNX: try that"
            )
        bias = tensors.get(f"{owner}.bias".lstrip("."), np.zeros(len(tensor), np.float32))
        found[owner] = (tensor.astype(np.float32), bias.astype(np.float32))
    if not 1 <= len(found) <= _MOST_LAYERS:
        raise WeightsError(f"it has {len(found)} layers; digitpad reads 1 to {_MOST_LAYERS} of an unknown file")
    return found


def _in_turn(layers: dict[str, tuple[Array, Array]]) -> list[tuple[Array, Array]]:
    """Return the layers as one feeds the other, which the file's order does not tell; of equal ones by their names."""
    names = sorted(layers, key=_natural)
    shapes = {name: layers[name][0].shape for name in names}
    # At most forty thousand, which are gone through in a moment.
    orders = itertools.permutations(names)
    order = next((order for order in orders if _is_chain([shapes[name] for name in order])), None)
    if order is None:
        listed = ", ".join(f"{name or 'weight'} {shapes[name]}" for name in names[:6])
        raise WeightsError(
            f"its layers do not lead from {SIDE}x{SIDE} pixels to {CLASSES} digits one after the other ({listed}); "
            "digitpad reads such chains"
        )
    return [layers[name] for name in order]


def _natural(name: str) -> list[tuple[int, str]]:
    """Return what sorts layer 2 before layer 10."""
    return [(int(part), "") if i % 2 else (-1, part) for i, part in enumerate(re.split(r"([0-9]{1,9})", name))]


def _is_chain(shapes: Sequence[tuple[int, ...]]) -> bool:
    """Whether layers of weights with these shapes lead from the picture to the digits, one after the other."""
    leads_to_digits = _takes(shapes[0], None) and len(shapes[-1]) == 2 and shapes[-1][0] == CLASSES
    return leads_to_digits and all(_takes(shape, last) for last, shape in itertools.pairwise(shapes))


def _takes(shape: tuple[int, ...], last: tuple[int, ...] | None) -> bool:
    """Whether a layer of weights `shape` can follow one of weights `last`, or the picture."""
    if last is None:
        return shape[1] == (PICTURE[0] if len(shape) == 4 else SIDE * SIDE)
    if len(last) == len(shape):
        return shape[1] == last[0]
    return len(shape) == 2 and shape[1] % last[0] == 0


def _readings(shapes: Sequence[tuple[int, ...]]) -> Iterator[str]:
    """Yield the layers that weights of these shapes can be, the most regular ones first."""
    filters = [shape for shape in shapes if len(shape) == 4]
    dense = [str(shape[0]) for shape in shapes[len(filters) : -1]]
    # One choice for each convolution: padded by half its kernel, which keeps the size, or not; pooled, or not.
    choices = itertools.product(itertools.product((False, True), (True, False)), repeat=len(filters))
    for choice in sorted(choices, key=_changes):
        side, words = SIDE, list[str]()
        for (count, _, kernel, _), (is_padded, is_pooled) in zip(filters, choice, strict=True):
            padding = kernel // 2 if is_padded else 0
            side += 2 * padding - kernel + 1
            words.append(f"{count}c{kernel}" + (f"p{padding}" if padding else ""))
            if is_pooled:
                side //= 2
                words.append("p2")
        if not filters or (side > 0 and side * side * filters[-1][0] == shapes[len(filters)][1]):
            yield ", ".join(words + dense)


def _changes(choice: Sequence[tuple[bool, bool]]) -> int:
    """Return how often padding or pooling differ from one convolution to the next."""
    return sum((a != c) + (b != d) for (a, b), (c, d) in itertools.pairwise(choice))
