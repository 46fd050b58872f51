"""Convolution and maximum pooling in plain NumPy: one picture, one equation a line, as `derivation` has dense layers.

This is the place to read what a convolution computes; `layers.Conv2D` and `layers.MaxPool2D`, which compute the same
many times faster, are tested against it. The homework has no pictures, so these equations have numbers of their own,
(C1) to (C8). A picture is x (channels, height, width), a layer of filters w (filters, channels, kernel, kernel) with a
bias b (filters,), s the stride, p the padding and m the size of a pooling window. The indices: c counts channels, f
filters, i and j the rows and columns of the output, u and v the rows and columns within a filter or window.
"""

import numpy as np

from digitpad.nn.workspace import Array


def padded(x: Array, p: int) -> Array:
    """Return x (channels, height, width) with a border of p zeros."""
    return np.pad(x, ((0, 0), (p, p), (p, p)))  # (C1): X is x inside, and 0 outside


def convolved(x: Array, w: Array, b: Array, s: int = 1, p: int = 0) -> Array:
    """Return z (filters, rows, columns): at each place the weighted sum of what lies below the filter, and its bias."""
    x, kernel = padded(x, p), w.shape[2]
    rows, columns = ((side - kernel) // s + 1 for side in x.shape[1:])
    z = np.zeros((len(w), rows, columns))
    for i, j in np.ndindex(rows, columns):
        below = x[:, i * s : i * s + kernel, j * s : j * s + kernel]
        # (C2): z_fij = sum over c, u, v of w_fcuv X_c,is+u,js+v + b_f
        z[:, i, j] = np.einsum("fcuv,cuv->f", w, below) + b
    return z


def convolved_back(x: Array, w: Array, delta: Array, s: int = 1, p: int = 0) -> tuple[Array, Array, Array]:
    """Return dJ/dx, dJ/dw and dJ/db for `delta` = dJ/dz (filters, rows, columns)."""
    bordered, kernel = padded(x, p), w.shape[2]
    d_bordered, d_w = np.zeros_like(bordered), np.zeros_like(w)
    for i, j in np.ndindex(delta.shape[1:]):
        at = (slice(None), slice(i * s, i * s + kernel), slice(j * s, j * s + kernel))
        # (C3): dJ/dw_fcuv = sum over i, j of delta_fij X_c,is+u,js+v
        d_w += np.einsum("f,cuv->fcuv", delta[:, i, j], bordered[at])
        # (C4): dJ/dX_c,is+u,js+v takes, from each place, the sum over f of delta_fij w_fcuv
        d_bordered[at] += np.einsum("f,fcuv->cuv", delta[:, i, j], w)
    d_b = delta.sum(axis=(1, 2))  # (C5): dJ/db_f = sum over i, j of delta_fij
    d_x = d_bordered[:, p : p + x.shape[1], p : p + x.shape[2]]  # (C6): nothing is passed back to the border
    return d_x, d_w, d_b


def pooled(z: Array, size: int) -> Array:
    """Return a (channels, rows, columns), the largest of each `size` x `size` numbers of z."""
    channels, rows, columns = len(z), z.shape[1] // size, z.shape[2] // size
    a = np.zeros((channels, rows, columns))
    for i, j in np.ndindex(rows, columns):
        window = z[:, i * size : (i + 1) * size, j * size : (j + 1) * size]
        a[:, i, j] = window.max(axis=(1, 2))  # (C7): a_cij = max over u, v of z_c,im+u,jm+v
    return a


def pooled_back(z: Array, d_a: Array, size: int) -> Array:
    """Return dJ/dz for `d_a` = dJ/da: all goes to the largest number, the first of equal ones column by column."""
    d_z = np.zeros_like(z)
    for c, i, j in np.ndindex(d_a.shape):
        window = z[c, i * size : (i + 1) * size, j * size : (j + 1) * size]
        v, u = divmod(int(window.T.argmax()), size)
        d_z[c, i * size + u, j * size + v] = d_a[c, i, j]  # (C8): dJ/dz is dJ/da where z is the maximum, else 0
    return d_z
