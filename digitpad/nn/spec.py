"""The layer grammar: the text that describes a network's hidden layers, to layers and back.

One grammar for the form, the command line and the metadata of weights: widths of dense layers, each followed by ReLU,
separated by commas: ``200`` or ``200, 100``. Nothing at all is a network without hidden layers. The output layer goes
without saying.
"""

import itertools

import numpy as np

from digitpad.errors import DigitpadError
from digitpad.nn.layers import Dense, Layer, ReLU

MAX_UNITS = 10_000
MAX_HIDDEN_LAYERS = 20
MAX_PARAMETERS = 50_000_000


class SpecError(DigitpadError):
    """The text does not describe a network."""


def parse(text: str) -> tuple[int, ...]:
    """Return the widths of the hidden layers that `text` names: "200, 100" gives (200, 100), "" gives ().

    Raises `SpecError` on anything but whole numbers from 1 to `MAX_UNITS`, or on too many of them.
    """
    words = [word.strip() for word in text.split(",")] if text.strip() else []
    if len(words) > MAX_HIDDEN_LAYERS:
        raise SpecError(f"{len(words)} hidden layers are too many: use at most {MAX_HIDDEN_LAYERS}")
    return tuple(_units(word) for word in words)


def canonical(text: str) -> str:
    """Return `text` as digitpad itself writes it: "200,100 " gives "200, 100"."""
    return ", ".join(map(str, parse(text)))


def parameter_count(text: str, inputs: int, outputs: int) -> int:
    """Return how many weights and biases the network has."""
    widths = (inputs, *parse(text), outputs)
    return sum((a + 1) * b for a, b in itertools.pairwise(widths))


def build_layers(
    text: str, inputs: int, outputs: int, rng: np.random.Generator | None, dtype: type[np.floating] = np.float32
) -> list[Layer]:
    """Return new layers from `inputs` features through the hidden layers of `text` to `outputs` logits.

    Parameters are drawn from `rng`, or zero where it is None because they will be filled in. Raises `SpecError` also
    where the network would have more than `MAX_PARAMETERS` parameters.
    """
    count = parameter_count(text, inputs, outputs)
    if count > MAX_PARAMETERS:
        raise SpecError(f"the network {text} has {count:,} parameters: use fewer units, at most {MAX_PARAMETERS:,}")
    widths = (inputs, *parse(text), outputs)
    layers: list[Layer] = []
    for a, b in itertools.pairwise(widths):
        layers += [Dense.zeros(a, b, dtype) if rng is None else Dense.he(a, b, rng, dtype), ReLU()]
    return layers[:-1]


def _units(word: str) -> int:
    if not (word.isascii() and word.isdigit() and len(word) < 10 and 1 <= int(word) <= MAX_UNITS):
        raise SpecError(
            f"hidden layers cannot contain '{word[:20]}': write whole numbers from 1 to {MAX_UNITS:,}, e.g. 200, 100"
        )
    return int(word)
