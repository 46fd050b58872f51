"""Activation maximization: the drawing that a network's gradient leads to for a digit."""

from collections.abc import Callable, Iterator

import numpy as np

from digitpad.data.dataset import SIDE
from digitpad.data.ink import Image
from digitpad.engine.insight.trace import Trace
from digitpad.nn.network import Network
from digitpad.nn.workspace import Array

#: Change per step of the pixel with the largest gradient, where 1 is full ink, and the share by which all ink fades.
_STRIDE, _FADING = 0.1, 0.02
#: Share of each pixel that a step replaces by the mean of its 3x3 neighborhood: without it the image is all specks.
_BLUR = 0.06


def noise(rng: np.random.Generator) -> Image:
    """Return faint noise (28, 28) to begin with."""
    return rng.uniform(0, 0.2, (SIDE, SIDE)).astype(np.float32)


def maximizing(network: Callable[[], Network], start: Image, digit: int) -> Iterator[tuple[Image, float]]:
    """Yield images (28, 28) in [0, 1] that look ever more like `digit` to a network, each with its probability.

    `network` is called in each step, since a network that is being trained may have changed.

    This is gradient ascent in the pixels on the logarithm of the digit's probability. Its gradient with respect to the
    logits is y - p, which is (1.9) with the opposite sign. The iteration never ends.
    """
    image: Array = start.astype(np.float64)
    while True:
        trace = Trace(network(), 255 * image.reshape(1, -1))
        probabilities = trace.probabilities[0].copy()
        yield image.astype(np.float32), float(probabilities[digit])
        d_logits = -probabilities
        d_logits[digit] += 1
        gradient = trace.back(d_logits[np.newaxis].astype(trace.logits.dtype))[0].d_x.reshape(SIDE, SIDE)
        most = np.abs(gradient).max()
        step = gradient / most if most > 0 else gradient
        image = np.clip(_blurred(image) * (1 - _FADING) + _STRIDE * step, 0, 1)


def _blurred(image: Array) -> Array:
    framed = np.pad(image, 1)
    shifted = [framed[1 + i : 1 + i + SIDE, 1 + j : 1 + j + SIDE] for i in (-1, 0, 1) for j in (-1, 0, 1)]
    around: Array = np.mean(shifted, axis=0)
    return (1 - _BLUR) * image + _BLUR * around
