"""The layer grammar: the text that describes a network's hidden layers, to layers and back.

One grammar for the form, the command line, presets and the metadata of weights: words separated by commas, one for each
layer of `layers.HIDDEN_LAYERS`, such as ``200, 100`` or ``16c5, p2, 32c5, p2, 128``. Dense and convolutional layers are
followed by ReLU, or by the activation named after the word: ``200 tanh``. Nothing at all is a network without hidden
layers. The output layer goes without saying, and so does the step from pictures to features.
"""

import math
import re
from collections.abc import Iterator

from digitpad.errors import DigitpadError
from digitpad.nn import initializers
from digitpad.nn.layers import ACTIVATIONS, HIDDEN_LAYERS, Activation, Dense, HiddenLayer, Layer, LayerError
from digitpad.nn.layers.flatten import Flatten
from digitpad.nn.layers.layer import NewParameters, Shape

MAX_HIDDEN_LAYERS = 20
MAX_PARAMETERS = 50_000_000
#: Of one sample: a picture's inner layers can be far larger than its weights.
MAX_MULTIPLICATIONS = 1_000_000_000
MAX_VALUES = 5_000_000

_DEFAULT_ACTIVATION = next(iter(ACTIVATIONS))


class SpecError(DigitpadError):
    """The text does not describe a network."""


def canonical(text: str, inputs: Shape) -> str:
    """Return `text` as digitpad itself writes it: "200,100 " gives "200, 100". Raises `SpecError`."""
    words = []
    for layer, activation in _hidden_layers(text, inputs, initializers.virtual):
        is_default = activation in ("", _DEFAULT_ACTIVATION)
        words.append(layer.word if is_default else f"{layer.word} {activation}")
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
    `nn.initializers`). Raises `SpecError` also where the network would need more memory or time than anybody has.
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
    """Return the layers, each activation put behind the pooling that follows it, if it is monotonic.

    A function that never falls is of the maximum what its maximum is, with a fraction of the work.
    """
    layers: list[Layer] = []
    shape = inputs
    waiting: list[Activation] = []
    for layer, activation in _hidden_layers(text, inputs, new):
        if not (layer.window and all(activation.IS_MONOTONIC for activation in waiting)):
            layers += waiting
            waiting = []
        if isinstance(layer, Dense) and layers and len(shape) > 1:
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


def _hidden_layers(text: str, shape: Shape, new: NewParameters) -> Iterator[tuple[HiddenLayer, str]]:
    """Yield each word's layer, and the name of its activation, "" where none follows."""
    words = [word.strip().lower() for word in text.split(",")] if text.strip() else []
    if len(words) > MAX_HIDDEN_LAYERS:
        raise SpecError(f"{len(words)} hidden layers are too many: use at most {MAX_HIDDEN_LAYERS}")
    for word in words:
        try:
            layer, activation = _layer(word, shape, new)
        except LayerError as error:
            raise SpecError(str(error)) from error
        shape = layer.output_shape(shape)
        if math.prod(shape) > MAX_VALUES:
            raise SpecError(f"the layer {word} gives {math.prod(shape):,} values a digit: use at most {MAX_VALUES:,}")
        yield layer, activation


def _layer(word: str, shape: Shape, new: NewParameters) -> tuple[HiddenLayer, str]:
    first, _, activation = word.partition(" ")
    activation = activation.strip()
    for kind in HIDDEN_LAYERS:
        match = re.fullmatch(kind.PATTERN, first, re.ASCII)
        if match is None:
            continue
        if activation and not (kind.IS_ACTIVATED and activation in ACTIVATIONS):
            allowed = f"{', '.join(ACTIVATIONS)}, or " if kind.IS_ACTIVATED else ""
            raise SpecError(f"'{activation[:20]}' cannot follow {first}: write {allowed}a comma between layers")
        if kind is Dense:
            shape = (math.prod(shape),)
        return kind.of(match, shape, new), activation or (_DEFAULT_ACTIVATION if kind.IS_ACTIVATED else "")
    problem = f"hidden layers cannot contain '{word[:20]}'" if word else "hidden layers have a comma too many"
    raise SpecError(
        f"{problem}: write whole numbers for dense layers, 16c5 for a convolution, p2 "
        f"for pooling, d0.5 for dropout, separated by commas"
    )
