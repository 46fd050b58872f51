"""Attribution: which pixels of a drawing support one digit, and which another."""

from dataclasses import dataclass

import numpy as np

from digitpad.cancellation import NEVER, CancelToken
from digitpad.data.dataset import CLASSES
from digitpad.data.ink import Image, pixels
from digitpad.engine.insight.trace import Trace
from digitpad.nn.network import Network
from digitpad.nn.workspace import Array

#: Points on the path from blank paper to the drawing at which the gradient is computed, at first, at most, and in one
#: batch.
_PLACES, _MOST_PLACES, _AT_ONCE = 128, 2_048, 32
#: How far the sum of the pixels and the rest may be from the difference of the logits.
_EXACT = 5e-3


@dataclass(frozen=True, slots=True, eq=False)
class Attribution:
    """What each pixel (28, 28) adds to the logit of the digit `one` and takes from that of the `other`.

    The pixels and `rest`, which no pixel is to blame for, add up to the `difference` of the two logits.
    """

    one: int
    other: int
    pixels: Array
    rest: float
    difference: float


def attributions(network: Network, image: Image, one: int, other: int, token: CancelToken = NEVER) -> Attribution:
    """Return how much each pixel of `image` (28, 28) supports the digit `one` rather than the `other`.

    Raises `Cancelled`.

    With ReLU, leaky ReLU and max pooling a network is piecewise linear: a pixel's part is the pixel times its gradient,
    and the rest comes from the biases and the subtracted mean. With other activations it is not: then the gradient is
    averaged over the path from blank paper to the drawing, and the rest is the difference for blank paper (integrated
    gradients: Sundararajan, Taly and Yan, "Axiomatic attribution for deep networks", 2017). If such activations are
    combined with ReLU or pooling, the gradient jumps along the path, and is computed at more points.
    """
    network = network.astype(np.float64)
    drawn = pixels(image).astype(np.float64)
    wanted = np.zeros(CLASSES)
    wanted[one] += 1
    wanted[other] -= 1
    difference = float(Trace(network, drawn[np.newaxis]).logits[0] @ wanted)
    if not all(layer.IS_PIECEWISE_LINEAR for layer in network.layers):
        rest = float(Trace(network, np.zeros((1, drawn.size))).logits[0] @ wanted)
        gradient = _mean_gradient(network, drawn, wanted, difference - rest, token)
    else:
        gradient, rest = _gradient_and_rest(network, drawn, wanted)
    return Attribution(one, other, (gradient * drawn * network.input_scale).reshape(image.shape), rest, difference)


def _gradient_and_rest(network: Network, drawn: Array, wanted: Array) -> tuple[Array, float]:
    """Return the gradient (784,) by the scaled pixels, and what the biases and the subtracted mean add."""
    trace = Trace(network, drawn[np.newaxis])
    back = trace.back(wanted[np.newaxis])
    gradient = back[0].d_x.ravel()
    biases = sum(
        float((passed.layer.parameters["bias"] * layer.d_parameters["bias"]).sum())
        for passed, layer in zip(trace.passes, back, strict=True)
        if "bias" in layer.d_parameters
    )
    return gradient, biases - float(gradient @ network.input_mean.ravel())


def _mean_gradient(network: Network, drawn: Array, wanted: Array, target: float, token: CancelToken) -> Array:
    """Return the gradient (784,) by the scaled pixels, averaged over the way from blank paper to the drawing.

    Times the pixels it adds up to `target`: at as many places as that takes.
    """
    places = _PLACES
    while True:
        gradient = _gradient_at(network, drawn, wanted, (np.arange(places) + 0.5) / places)
        missing = abs(float(gradient @ drawn) * network.input_scale - target)
        if missing <= _EXACT or places >= _MOST_PLACES:
            return gradient
        token.check()
        places *= 2


def _gradient_at(network: Network, drawn: Array, wanted: Array, shares: Array) -> Array:
    """Return the mean of the gradients (784,) at so much of the drawing."""
    total = np.zeros(drawn.size)
    for start in range(0, len(shares), _AT_ONCE):
        on_the_way = shares[start : start + _AT_ONCE, np.newaxis] * drawn
        trace = Trace(network, on_the_way)
        total += trace.back(np.tile(wanted, (len(on_the_way), 1)))[0].d_x.reshape(len(on_the_way), -1).sum(axis=0)
    return total / len(shares)
