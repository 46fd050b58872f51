"""The layer grammar: the text that describes a network's hidden layers, to layers and back.

One grammar for the form, the command line, presets and the metadata of weights: words separated by commas, each one of
`WORDS`, such as ``200, 100`` or ``16c5, p2, 32c5, p2, 128``. Dense and convolutional layers are
followed by ReLU, or by the activation named after the word: ``200 tanh``. Nothing at all is a network without hidden
layers. The output layer and the flattening before dense layers are implied.
"""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from digitpad.errors import DigitpadError
from digitpad.nn import initializers
from digitpad.nn.layers import ACTIVATIONS, Activation, Conv2D, Dense, Dropout, Layer, MaxPool2D
from digitpad.nn.layers.flatten import Flatten
from digitpad.nn.layers.layer import NewParameters, Shape

MAX_HIDDEN_LAYERS = 20
MAX_UNITS = 10_000
MAX_FILTERS = 1_000
MAX_PARAMETERS = 50_000_000
#: Of one sample: a picture's inner layers can be far larger than its weights.
MAX_MULTIPLICATIONS = 1_000_000_000
MAX_VALUES = 5_000_000
#: Size of one sample's im2col matrix: kernel x kernel values of each channel at each output position.
MAX_COLUMN_VALUES = 5_000_000

_DEFAULT_ACTIVATION = next(iter(ACTIVATIONS))


class SpecError(DigitpadError):
    """The text does not describe a network."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the grammar: the layer that it stands for, and what it looks like.

    `build` makes the layer from the groups of `pattern`, which are numbers, for samples of a shape; it raises
    `SpecError` where they do not fit. `write` is the way back. `example` and `meaning` are for help.
    """

    layer: type[Layer]
    pattern: str
    example: str
    meaning: str
    build: Callable[[re.Match[str], Shape, NewParameters], Layer]
    write: Callable[[Any], str]
    #: Whether an activation follows.
    is_activated: bool = False


def _dense(word: re.Match[str], shape: Shape, new: NewParameters) -> Dense:
    units = int(word[1])
    if not 1 <= units <= MAX_UNITS:
        raise SpecError(f"a layer of {units:,} units is not possible: write whole numbers from 1 to {MAX_UNITS:,}")
    return Dense.new(math.prod(shape), units, new)


def _conv2d(word: re.Match[str], shape: Shape, new: NewParameters) -> Conv2D:
    filters, kernel, stride, padding = int(word[1]), int(word[2]), int(word[3] or 1), int(word[4] or 0)
    name = f"the convolution {word[0]}"
    if len(shape) != 3:
        raise SpecError(f"{name} needs a picture: put it before the dense layers")
    if not 1 <= filters <= MAX_FILTERS:
        raise SpecError(f"{name} has {filters:,} filters: use 1 to {MAX_FILTERS:,}")
    if kernel < 1 or stride < 1:
        raise SpecError(f"{name} has a kernel or a stride of 0: use at least 1")
    if padding >= kernel:
        raise SpecError(f"{name} pads by {padding}: use less than its kernel, {kernel}")
    channels, height, width = shape
    for what, side, most in (
        ("kernel", kernel, min(height, width) + 2 * padding),
        ("stride", stride, max(height, width)),
    ):
        if side > most:
            raise SpecError(
                f"{name} has a {what} of {side} pixels, larger than its picture of {height} x {width}: "
                f"use a smaller one"
            )
    area = kernel * kernel
    places = math.prod((side + 2 * padding - kernel) // stride + 1 for side in (height, width))
    if channels * area * places > MAX_COLUMN_VALUES:
        raise SpecError(
            f"{name} looks at {channels * area * places:,} values a digit: use a smaller kernel, fewer filters before "
            f"it or a stride, for at most {MAX_COLUMN_VALUES:,}"
        )
    return Conv2D(*new((filters, channels, kernel, kernel), channels * area, filters * area), stride, padding)


def _write_conv2d(layer: Conv2D) -> str:
    stride = f"s{layer.stride}" if layer.stride != 1 else ""
    padding = f"p{layer.padding}" if layer.padding else ""
    return f"{len(layer.weight)}c{layer.weight.shape[2]}{stride}{padding}"


def _max_pool2d(word: re.Match[str], shape: Shape, new: NewParameters) -> MaxPool2D:
    window, name = int(word[1]), f"the pooling {word[0]}"
    if len(shape) != 3:
        raise SpecError(f"{name} needs a picture: put it before the dense layers")
    if window < 1:
        raise SpecError(f"{name} has a window of 0: use at least 1")
    if window > min(shape[1:]):
        raise SpecError(f"{name} does not fit its picture of {shape[1]} x {shape[2]} pixels: use a smaller one")
    return MaxPool2D(window)


def _dropout(word: re.Match[str], shape: Shape, new: NewParameters) -> Dropout:
    rate = float(word[1])
    if not 0 < rate < 1:
        raise SpecError(f"the dropout d{rate:g} is no probability: write one between 0 and 1, e.g. d0.5")
    return Dropout(rate)


#: The words, tried in this order.
WORDS = (
    Word(
        Dense,
        r"(\d{1,12})",
        "200",
        "a dense layer of 200 units",
        _dense,
        lambda layer: str(len(layer.weight)),
        is_activated=True,
    ),
    Word(
        Conv2D,
        r"(\d{1,9})c(\d{1,4})(?:s(\d{1,4}))?(?:p(\d{1,4}))?",
        "16c5s1p2",
        "16 filters of 5 x 5 pixels, at a stride of 1 (s1) on a picture padded by 2 (p2)",
        _conv2d,
        _write_conv2d,
        is_activated=True,
    ),
    Word(
        MaxPool2D,
        r"p(\d{1,4})",
        "p2",
        "the maximum of each 2 x 2 pixels",
        _max_pool2d,
        lambda layer: f"p{layer.window}",
    ),
    Word(
        Dropout,
        r"d(\d?\.\d{1,6}|\d)",
        "d0.5",
        "dropout: while training, each value is left out with probability 0.5",
        _dropout,
        lambda layer: f"d{layer.rate:.6f}".rstrip("0"),
    ),
)


def canonical(text: str, inputs: Shape) -> str:
    """Return `text` as digitpad itself writes it: "200,100 " gives "200, 100". Raises `SpecError`."""
    words = []
    for word, layer, activation in _hidden_layers(text, inputs, initializers.virtual):
        is_default = activation in ("", _DEFAULT_ACTIVATION)
        words.append(word.write(layer) if is_default else f"{word.write(layer)} {activation}")
    return ", ".join(words)


def parameter_count(text: str, inputs: Shape, outputs: int) -> int:
    """Return how many weights and biases the network has. Raises `SpecError`."""
    layers = _assembled(text, inputs, outputs, initializers.virtual)
    return sum(parameter.size for layer in layers for parameter in layer.parameters.values())


def count_multiplications(layers: list[Layer], inputs: Shape) -> int:
    """Return how many multiplications one sample of shape `inputs` costs on its way forward through `layers`."""
    total, shape = 0, inputs
    for layer in layers:
        total += layer.multiplications(shape)
        shape = layer.output_shape(shape)
    return total


def build_layers(text: str, inputs: Shape, outputs: int, new: NewParameters) -> list[Layer]:
    """Return new layers from samples of shape `inputs` through the hidden layers of `text` to `outputs` logits.

    `inputs` is (features,) or (channels, height, width); convolutions need the latter. `new` makes the parameters (see
    `nn.initializers`). Raises `SpecError`, also for a network that exceeds the limits on memory and time above.
    """
    virtual = _assembled(text, inputs, outputs, initializers.virtual)
    count = sum(parameter.size for layer in virtual for parameter in layer.parameters.values())
    if count > MAX_PARAMETERS:
        raise SpecError(
            f"the network {text[:60]} has {count:,} parameters: use fewer units, at most {MAX_PARAMETERS:,}"
        )
    work = count_multiplications(virtual, inputs)
    if work > MAX_MULTIPLICATIONS:
        raise SpecError(
            f"the network {text[:60]} needs {work:,} multiplications a digit: use fewer filters or a stride"
        )
    return _assembled(text, inputs, outputs, new)


def _assembled(text: str, inputs: Shape, outputs: int, new: NewParameters) -> list[Layer]:
    """Return the layers, with each monotonic activation moved behind the pooling that follows it.

    The order does not change the result: the maximum of g(z) is g of the maximum of z. It saves most of the work.
    """
    layers: list[Layer] = []
    shape = inputs
    waiting: list[Activation] = []
    for _, layer, activation in _hidden_layers(text, inputs, new):
        if not (layer.window and all(activation.IS_MONOTONIC for activation in waiting)):
            layers += waiting
            waiting = []
        if layer.TAKES_FEATURES and layers and len(shape) > 1:
            layers.append(Flatten())
            shape = (math.prod(shape),)
        layers.append(layer)
        shape = layer.output_shape(shape)
        if activation:
            waiting.append(ACTIVATIONS[activation]())
    layers += waiting
    if layers and len(shape) > 1:
        layers.append(Flatten())
    return [*layers, Dense.new(math.prod(shape), outputs, new)]


def _hidden_layers(text: str, shape: Shape, new: NewParameters) -> Iterator[tuple[Word, Layer, str]]:
    """Yield what each word is, its layer, and the name of its activation, "" where none follows."""
    texts = [word.strip().lower() for word in text.split(",")] if text.strip() else []
    if len(texts) > MAX_HIDDEN_LAYERS:
        raise SpecError(f"{len(texts)} hidden layers are too many: use at most {MAX_HIDDEN_LAYERS}")
    for written in texts:
        first, _, activation = written.partition(" ")
        word, match = _word(first, written)
        layer = word.build(match, shape, new)
        shape = layer.output_shape(shape)
        if math.prod(shape) > MAX_VALUES:
            raise SpecError(
                f"the layer {written} gives {math.prod(shape):,} values a digit: use at most {MAX_VALUES:,}"
            )
        yield word, layer, _activation(word, first, activation.strip())


def _word(first: str, written: str) -> tuple[Word, re.Match[str]]:
    for word in WORDS:
        match = re.fullmatch(word.pattern, first, re.ASCII)
        if match is not None:
            return word, match
    problem = f"hidden layers cannot contain '{written[:20]}'" if written else "hidden layers have a comma too many"
    raise SpecError(
        f"{problem}: write whole numbers for dense layers, 16c5 for a convolution, p2 "
        f"for pooling, d0.5 for dropout, separated by commas"
    )


def _activation(word: Word, first: str, name: str) -> str:
    """Return the name of the activation behind `word`, where `name` was written, or nothing."""
    if name and not (word.is_activated and name in ACTIVATIONS):
        allowed = f"{', '.join(ACTIVATIONS)}, or " if word.is_activated else ""
        raise SpecError(f"'{name[:20]}' cannot follow {first}: write {allowed}a comma between layers")
    return name or (_DEFAULT_ACTIVATION if word.is_activated else "")
