"""Gradient descent with one sample a step, at the speed of matrix products, and exact.

A step on one digit is two products of a matrix and a vector and two updates by a column times a row: all of the large
matrix W is fetched from memory and written back for each digit. But nothing forces us to touch it that often. Let the
next B digits x_0 ... x_(B-1) be drawn in advance. In step j the hidden layer needs only z_j = W_j x_j + b_j, and W_j is
the W_0 of the block's beginning minus what the steps before j have subtracted, rate * delta_i x_i^T for each (1.14):

    z_j = W_0 x_j + b_0 - sum over i < j of rate_i delta_i (x_i . x_j + 1)

(the 1 is the bias). So W_0 X^T and all x_i . x_j are computed once for the block, as matrix products. The steps of the
block then need only small vectors. At its end W_0 gets all updates in one more product: W_0 - (rates * D)^T X. The
output layer is small and is updated in every step. The steps, and their order, are those of the plain loop; the results
are equal up to rounding.

Any update that is linear in the gradients can be deferred like this. With momentum mu, L2 penalty l2 and gradients G_i,

    V_(j+1) = mu V_j + G_j + l2 W_j        W_(j+1) = W_j - rate_j V_(j+1)

says that each W_j and V_j is a sum of W_0, V_0 and the G_i with coefficients that depend on the rates alone. Adam's
division by the root of mean squares is not linear, and layers above the first do not know their inputs in advance.
"""

from functools import lru_cache
from typing import Any, NamedTuple, Self, cast

import numpy as np
import numpy.typing as npt

from digitpad.nn.layers import Dense, ReLU
from digitpad.nn.losses import Labels, cross_entropy, shifted, softmax_in_place, targets
from digitpad.nn.network import Network
from digitpad.nn.optimizers import SGD, Optimizer
from digitpad.nn.workspace import Array

#: Samples in a block: more of them spare passes over W, but lengthen the sums over i < j. Chosen by measurement.
BLOCK = 64


class PerSampleSGD:
    """Takes blocks of steps, one sample each, of a network with one hidden ReLU layer."""

    def __init__(self, network: Network, optimizer: SGD) -> None:
        """Prepare to change `network` in place. Momentum and velocities are those of its `optimizer`."""
        # `fitting` has looked at their types.
        self._hidden, self._output = cast(Dense, network.layers[0]), cast(Dense, network.layers[2])
        self._optimizer = optimizer
        self._mean, self._scale = network.input_mean.ravel(), network.input_scale

    @classmethod
    def fitting(cls, network: Network, optimizer: Optimizer) -> Self | None:
        """Return what trains this network by this rule in blocks; None if that is not possible."""
        # A subclass of SGD follows another rule.
        if not isinstance(optimizer, SGD) or type(optimizer) is not SGD:
            return None
        return cls(network, optimizer) if [type(layer) for layer in network.layers] == [Dense, ReLU, Dense] else None

    def steps(
        self, inputs: npt.NDArray[Any], labels: Labels, rates: list[float], l2: float = 0.0, smoothing: float = 0.0
    ) -> Array:
        """Take a step on each of the raw `inputs` (n, features) in turn; return each one's cost (n,) before its step.

        `labels` (n,), `rates` (n,) the learning rate of each step; `l2` and `smoothing` as in the plain loop.
        """
        dtype = self._hidden.weight.dtype
        x = inputs * self._scale - self._mean
        mu = self._optimizer.momentum
        of_weights = _coefficients(tuple(rates), mu, l2, dtype)
        of_bias = _coefficients(tuple(rates), mu, 0.0, dtype)
        base, couplings = self._prepared(x, of_weights, of_bias)
        wanted = targets(labels, len(self._output.bias), smoothing, dtype)
        deltas, logits = self._walk(base, couplings, wanted, rates, l2)
        self._catch_up(x, deltas, of_weights, of_bias)
        return cross_entropy(logits, wanted)

    def _prepared(self, x: Array, of_weights: "_Coefficients", of_bias: "_Coefficients") -> tuple[Array, Array]:
        """Return `base` (n, units), the part of z_j that W_0, b_0 and velocities give, and `couplings` (n, n).

        ``couplings[j, i]`` is the factor of delta_i in z_j. Its diagonal is 1, since row j of the array of deltas holds
        the base of z_j until `_walk` replaces it by delta_j.
        """
        n, hidden = len(x), self._hidden
        base = of_weights.w[:n, :1] * (x @ hidden.weight.T)
        base += of_bias.w[:n, :1] * hidden.bias
        if self._optimizer.momentum:
            d_weight, d_bias = self._optimizer.velocities[:2]
            base += of_weights.w[:n, 1:2] * (x @ d_weight.T) + of_bias.w[:n, 1:2] * d_bias
        couplings = of_weights.w[:n, 2:] * (x @ x.T) + of_bias.w[:n, 2:]
        np.fill_diagonal(couplings, 1)
        return base, couplings

    def _walk(self, base: Array, couplings: Array, wanted: Array, rates: list[float], l2: float) -> tuple[Array, Array]:
        """Go through the block with small vectors; return the hidden layer's deltas (n, units) and all logits."""
        (n, units), dtype = base.shape, base.dtype
        classes, mu = len(self._output.bias), self._optimizer.momentum
        is_plain = mu == 0 and l2 == 0
        output = _joined(self._output.weight, self._output.bias)
        velocity = _joined(*self._optimizer.velocities[2:]) if mu else np.zeros_like(output)
        decay = _joined(np.full_like(self._output.weight, l2), np.zeros_like(self._output.bias))
        # The deltas share memory with the base: each row is overwritten once it has been used.
        deltas, logits = base, np.empty((n, classes), dtype)
        alpha, zero = np.ones(units + 1, dtype), np.zeros(units, dtype)
        hidden, step = alpha[:-1], np.empty_like(output)
        z, slope = np.empty(units, dtype), np.empty(units, dtype)
        delta = np.empty(classes, dtype)
        d_alpha, row, column = np.empty_like(alpha), alpha[np.newaxis], delta[:, np.newaxis]
        d_hidden = d_alpha[:-1]
        rows = zip(couplings, logits, wanted, rates, strict=True)
        for j, (coupling, logit, target, rate) in enumerate(rows, 1):
            # z[1] = V x, by way of the block's beginning, (1.1); alpha[1] = max(z[1], 0), (1.2); z[2] = W alpha[1].
            np.dot(coupling[:j], deltas[:j], out=z)
            np.maximum(z, zero, out=hidden)
            np.dot(output, alpha, out=logit)
            # delta[2] = softmax(z[2]) - y, (1.8) and (1.9).
            softmax_in_place(shifted(logit, out=delta))
            np.subtract(delta, target, out=delta)
            # delta[1] = g'(z[1]) * W^T delta[2], (1.10) and (1.11), with W as it is before this step.
            np.sign(hidden, out=slope)
            np.dot(delta, output, out=d_alpha)
            np.multiply(d_hidden, slope, out=deltas[j - 1])
            # W = W - gamma delta[2] alpha[1]^T, (1.15) in (1.16): (1.17).
            if is_plain:
                np.multiply(delta, rate, out=delta)
                np.dot(column, row, out=step)
            else:
                np.dot(column, row, out=step)
                step += decay * output
                np.multiply(velocity, mu, out=velocity)
                np.add(velocity, step, out=velocity)
                np.multiply(velocity, rate, out=step)
            np.subtract(output, step, out=output)
        _put_back(output, self._output.weight, self._output.bias)
        if mu:
            _put_back(velocity, *self._optimizer.velocities[2:])
        return deltas, logits

    def _catch_up(self, x: Array, deltas: Array, of_weights: "_Coefficients", of_bias: "_Coefficients") -> None:
        """Let the hidden layer take all the block's steps: (1.14), (1.16), and (1.18), which lacks x^T in print."""
        weight, bias = self._hidden.weight, self._hidden.bias
        by_weight, by_bias = of_weights.w[-1], of_bias.w[-1]
        new_weight = (x.T @ (by_weight[2:, np.newaxis] * deltas)).T
        new_bias = by_bias[2:] @ deltas
        if self._optimizer.momentum:
            d_weight, d_bias = self._optimizer.velocities[:2]
            new_weight += by_weight[1] * d_weight
            new_bias += by_bias[1] * d_bias
            by_d_weight, by_d_bias = of_weights.v[-1], of_bias.v[-1]
            moved = (x.T @ (by_d_weight[2:, np.newaxis] * deltas)).T
            d_weight[:] = by_d_weight[0] * weight + by_d_weight[1] * d_weight + moved
            d_bias[:] = by_d_bias[1] * d_bias + by_d_bias[2:] @ deltas
        if by_weight[0] != 1:
            weight *= by_weight[0]
        weight += new_weight
        bias += new_bias


def _joined(weight: Array, bias: Array) -> Array:
    """Return (outputs, inputs + 1): the bias is one more column, of an input that is always 1."""
    joined = np.empty((len(bias), weight.shape[1] + 1), weight.dtype)
    joined[:, :-1], joined[:, -1] = weight, bias
    return joined


def _put_back(joined: Array, weight: Array, bias: Array) -> None:
    """Undo `_joined`."""
    weight[:], bias[:] = joined[:, :-1], joined[:, -1]


class _Coefficients(NamedTuple):
    """By how much W_0, V_0 and each gradient enter W_j and V_j: rows j = 0 to n, columns W_0, V_0, G_0 ... G_(n-1)."""

    w: Array
    v: Array


@lru_cache(maxsize=8)
def _coefficients(rates: tuple[float, ...], mu: float, l2: float, dtype: np.dtype[Any]) -> _Coefficients:
    n = len(rates)
    w, v = np.zeros((n + 1, n + 2)), np.zeros((n + 1, n + 2))
    w[0, 0] = v[0, 1] = 1
    for j, rate in enumerate(rates):
        v[j + 1] = mu * v[j] + l2 * w[j]
        v[j + 1, j + 2] += 1
        w[j + 1] = w[j] - rate * v[j + 1]
    return _Coefficients(w.astype(dtype), v.astype(dtype))
