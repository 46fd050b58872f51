"""A network for tests of files."""

import numpy as np

from digitpad.nn import initializers
from digitpad.nn.network import Network


def network_of(hidden: str) -> Network:
    rng = np.random.default_rng(3)
    mean = rng.random((1, 28, 28)).astype(np.float32)
    return Network.new(hidden, mean, 1 / 255, initializers.drawn("he", rng), outputs=10)
