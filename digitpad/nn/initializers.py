"""How a layer's parameters begin."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from digitpad.nn.layers.layer import NewParameters, Shape
from digitpad.nn.workspace import Array

#: Takes a generator, the shape of a weight, its fan-in and its fan-out; returns the weight and its bias in float64.
Initializer = Callable[[np.random.Generator, Shape, int, int], tuple[Array, Array]]


def he(rng: np.random.Generator, shape: Shape, inputs: int, outputs: int) -> tuple[Array, Array]:
    """Normal with variance 2 / inputs, which keeps the signal's size through ReLU layers; biases 0.

    He, Zhang, Ren and Sun, "Delving deep into rectifiers", 2015, equation (10).
    """
    return rng.standard_normal(shape) * np.sqrt(2.0 / inputs), np.zeros(shape[0])


def glorot(rng: np.random.Generator, shape: Shape, inputs: int, outputs: int) -> tuple[Array, Array]:
    """Uniform with variance 2 / (inputs + outputs), which keeps the scale both forward and backward; biases 0.

    It is meant for tanh and sigmoid.

    Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010, equation (16).
    """
    bound = np.sqrt(6.0 / (inputs + outputs))
    return rng.uniform(-bound, bound, shape), np.zeros(shape[0])


def homework(rng: np.random.Generator, shape: Shape, inputs: int, outputs: int) -> tuple[Array, Array]:
    """Weights and biases normal with variance 2 / outputs, as in the homework's code.

    The homework's text divides by the number of entries instead. The variance is larger than He's if a layer has fewer
    outputs than inputs.
    """
    deviation = np.sqrt(2.0 / outputs)
    return rng.standard_normal(shape) * deviation, rng.standard_normal(shape[0]) * deviation


INITIALIZERS: dict[str, Initializer] = {"he": he, "glorot": glorot, "homework": homework}


def drawn(name: str, rng: np.random.Generator, dtype: npt.DTypeLike = np.float32) -> NewParameters:
    """Return a function that draws new parameters from `rng` by the initializer called `name`."""

    def new(shape: Shape, inputs: int, outputs: int) -> tuple[Array, Array]:
        weight, bias = INITIALIZERS[name](rng, shape, inputs, outputs)
        return weight.astype(dtype), bias.astype(dtype)

    return new


def zeros(dtype: npt.DTypeLike = np.float32) -> NewParameters:
    """Return a function that makes parameters of zeros, to be filled in later."""
    return lambda shape, inputs, outputs: (np.zeros(shape, dtype), np.zeros(shape[0], dtype))


def virtual(shape: Shape, inputs: int, outputs: int) -> tuple[Array, Array]:
    """Return parameters that have a shape but take no memory, to ask a network how large it would be."""
    return np.broadcast_to(np.float32(0), shape), np.broadcast_to(np.float32(0), shape[:1])
