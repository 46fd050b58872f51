"""Dead layers and fading gradients in a network that does not learn."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from digitpad.data.dataset import Dataset
from digitpad.engine.insight import units
from digitpad.engine.insight.trace import Trace
from digitpad.nn.network import Network

#: Digits that are looked at where measurements do not tell enough.
_SAMPLE = 200


def dead_layer(network: Network, digits: Dataset) -> int | None:
    """Return the number, from 1, of a hidden layer whose units all send on nothing for any of `digits`."""
    for number, stage in enumerate(units.stages(network)[:-1], 1):
        if network.layers[stage.output].CAN_DIE:
            found = units.activity(network, stage, digits.take(slice(_SAMPLE)))
            if found.silent.all():
                return number
    return None


def gradient_at_the_first_layer(network: Network, digits: Dataset) -> float:
    """Return the norm of the gradient with respect to the first layer's weighted sums, relative to the last layer's."""
    sample = digits.take(slice(_SAMPLE))
    trace = Trace(network.astype(np.float64), sample.images)
    _, backs = trace.cost_and_back(sample.labels)
    first = units.stages(network)[0].weights
    at_the_first, at_the_last = (float(np.linalg.norm(back.d_y)) for back in (backs[first], backs[-1]))
    return at_the_first / max(at_the_last, 1e-300)


def why_it_fades(network: Network) -> str:
    """Return the cause of a gradient that fades, as the end of a sentence."""
    return next(_fading(network), "the weights are so small that each layer weakens it.")


def _fading(network: Network) -> Iterator[str]:
    return (layer.FADING for layer in network.layers if layer.FADING)


def against_fading(network: Network) -> tuple[str, dict[str, Any]]:
    """Return an advice against a gradient that fades, and the settings that follow it."""
    if any(_fading(network)):
        words = (word.split()[0] for word in network.spec.split(", "))
        return "Use ReLU between the layers", {"hidden": ", ".join(words)}
    return "Begin with He's initialization", {"initialization": "he"}
