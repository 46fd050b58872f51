"""The units of a layer as pictures: their weights, or weights times input."""

import math
from dataclasses import dataclass

import numpy as np

from digitpad.data.dataset import PICTURE
from digitpad.engine.insight.trace import Trace
from digitpad.engine.insight.units import Stage, pooling_of
from digitpad.nn.network import Network
from digitpad.nn.workspace import Array


@dataclass(frozen=True, slots=True, eq=False)
class UnitPictures:
    """A picture of each unit (units, height, width), and what each sends on (units,) for a drawing, if there is one."""

    pictures: Array
    sent: Array | None


def pictures_of(network: Network, stage: Stage, trace: Trace | None, *, of_drawing: bool) -> UnitPictures:
    """Return the units of `stage` as pictures: their weights; or with `of_drawing` what they make of the traced one.

    Those are the terms weight times input of a dense unit, and the map of a filter. Inputs that are no pixels are laid
    in a square, row by row; the channels of a filter lie side by side.
    """
    layer = network.layers[stage.weights]
    weight: Array = layer.parameters["weight"]
    sent = None
    if trace is not None:
        y = sent_on(network, stage, trace)
        sent = y.reshape(len(y), -1).max(axis=1)
        if of_drawing:
            terms = y if layer.IS_CONVOLUTION else weight * trace.passes[stage.weights].x[0]
            return UnitPictures(squared(terms), sent)
    return UnitPictures(squared(weight), sent)


def sent_on(network: Network, stage: Stage, trace: Trace) -> Array:
    """Return what the units of `stage` (units, ...) send on for the traced drawing, (1.2): the output a probability."""
    is_output = stage.output == len(network.layers) - 1
    sent: Array = trace.probabilities[0] if is_output else trace.passes[stage.output].y[0]
    return sent


@dataclass(frozen=True, slots=True, eq=False)
class UnitSum:
    """How a unit comes to what it sends on, (1.1) and (1.2): its terms add up to `total`, and z to total + bias.

    A filter has a sum at each `place`, row and column; this is its largest. `pushes` (10,) is what a unit of the last
    hidden layer adds to the logit of each digit.
    """

    terms: Array
    total: float
    bias: float
    z: float
    sent: float
    place: tuple[int, int] | None
    pushes: Array | None


def unit_sum(network: Network, stage: Stage, trace: Trace, unit: int, *, is_last_hidden: bool) -> UnitSum:
    """Return the weighted sum of `unit` for the traced drawing."""
    layer, passed = network.layers[stage.weights], trace.passes[stage.weights]
    weight, bias = layer.parameters["weight"][unit], float(layer.parameters["bias"][unit])
    x, z, sent = passed.x[0], passed.y[0][unit], sent_on(network, stage, trace)[unit]
    place = None
    if layer.IS_CONVOLUTION:
        if window := pooling_of(network, stage):
            # What is left over at the far edges is not looked at by the pooling.
            z = z[: len(z) // window * window, : z.shape[1] // window * window]
        place = divmod(int(z.argmax()), z.shape[1])
        x = layer.input_at(x, place)
    terms = weight * x
    pushes = network.layers[-1].parameters["weight"][:, unit] * sent if is_last_hidden and place is None else None
    return UnitSum(terms, float(terms.sum()), bias, float(z.max()), float(sent.max()), place, pushes)


def squared(values: Array) -> Array:
    """Return values (units, ...) as one picture a unit (units, height, width)."""
    count = len(values)
    if values.ndim == 3:
        return values
    if values.ndim == 4:
        channels, height, width = values.shape[1:]
        columns = math.ceil(math.sqrt(channels))
        rows = math.ceil(channels / columns)
        filled = np.zeros((count, rows * columns, height, width), values.dtype)
        filled[:, :channels] = values
        tiles = filled.reshape(count, rows, columns, height, width).transpose(0, 1, 3, 2, 4)
        return tiles.reshape(count, rows * height, columns * width)
    inputs = values.shape[1]
    if inputs == math.prod(PICTURE):
        return values.reshape(count, *PICTURE[1:])
    side = math.ceil(math.sqrt(inputs))
    padded = np.zeros((count, math.ceil(inputs / side) * side), values.dtype)
    padded[:, :inputs] = values
    return padded.reshape(count, -1, side)
