"""How a layer's parameters begin."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from digitpad.nn.layers.layer import NewParameters, Shape
from digitpad.nn.workspace import Array

#: From a generator, a weight's shape and its numbers of inputs and outputs to that weight and its bias, in float64.
Initializer = Callable[[np.random.Generator, Shape, int, int], tuple[Array, Array]]


def he(rng: np.random.Generator, shape: Shape, inputs: int, outputs: int) -> tuple[Array, Array]:
    """Normal with variance 2 / inputs, which keeps the signal's size through ReLU layers; biases 0.

    He, Zhang, Ren and Sun, "Delving deep into rectifiers", 2015, equation (10).
    """
    return rng.standard_normal(shape) * np.sqrt(2.0 / inputs), np.zeros(shape[0])


def glorot(rng: np.random.Generator, shape: Shape, inputs: int, outputs: int) -> tuple[Array, Array]:
    """Uniform with variance 2 / (inputs + outputs), which keeps it both ways through tanh and sigmoid; biases 0.

    Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010, equation (16).
    """
    bound = np.sqrt(6.0 / (inputs + outputs))
    return rng.uniform(-bound, bound, shape), np.zeros(shape[0])


def homework(rng: np.random.Generator, shape: Shape, inputs: int, outputs: int) -> tuple[Array, Array]:
    """Weights and biases normal with variance 2 / outputs, as the code that digitpad's derivation came with draws them.

    Its text divides by the number of entries, its code by that of outputs: larger than He's wherever a layer narrows.
    """
    deviation = np.sqrt(2.0 / outputs)
    return rng.standard_normal(shape) * deviation, rng.standard_normal(shape[0]) * deviation


INITIALIZERS: dict[str, Initializer] = {"he": he, "glorot": glorot, "homework": homework}


def drawn(name: str, rng: np.random.Generator, dtype: npt.DTypeLike = np.float32) -> NewParameters:
    """Return what makes new parameters by the initializer called `name`, drawn from `rng`."""

    def new(shape: Shape, inputs: int, outputs: int) -> tuple[Array, Array]:
        weight, bias = INITIALIZERS[name](rng, shape, inputs, outputs)
        return weight.astype(dtype), bias.astype(dtype)

    return new


def zeros(dtype: npt.DTypeLike = np.float32) -> NewParameters:
    """Return what makes parameters that are still to be filled in."""
    return lambda shape, inputs, outputs: (np.zeros(shape, dtype), np.zeros(shape[0], dtype))


def virtual(shape: Shape, inputs: int, outputs: int) -> tuple[Array, Array]:
    """Return parameters that have a shape but take no memory, to ask a network how large it would be."""
    return np.broadcast_to(np.float32(0), shape), np.broadcast_to(np.float32(0), shape[:1])
