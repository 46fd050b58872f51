"""A checkpoint: everything needed to resume a training exactly where it stopped.

No generator's state is stored: the order of digits, their augmentation and dropout follow from seed and position alone.
"""

from dataclasses import dataclass

import numpy as np

from digitpad.engine.training.checkpoint_numbers import CheckpointError, CheckpointNumbers
from digitpad.nn.network import Network
from digitpad.nn.optimizers import Optimizer
from digitpad.nn.workspace import Array

Tensors = dict[str, Array]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A training between two steps: copies of its arrays, and its numbers.

    The tensors are ``network.NAME`` for each parameter, ``average.NAME`` for the moving average's, ``best.NAME`` for
    those of the best epoch, ``optimizer.NAME`` for its buffers; the last three only where there are such.
    """

    tensors: Tensors
    numbers: CheckpointNumbers


def tensors_of(prefix: str, network: Network) -> Tensors:
    """Return copies of the parameters of `network`, by name with `prefix`."""
    return {f"{prefix}.{name}": parameter.copy(order="K") for name, parameter in network.named_parameters.items()}


def fill(network: Network, tensors: Tensors, prefix: str) -> None:
    """Put the tensors with `prefix` into `network`. Raises `CheckpointError` where names or shapes differ."""
    for name, parameter in network.named_parameters.items():
        found = tensors.get(f"{prefix}.{name}")
        if found is None or found.shape != parameter.shape or found.dtype != parameter.dtype:
            shape = "nothing" if found is None else f"shape {found.shape}"
            raise CheckpointError(
                f"the saved state has {shape} for {name}, the network '{network.spec[:60]}' needs {parameter.shape}: "
                f"resume it with the config that it was saved with"
            )
        np.copyto(parameter, found)


def restore_optimizer(optimizer: Optimizer, tensors: Tensors) -> None:
    """Put the optimizer's buffers back. Raises `CheckpointError` where they are another optimizer's or network's."""
    state = {name.removeprefix("optimizer."): t for name, t in tensors.items() if name.startswith("optimizer.")}
    if {name: array.shape for name, array in state.items()} != {n: a.shape for n, a in optimizer.state.items()}:
        raise CheckpointError("the saved state has another optimizer's buffers: resume it with its own config")
    optimizer.restore(state)
