"""The convolution."""

import math
import re
from typing import ClassVar, Self

import numpy as np

from digitpad.nn.layers.layer import Backward, LayerError, NewParameters, Shape
from digitpad.nn.workspace import Array, Workspace

MAX_FILTERS = 1_000
#: The columns of one sample: kernel x kernel values of each channel at each place.
MAX_COLUMN_VALUES = 5_000_000


class Conv2D:
    """Each filter slides over the picture and gives, at each place, its weighted sum with what lies below it.

    As in all such libraries it is the cross-correlation: y[f, i, j] = b[f] + sum over c, u, v of
    w[f, c, u, v] x[c, i s + u - p, j s + v - p] with stride s, and x zero outside of the picture (padding p).

    It is computed as one product of matrices. The columns under the filter, one for each place and sample, are copied
    side by side; then forward is W cols, as (1.1) of a dense layer that all places share, the gradient by W is
    delta cols^T, (1.12), and W^T delta, (1.10), holds what every column passes back, which is added where it came from.

    The batch runs fastest in memory: rows of one place in all samples are contiguous, so that copying the columns and
    adding them back moves long runs of numbers, and `Flatten` costs nothing.

    `weight` is (filters, channels, kernel, kernel), `bias` (filters,), as in PyTorch.
    """

    PATTERN: ClassVar = r"(\d{1,9})c(\d{1,4})(?:s(\d{1,4}))?(?:p(\d{1,4}))?"
    EXAMPLE: ClassVar = "16c5s1p2"
    MEANING: ClassVar = "16 filters of 5 x 5 pixels, at a stride of 1 (s1) on a picture padded by 2 (p2)"
    IS_ACTIVATED: ClassVar = True

    def __init__(self, weight: Array, bias: Array, stride: int = 1, padding: int = 0) -> None:
        self.weight = weight
        self.bias = bias
        self.stride = stride
        self.padding = padding

    @classmethod
    def of(cls, word: re.Match[str], shape: Shape, new: NewParameters) -> Self:
        filters, kernel, stride, padding = int(word[1]), int(word[2]), int(word[3] or 1), int(word[4] or 0)
        text = word[0]
        if len(shape) != 3:
            raise LayerError(f"the convolution {text} needs a picture: put it before the dense layers")
        if not 1 <= filters <= MAX_FILTERS:
            raise LayerError(f"the convolution {text} has {filters:,} filters: use 1 to {MAX_FILTERS:,}")
        if kernel < 1 or stride < 1:
            raise LayerError(f"the convolution {text} has a kernel or a stride of 0: use at least 1")
        channels, height, width = shape
        if padding >= kernel:
            raise LayerError(f"the convolution {text} pads by {padding}: use less than its kernel, {kernel}")
        if kernel > min(height, width) + 2 * padding:
            raise LayerError(
                f"the convolution {text} has a kernel of {kernel} pixels, larger than its picture of "
                f"{height} x {width}: use a smaller one"
            )
        if stride > max(height, width):
            raise LayerError(
                f"the convolution {text} has a stride of {stride} pixels, larger than its picture of "
                f"{height} x {width}: use a smaller one"
            )
        area = kernel * kernel
        places = math.prod((side + 2 * padding - kernel) // stride + 1 for side in (height, width))
        if channels * area * places > MAX_COLUMN_VALUES:
            raise LayerError(
                f"the convolution {text} looks at {channels * area * places:,} values a digit: use a smaller kernel, "
                f"fewer filters before it or a stride, for at most {MAX_COLUMN_VALUES:,}"
            )
        weight, bias = new((filters, channels, kernel, kernel), channels * area, filters * area)
        return cls(weight, bias, stride, padding)

    @property
    def word(self) -> str:
        stride = f"s{self.stride}" if self.stride != 1 else ""
        padding = f"p{self.padding}" if self.padding else ""
        return f"{len(self.weight)}c{self.weight.shape[2]}{stride}{padding}"

    @property
    def parameters(self) -> dict[str, Array]:
        return {"weight": self.weight, "bias": self.bias}

    def output_shape(self, shape: Shape) -> Shape:
        kernel = self.weight.shape[2]
        height, width = ((side + 2 * self.padding - kernel) // self.stride + 1 for side in shape[1:])
        return (len(self.weight), height, width)

    def multiplications(self, shape: Shape) -> int:
        return self.weight.size * math.prod(self.output_shape(shape)[1:])

    def forward(self, x: Array, workspace: Workspace) -> tuple[Array, Backward]:
        n, dtype = len(x), self.weight.dtype
        filters, channels, kernel, _ = self.weight.shape
        out_shape = self.output_shape(x.shape[1:])
        places = math.prod(out_shape[1:]) * n
        padded = self._padded(x.transpose(1, 2, 3, 0), workspace)
        columns = workspace.array("columns", (channels, kernel, kernel, *out_shape[1:], n), dtype)
        np.copyto(columns, self._windows(padded, out_shape))
        matrix = columns.reshape(channels * kernel * kernel, places)
        weight = self.weight.reshape(filters, -1)
        z = workspace.array("z", (filters, places), dtype)
        np.matmul(weight, matrix, out=z)
        np.add(z, self.bias[:, np.newaxis], out=z)

        def backward(d_z: Array, *, needs_d_x: bool = True) -> tuple[Array | None, list[Array]]:
            delta = np.ascontiguousarray(d_z.transpose(1, 2, 3, 0)).reshape(filters, places)
            d_weight = workspace.array("d_weight", self.weight.shape, dtype)
            # BLAS is faster with the long side first.
            d_transposed = workspace.array("d_transposed", (len(matrix), filters), dtype)
            np.matmul(matrix, delta.T, out=d_transposed)
            np.copyto(d_weight.reshape(filters, -1), d_transposed.T)
            d_bias = workspace.array("d_bias", self.bias.shape, dtype)
            np.sum(delta, axis=1, out=d_bias)
            if not needs_d_x:
                return None, [d_weight, d_bias]
            return self._passed_back(delta, x.shape, columns, workspace), [d_weight, d_bias]

        return z.reshape(*out_shape, n).transpose(3, 0, 1, 2), backward

    def _padded(self, x: Array, workspace: Workspace) -> Array:
        """Return `x` (channels, height, width, n) with a border of zeros."""
        if not self.padding:
            return x
        p, (channels, height, width, n) = self.padding, x.shape
        padded = workspace.array("padded", (channels, height + 2 * p, width + 2 * p, n), x.dtype)
        padded.fill(0)
        padded[:, p:-p, p:-p] = x
        return padded

    def _windows(self, x: Array, out_shape: Shape) -> Array:
        """Return a view of `x` (channels, height, width, n): (channels, kernel, kernel, out height, out width, n)."""
        kernel, s = self.weight.shape[2], self.stride
        by_channel, by_row, by_column, by_sample = x.strides
        return np.lib.stride_tricks.as_strided(
            x,
            (len(x), kernel, kernel, *out_shape[1:], x.shape[3]),
            (by_channel, by_row, by_column, s * by_row, s * by_column, by_sample),
            writeable=False,
        )

    def _passed_back(self, delta: Array, shape: Shape, columns: Array, workspace: Workspace) -> Array:
        """Return d_x of `shape`: what each of the `columns`, which are overwritten, passes back, added where it was."""
        filters, channels, kernel, _ = self.weight.shape
        height, width, n = columns.shape[3:]
        by_place = workspace.array("by_place", (kernel, kernel, channels, filters), delta.dtype)
        np.copyto(by_place, self.weight.transpose(2, 3, 1, 0))
        # With the filter's rows and columns first, each is added in long runs of memory.
        d_columns = columns.reshape(kernel, kernel, channels, height, width, n)
        np.matmul(by_place.reshape(-1, filters), delta, out=d_columns.reshape(-1, delta.shape[1]))
        s, p = self.stride, self.padding
        d_x = workspace.array("d_x", (channels, shape[2] + 2 * p, shape[3] + 2 * p, n), delta.dtype)
        d_x.fill(0)
        for u in range(kernel):
            for v in range(kernel):
                below = d_x[:, u : u + s * height : s, v : v + s * width : s]
                np.add(below, d_columns[u, v], out=below)
        return d_x[:, p : p + shape[2], p : p + shape[3]].transpose(3, 0, 1, 2)

    def copy(self) -> Self:
        return type(self)(self.weight.copy(), self.bias.copy(), self.stride, self.padding)
