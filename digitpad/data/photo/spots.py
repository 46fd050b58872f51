"""Spots of ink in a photo, and MNIST's 28x28 of some of them."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from digitpad.data.ink import BOX, EDGE_WIDTH, PEN_WIDTH, Image, centered

#: (height, width, 3) bytes, red, green, blue.
Pixels = npt.NDArray[np.uint8]
#: (height, width), 255 where there is ink, else 0.
Mask = npt.NDArray[np.uint8]

#: A spot is drawn so many times as fine as the image that is made of it.
_FINE = 10


@dataclass(frozen=True, slots=True, eq=False)
class Spot:
    """Ink that hangs together: `mask` (h, w) of 0 and 255, and where its upper left corner lies in the picture.

    Ink that `is_digit` was marked as one digit, and need not hang together.
    """

    mask: Mask
    left: int
    top: int
    is_digit: bool = False

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        return self.left, self.top, self.left + self.mask.shape[1], self.top + self.mask.shape[0]

    @property
    def outline(self) -> npt.NDArray[np.float64]:
        """From one end of its ink to the other in each of its rows (2 h, 2)."""
        rows = np.flatnonzero(self.mask.any(axis=1))
        ink = self.mask[rows] > 0
        ends = np.stack([ink.argmax(axis=1), self.mask.shape[1] - ink[:, ::-1].argmax(axis=1)], axis=1)
        return np.stack([self.left + ends.ravel(), self.top + np.repeat(rows, 2)], axis=1).astype(np.float64)


def image_of(spots: tuple[Spot, ...]) -> Image:
    """Return the 28x28 image that MNIST's recipe makes of some spots, with strokes as wide as MNIST's.

    As for ink the line in the middle of the strokes fills a box of 20 pixels less the pen's width.
    """
    left, top = min(spot.box[0] for spot in spots), min(spot.box[1] for spot in spots)
    right, bottom = max(spot.box[2] for spot in spots), max(spot.box[3] for spot in spots)
    mask = np.zeros((int(bottom - top), int(right - left)), np.uint8)
    for spot in spots:
        y, x = int(spot.top - top), int(spot.left - left)
        area = mask[y : y + spot.mask.shape[0], x : x + spot.mask.shape[1]]
        np.maximum(area, spot.mask, out=area)
    width = pen_width(mask)
    longer = max(max(mask.shape) - width, width / 2)
    scale = min(_FINE * (BOX - PEN_WIDTH) / longer, 2.5 * _FINE * PEN_WIDTH / width)
    margin = int(2 * _FINE * PEN_WIDTH)
    size = [max(1, round(side * scale)) for side in mask.shape[::-1]]
    shape = cv2.resize(mask, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC) > 127
    padded = np.pad(shape, margin).astype(np.uint8)
    inside = cv2.distanceTransform(padded, cv2.DIST_L2, 5) - cv2.distanceTransform(1 - padded, cv2.DIST_L2, 5)
    grown = inside + (_FINE * PEN_WIDTH - width * scale) / 2
    fine = np.clip(grown / (_FINE * EDGE_WIDTH) + 0.5, 0, 1).astype(np.float32)
    return _in_box(fine)


def pen_width(mask: Mask) -> float:
    """Return how wide the strokes in `mask` are, in pixels: twice the distance to the edge along their middle."""
    inside = cv2.distanceTransform(np.pad(mask, 1), cv2.DIST_L2, 5)
    is_middle = (inside > 0) & (inside >= cv2.dilate(inside, np.ones((3, 3), np.uint8)))
    return max(1.0, 2 * float(np.median(inside[is_middle])) - 1) if is_middle.any() else 1.0


def _in_box(fine: Image) -> Image:
    """Return the frame of a picture that is `_FINE` times as fine and has a margin."""
    rows, columns = np.flatnonzero(fine.max(axis=1) > 0.5), np.flatnonzero(fine.max(axis=0) > 0.5)
    side = BOX * _FINE
    middle = [(ends[0] + ends[-1] + 1) // 2 if len(ends) else side // 2 for ends in (rows, columns)]
    box = np.pad(fine, side)[middle[0] + side // 2 :, middle[1] + side // 2 :][:side, :side]
    coarse: Image = box.reshape(BOX, _FINE, BOX, _FINE).mean(axis=(1, 3), dtype=np.float32)
    return centered(coarse)
