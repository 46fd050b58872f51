"""The convolution."""

import math
from functools import partial

import numpy as np

from digitpad.nn.layers.layer import Backward, Layer, Shape
from digitpad.nn.workspace import Array, Workspace, in_turn

#: Input values of all windows and samples that are processed at once, 240 KB; a single output row may have more.
#: It also keeps the gradient of few filters within some million products, for which BLAS has a faster kernel.
VALUES_AT_ONCE = 60_000
#: Multiplications from which a second thread pays off: to wake it takes some 0.1 ms on a virtual machine.
_WORTH_A_THREAD = 10_000_000


class Conv2D(Layer):
    """Each filter slides over the picture; its output at each position is the weighted sum of the window there.

    As in PyTorch it is a cross-correlation: y[f, i, j] = b[f] + sum over c, u, v of
    w[f, c, u, v] x[c, i s + u - p, j s + v - p] with stride s, and x zero outside of the picture (padding p).

    At each position it is a matrix product, (1.1): the filters, one per row, by the columns, one window per sample
    (im2col). NumPy loops over the positions, BLAS computes the product. Backward, the gradient with respect to the
    filters is the sum over all positions of delta columns^T, (1.12). Each position passes W^T delta, (1.10), back to
    the pixels of its window. The bias is the weight of one more input value that is always 1.

    In memory, pictures are (height, width, channels, n). A window then consists of `kernel` long contiguous runs, which
    are fast to copy and to add back. The forward pass and the filters' gradient process as many output rows at once as
    fit into a core's cache, but at least one.

    `weight` is (filters, channels, kernel, kernel), `bias` (filters,), as in PyTorch.
    """

    IS_CONVOLUTION = TAKES_PICTURES = True

    def __init__(self, weight: Array, bias: Array, stride: int = 1, padding: int = 0) -> None:
        self.weight = weight
        self.bias = bias
        self.stride = stride
        self.padding = padding

    @property
    def parameters(self) -> dict[str, Array]:
        return {"weight": self.weight, "bias": self.bias}

    def input_at(self, x: Array, place: tuple[int, int]) -> Array:
        padded = np.pad(x, ((0, 0), (self.padding,) * 2, (self.padding,) * 2))
        (top, left), side = (self.stride * at for at in place), self.weight.shape[2]
        return padded[:, top : top + side, left : left + side]

    def output_shape(self, shape: Shape) -> Shape:
        kernel = self.weight.shape[2]
        height, width = ((side + 2 * self.padding - kernel) // self.stride + 1 for side in shape[1:])
        return (len(self.weight), height, width)

    def multiplications(self, shape: Shape) -> int:
        return self.weight.size * math.prod(self.output_shape(shape)[1:])

    def forward(self, x: Array, workspace: Workspace) -> tuple[Array, Backward]:
        n, dtype = len(x), self.weight.dtype
        filters, height, width = self.output_shape(x.shape[1:])
        values = self.weight[0].size
        windows = self._windows(self._padded(x.transpose(2, 3, 1, 0), workspace), height, width)
        weights = workspace.array("weights", (filters, values + 1), dtype)
        weights[:, :-1] = self.weight.transpose(0, 2, 3, 1).reshape(filters, values)
        weights[:, -1] = self.bias
        rows = min(height, max(1, VALUES_AT_ONCE // max(1, width * (values + 1) * n)))
        slabs = [slice(first, min(first + rows, height)) for first in range(0, height, rows)]
        z = workspace.array("z", (height, width, filters, n), dtype)
        weigh, middle = partial(self._weigh, windows, weights, z), len(slabs) // 2
        upper, lower = (
            partial(weigh, slabs[:middle], workspace["upper"]),
            partial(weigh, slabs[middle:], workspace["lower"]),
        )
        is_long = middle > 0 and self.multiplications(x.shape[1:]) * n >= _WORTH_A_THREAD
        (workspace.side_by_side if is_long else in_turn)(upper, lower)

        def backward(d_z: Array) -> tuple[Array | None, list[Array]]:
            delta = np.ascontiguousarray(d_z.transpose(2, 3, 1, 0))
            d_weight = workspace.array("d_weight", self.weight.shape, dtype)
            d_bias = workspace.array("d_bias", self.bias.shape, dtype)
            sum_up = partial(self._sum_up, windows, delta, slabs, d_weight, d_bias, workspace)
            if not workspace.needs_d_x:
                sum_up()
                return None, [d_weight, d_bias]
            # Both take about as long, and what lies below needs only what is passed back.
            workspace.meanwhile(sum_up)
            d_x = self._blank_d_x(x.shape, workspace)
            self._pass_back(weights[:, :-1], delta, d_x, workspace)
            return self._without_padding(d_x), [d_weight, d_bias]

        return z.transpose(3, 2, 0, 1), backward

    def _weigh(self, windows: Array, weights: Array, z: Array, slabs: list[slice], workspace: Workspace) -> None:
        """Write z = W columns, bias included, (1.1); `columns` are the windows at each output position."""
        (width, _, n), (filters, values) = z.shape[1:], weights.shape
        rows = max((slab.stop - slab.start for slab in slabs), default=0)
        columns = workspace.array("columns", (rows, width, values, n), z.dtype)
        columns[:, :, -1] = 1
        for slab in slabs:
            below = columns[: slab.stop - slab.start]
            np.copyto(below[:, :, :-1].reshape(windows[slab].shape), windows[slab])
            if n == 1:
                # For one sample, a single product for all positions is faster than a call for each.
                np.matmul(below.reshape(-1, values), weights.T, out=z[slab].reshape(-1, filters))
            else:
                np.matmul(weights, below, out=z[slab])

    def _pass_back(self, weights: Array, delta: Array, d_x: Array, workspace: Workspace) -> None:
        """Add W^T delta of each output position to the pixels of its window in `d_x`: the sum in (1.10), without g'.

        `d_x` is (height, width, channels, n), `weights` (filters, values), `delta` (height, width, filters, n). The
        output positions are processed row by row.
        """
        (height, width, _, n), values, s = delta.shape, weights.shape[1], self.stride
        _, channels, kernel, _ = self.weight.shape
        # With a stride above 1 or a kernel wider than an output row, windows are added to the pixels one by one.
        overlap = s == 1 and kernel <= width
        reach = kernel - 1 if overlap else 0
        d_below = workspace.array("d_below", (reach + width + reach, kernel, kernel, channels, n), delta.dtype)
        at_places = d_below[reach : reach + width]
        by_value = at_places.reshape(width, values, n)
        add = partial(_add_one_by_one, at_places, s)
        if overlap:
            # What lies before and after the places passes nothing back.
            d_below[:reach].fill(0)
            d_below[reach + width :].fill(0)
            passed = workspace.array("passed", (kernel, width + reach, channels, n), delta.dtype)
            add = partial(_add_together, _at_pixels(d_below), passed)
        for row in range(height):
            np.matmul(weights.T, delta[row], out=by_value)
            add(d_x[row * s : row * s + kernel])

    def _sum_up(
        self,
        windows: Array,
        delta: Array,
        slabs: list[slice],
        d_weight: Array,
        d_bias: Array,
        workspace: Workspace,
    ) -> None:
        """Write dJ/dW = sum over places of delta below^T, (1.12), into `d_weight` and `d_bias`."""
        filters, channels, kernel, _ = self.weight.shape
        d_weights = workspace.array("d_weights", (d_weight[0].size + 1, filters), delta.dtype)
        d_weights.fill(0)
        for slab in slabs:
            np.add(d_weights, self._d_weights(windows[slab], delta[slab], workspace), out=d_weights)
        d_weight[:] = d_weights[:-1].reshape(kernel, kernel, channels, filters).transpose(3, 2, 0, 1)
        d_bias[:] = d_weights[-1]

    def _d_weights(self, windows: Array, delta: Array, workspace: Workspace) -> Array:
        """Return the gradient (values + 1, filters) of weights and bias over some output rows.

        One matrix product sums over positions and samples; for it, the numbers of each value must be contiguous.
        """
        rows, width, filters, n = delta.shape
        values = self.weight[0].size
        by_value = workspace.array("by_value", (values + 1, rows * width * n), delta.dtype)
        by_value[-1] = 1
        shape = (*windows.shape[2:5], rows, width, n)
        np.copyto(by_value[:-1].reshape(shape), windows.transpose(2, 3, 4, 0, 1, 5))
        by_filter = workspace.array("by_filter", (filters, rows, width, n), delta.dtype)
        np.copyto(by_filter, delta.transpose(2, 0, 1, 3))
        d_weights = workspace.array("d_weights here", (values + 1, filters), delta.dtype)
        # `matmul` would hold the GIL during so small a product.
        return np.dot(by_value, by_filter.reshape(filters, -1).T, out=d_weights)

    def _padded(self, x: Array, workspace: Workspace) -> Array:
        """Return `x` (height, width, channels, n) with a border of zeros."""
        if not self.padding:
            return x
        p, (height, width, channels, n) = self.padding, x.shape
        padded = workspace.array("padded", (height + 2 * p, width + 2 * p, channels, n), x.dtype)
        padded.fill(0)
        padded[p:-p, p:-p] = x
        return padded

    def _windows(self, x: Array, height: int, width: int) -> Array:
        """Return a view of what lies below the filter at each place: (height, width, kernel, kernel, channels, n)."""
        kernel, s = self.weight.shape[2], self.stride
        by_row, by_column, by_channel, by_sample = x.strides
        return np.lib.stride_tricks.as_strided(
            x,
            (height, width, kernel, kernel, *x.shape[2:]),
            (s * by_row, s * by_column, by_row, by_column, by_channel, by_sample),
            writeable=False,
        )

    def _blank_d_x(self, shape: Shape, workspace: Workspace) -> Array:
        """Return zeros (height, width, channels, n) for an input of `shape`, padding included."""
        n, channels, height, width = shape
        p = self.padding
        d_x = workspace.array("d_x", (height + 2 * p, width + 2 * p, channels, n), self.weight.dtype)
        d_x.fill(0)
        return d_x

    def _without_padding(self, d_x: Array) -> Array:
        """Return the gradient (n, channels, height, width) by the input itself."""
        p = self.padding
        return d_x[p : len(d_x) - p, p : d_x.shape[1] - p].transpose(3, 2, 0, 1)


def _add_one_by_one(at_places: Array, stride: int, pixels: Array) -> None:
    """Add what a row of places passes back, (width, kernel, kernel, channels, n), to the rows of pixels below it."""
    kernel = len(pixels)
    for column, d_below in enumerate(at_places):
        below = pixels[:, column * stride : column * stride + kernel]
        np.add(below, d_below, out=below)


def _add_together(at_pixels: Array, passed: Array, pixels: Array) -> None:
    """Add what a row of places passes back, as `_at_pixels` returns it, to the rows of pixels below it."""
    np.add(pixels, np.add.reduce(at_pixels, axis=2, out=passed), out=pixels)


def _at_pixels(d_below: Array) -> Array:
    """Return a view of the terms that each pixel gets from one output row; their sum over axis 2 is the gradient.

    `d_below` is (reach + width + reach, kernel, kernel, channels, n) with `reach` = kernel - 1; it is zero except for
    the `width` positions in the middle. The view is (kernel, width + reach, kernel, channels, n): column v of the
    filter reaches pixel x from the position v pixels to its left.
    """
    padded, kernel, _, channels, n = d_below.shape
    by_place, by_row, by_column, by_channel, by_sample = d_below.strides
    return np.lib.stride_tricks.as_strided(
        d_below[kernel - 1 :],
        (kernel, padded - kernel + 1, kernel, channels, n),
        (by_row, by_place, by_column - by_place, by_channel, by_sample),
        writeable=False,
    )
