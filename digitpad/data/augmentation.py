"""Data augmentation: digits shifted, rotated, scaled, sheared, thinner, thicker, distorted.

It knows no training: from a batch of images and a generator to a batch of images.
"""

from dataclasses import astuple, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from digitpad.data.dataset import SIDE, Images

Array = npt.NDArray[np.float32]

#: Knots of the elastic displacement field along each side; the outer ones lie on the picture's edge.
_KNOTS = 5
#: The picture with a border of paper: what lies outside of it is paper too.
_BORDER = 2
_STRIDE = SIDE + 2 * _BORDER
#: The pixel index of MNIST's center of mass, along both axes.
_CENTER = 14


@dataclass(frozen=True, slots=True)
class Augmentation:
    """The range of each change: for every digit a value is drawn uniformly from minus to plus. 0 disables a change.

    `shift` is in pixels along each axis, `rotation` in degrees. `scale` and `shear` are shares of the size, `thickness`
    is the share of a stroke's rim that is removed or added. `elastic` is the standard deviation, in pixels, of a smooth
    random displacement field (Simard, Steinkraus and Platt, "Best practices for convolutional neural networks", 2003).
    """

    shift: float = 0.0
    rotation: float = 0.0
    scale: float = 0.0
    shear: float = 0.0
    thickness: float = 0.0
    elastic: float = 0.0

    def __bool__(self) -> bool:
        """Tell whether anything changes at all."""
        return any(astuple(self))

    def apply(self, images: Images, rng: np.random.Generator) -> Images:
        """Return changed copies of `images` (n, 784) uint8."""
        n = len(images)
        gray = images.reshape(n, SIDE, SIDE).astype(np.float32)
        if self.thickness:
            gray = thickened(gray, rng.uniform(-self.thickness, self.thickness, (n, 1, 1)).astype(np.float32))
        if any((self.shift, self.rotation, self.scale, self.shear, self.elastic)):
            gray = _sampled(gray, self._rows_and_columns(n, rng))
        return np.rint(gray).astype(np.uint8).reshape(n, SIDE * SIDE)

    def _rows_and_columns(self, n: int, rng: np.random.Generator) -> Array:
        """Return where each pixel of the result lies in its source: (2, n, 784), row and column."""

        def drawn(extent: float) -> npt.NDArray[Any]:
            return rng.uniform(-extent, extent, n)

        angle = np.radians(drawn(self.rotation))
        height, width = 1 + drawn(self.scale), 1 + drawn(self.scale)
        shear = drawn(self.shear)
        cos, sin = np.cos(angle), np.sin(angle)
        # Row and column of the source are a matrix times those of the result, both from the picture's center.
        matrix = np.array([[cos / height, sin / height], [shear * cos - sin / width, shear * sin + cos / width]])
        # The shift comes last: the source of p is the matrix times (p - center - shift), plus the center.
        offset = _CENTER - np.einsum("ijn,jn->in", matrix, [drawn(self.shift), drawn(self.shift)])
        places: Array = np.einsum("ijn,jp->inp", matrix, _FROM_CENTER).astype(np.float32)
        places += offset[:, :, np.newaxis].astype(np.float32)
        if self.elastic:
            knots = rng.standard_normal((2 * n, _KNOTS * _KNOTS), np.float32) * np.float32(self.elastic)
            places += (knots @ _BENDING).reshape(2, n, -1)
        return places


def thickened(gray: Array, amount: Array) -> Array:
    """Move each pixel of pictures (n, 28, 28) towards its largest neighbor by a share > 0, its smallest by one < 0."""
    padded = np.pad(gray, ((0, 0), (1, 1), (1, 1)))
    neighbors = [padded[:, 1 + i : 1 + i + SIDE, 1 + j : 1 + j + SIDE] for i, j in ((0, 1), (1, 0), (0, -1), (-1, 0))]
    # Thinning and thickening are the same for each other's negative.
    sign = np.where(amount < 0, np.float32(-1), np.float32(1))
    rim = sign * gray
    for neighbor in neighbors:
        np.maximum(rim, sign * neighbor, out=rim)
    thickened: Array = gray + np.abs(amount) * (sign * rim - gray)
    return thickened


def _sampled(gray: Array, places: Array) -> Array:
    """Return the value of each picture at `places` (2, n, 784), between four pixels; paper outside of it."""
    n = len(gray)
    bordered = np.zeros((n, _STRIDE, _STRIDE), np.float32)
    bordered[:, _BORDER:-_BORDER, _BORDER:-_BORDER] = gray
    np.add(places, _BORDER, out=places)
    np.clip(places, 0, _STRIDE - 1.001, out=places)
    corner = places.astype(np.int32)
    row_share, column_share = places - corner
    index = corner[0] * _STRIDE + corner[1] + (np.arange(n, dtype=np.int32) * _STRIDE * _STRIDE)[:, np.newaxis]
    flat = bordered.ravel()
    above: Array = flat.take(index, mode="clip")
    above += column_share * (flat.take(index + 1, mode="clip") - above)
    below = flat.take(index + _STRIDE, mode="clip")
    below += column_share * (flat.take(index + _STRIDE + 1, mode="clip") - below)
    above += row_share * (below - above)
    return above


def _bending() -> Array:
    """Return the weights (knots, 784) by which displacements at a grid of knots spread smoothly over the picture.

    Each pixel's weights are a Gaussian of the distance, scaled so that its displacement has the knots' deviation.
    """
    knots = np.linspace(0, SIDE - 1, _KNOTS)
    distances = (np.arange(SIDE)[np.newaxis] - knots[:, np.newaxis]) / (SIDE / (_KNOTS - 1))
    along = np.exp(-(distances**2))
    weights = np.einsum("ar,bc->abrc", along, along).reshape(_KNOTS * _KNOTS, SIDE * SIDE)
    bending: Array = (weights / np.sqrt((weights**2).sum(axis=0))).astype(np.float32)
    return bending


_FROM_CENTER = np.stack([axis.ravel() for axis in np.mgrid[:SIDE, :SIDE]]) - _CENTER
_BENDING = _bending()
