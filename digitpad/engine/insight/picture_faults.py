"""Flaws of a 28x28 picture that was not normalized, and the picture without each of them."""

from collections.abc import Iterator

import numpy as np

from digitpad.data.augmentation import thickened
from digitpad.data.drawing import Picture
from digitpad.data.ink import BOX, Image, centered
from digitpad.engine.insight.ink_faults import NARROW, SLANTED, USUAL_WIDTH, WIDE, Remedy, shear_of

#: In pixels: ink is off center if its center of mass is at least so far off; it is too small up to this longer side.
_OFF, _SMALL = 1.5, 17
#: How often half a pixel is added to strokes all around, or taken away.
_PASSES = (1, 2, 4)


def picture_remedies(image: Image) -> Iterator[Remedy]:
    """Yield `image` (28, 28) without each fault that it may have."""
    ink = np.argwhere(image > 0.3)
    if not len(ink):
        return
    top, left = ink.min(axis=0)
    bottom, right = ink.max(axis=0) + 1
    box = image[top:bottom, left:right]
    height, width = box.shape
    rows, columns = np.indices(image.shape)
    middle = (np.array([(rows * image).sum(), (columns * image).sum()]) / image.sum() - 14).tolist()
    if max(map(abs, middle)) >= _OFF:
        yield Remedy("off the center", "it lies off the center", "centered", Picture(_framed(box, max(box.shape))), 0.0)
    if max(box.shape) <= _SMALL:
        yield Remedy("too small", "it is too small", "larger", Picture(_framed(box, BOX)), 0.01)
    for passes in _PASSES:
        for name, other, share in (("thin", "thicker", 0.5), ("thick", "thinner", -0.5)):
            mended = image[np.newaxis]
            for _ in range(passes):
                mended = thickened(mended, np.full((1, 1, 1), share, np.float32))
            yield Remedy(f"too {name}", f"its strokes are too {name}", other, Picture(mended[0]), 0.03 * passes)
    slant = shear_of(np.stack([columns, rows], axis=-1).reshape(-1, 2), image.ravel())
    if abs(slant) >= SLANTED:
        side = "right" if slant > 0 else "left"
        yield Remedy("slanted", f"it leans to the {side}", "upright", Picture(_sheared(image, slant)), 0.02)
    if width / height < NARROW or width / height > WIDE:
        name, other = ("narrow", "wider") if width < height else ("wide", "narrower")
        target = _resized(box, (BOX, max(1, round(USUAL_WIDTH * BOX))))
        yield Remedy(name, f"it is {name}", other, Picture(_framed(target, BOX)), 0.03)


def _sheared(image: Image, slant: float) -> Image:
    """Return an image whose rows are moved so that it stands upright."""
    columns = np.arange(image.shape[1])
    moved = [np.interp(columns + slant * (14 - y), columns, row, 0, 0) for y, row in enumerate(image)]
    return np.array(moved, np.float32)


def _framed(box: Image, side: int) -> Image:
    """Return the frame with `box` scaled to a longer side of `side` pixels, as MNIST's recipe places it."""
    scale = side / max(box.shape)
    shape = max(1, round(box.shape[0] * scale)), max(1, round(box.shape[1] * scale))
    scaled = _resized(box, (min(shape[0], BOX), min(shape[1], BOX)))
    square = np.zeros((BOX, BOX), np.float32)
    top, left = (BOX - scaled.shape[0]) // 2, (BOX - scaled.shape[1]) // 2
    square[top : top + scaled.shape[0], left : left + scaled.shape[1]] = scaled
    return centered(square)


def _resized(box: Image, shape: tuple[int, int]) -> Image:
    """Return `box` at another size, each pixel between its neighbors."""
    rows = (np.arange(shape[0]) + 0.5) * box.shape[0] / shape[0] - 0.5
    columns = (np.arange(shape[1]) + 0.5) * box.shape[1] / shape[1] - 0.5
    wide = np.array([np.interp(columns, np.arange(box.shape[1]), row) for row in box])
    return np.array([np.interp(rows, np.arange(box.shape[0]), column) for column in wide.T], np.float32).T
