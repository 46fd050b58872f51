"""The derivation in plain NumPy: one digit, one hidden layer, one equation a line, in its order and with its symbols.

This is the place to read how backpropagation looks in code; whatever is faster is tested against it. x is alpha[0], V
is W[1] and W is W[2]. Biases are a last column of V and W, for a last input that is always 1. Where the derivation, as
it was handed in, has slips, this is what was meant: (1.1) lacks the index j of alpha, (1.10) and (1.11) print g' z for
g'(z), and (1.18) lacks the factor x^T that (1.14) has.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from digitpad.nn.losses import softmax
from digitpad.nn.workspace import Array

#: A hidden layer's activation g and its derivative g', both of z.
Activation = tuple[Callable[[Array], Array], Callable[[Array], Array]]

RELU: Activation = (lambda z: np.maximum(z, 0), lambda z: np.where(z > 0, 1.0, 0.0))
TANH: Activation = (np.tanh, lambda z: 1 - np.tanh(z) ** 2)
# 1 / (1 + e^-z), in a form that has no large power in it.
SIGMOID: Activation = (lambda z: (1 + np.tanh(z / 2)) / 2, lambda z: (1 - np.tanh(z / 2) ** 2) / 4)


@dataclass(frozen=True, slots=True, eq=False)
class Pass:
    """All that a step computes, each by the equation beside it; a layer's number in brackets."""

    x: Array  #: (inputs + 1,), the last 1
    y: Array  #: (outputs,), one-hot
    z1: Array  #: (hidden,) (1.1)
    a1: Array  #: (hidden + 1,) (1.2), the last 1
    z2: Array  #: (outputs,) (1.1)
    a2: Array  #: (outputs,) (1.2), the network's answer n(x)
    J: float  #: (1.3), in nats
    dz2_dW: Array  #: (hidden + 1,) (1.5)
    dJ_dz2: Array  #: (outputs,) (1.6)
    delta2: Array  #: (outputs,) (1.7) to (1.9)
    delta1: Array  #: (hidden,) (1.7), (1.10) and (1.11)
    dJ_dW: Array  #: (outputs, hidden + 1) (1.12), (1.13) and (1.15)
    dJ_dV: Array  #: (hidden, inputs + 1) (1.12), (1.13) and (1.14)


def forward_and_back(x: Array, y: Array, V: Array, W: Array, activation: Activation = RELU) -> Pass:
    """Return what (1.1) to (1.15) say of a digit `x` (inputs,) whose label is `y` (outputs,), one-hot.

    `V` is (hidden, inputs + 1), `W` (outputs, hidden + 1); no bias is in `x`.
    """
    g, g_prime = activation
    x = np.append(x, 1)
    z1 = V @ x  # (1.1)
    a1 = np.append(g(z1), 1)  # (1.2)
    z2 = W @ a1  # (1.1)
    a2 = softmax(z2[np.newaxis])[0]  # (1.2), whose g[2] is the softmax
    J = -float(y[y > 0] @ np.log(a2[y > 0]))  # (1.3)
    dz2_dW = a1  # (1.5)
    da2_dz2 = np.diag(a2) - np.outer(a2, a2)  # in (1.6): a_j (1 - a_j) where i = j, else -a_j a_i
    dJ_dz2 = -(np.divide(y, a2, out=np.zeros_like(a2), where=y > 0) @ da2_dz2)  # (1.6)
    delta2 = a2 - y  # (1.7), (1.8), (1.9): what (1.6) comes to
    delta1 = g_prime(z1) * (W[:, :-1].T @ delta2)  # (1.10), (1.11); nothing lies below a bias
    dJ_dV = np.outer(delta1, x)  # (1.12), (1.13), (1.14)
    dJ_dW = np.outer(delta2, dz2_dW)  # (1.4), (1.12), (1.13), (1.15)
    return Pass(x, y, z1, a1, z2, a2, J, dz2_dW, dJ_dz2, delta2, delta1, dJ_dW, dJ_dV)


def updated(V: Array, W: Array, gradients: Pass, gamma: float) -> tuple[Array, Array]:
    """Return V and W after a step at the learning rate `gamma`: (1.16)."""
    W = W - gamma * gradients.dJ_dW  # (1.17)
    V = V - gamma * gradients.dJ_dV  # (1.18), with its x^T
    return V, W


def answers(x: Array, V: Array, W: Array, activation: Activation = RELU) -> Array:
    """Return the most probable class (n,) of each of `x` (n, inputs), by (1.1) and (1.2); softmax keeps the order."""
    z1 = np.column_stack([x, np.ones(len(x))]) @ V.T
    found: Array = (np.column_stack([activation[0](z1), np.ones(len(x))]) @ W.T).argmax(axis=1)
    return found
