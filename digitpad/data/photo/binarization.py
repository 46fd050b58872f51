"""Where the ink is in a photo: several thresholds, of which a reader takes the one that reads best.

Each pixel is compared with its neighborhood by the rule of Sauvola and Pietikäinen ("Adaptive document image
binarization", 2000): ink is darker than the mean there by more than the spread explains. A neighborhood must be larger
than strokes are wide, and smaller than shadows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from digitpad.data.drawing import Photo
from digitpad.data.photo.marked_digits import marked_in, with_marked
from digitpad.data.photo.paper import Matrix, on_paper
from digitpad.data.photo.rows import rows_in
from digitpad.data.photo.ruled_lines import without_ruled_lines
from digitpad.data.photo.spots import Mask, Pixels, Spot

#: The size of the neighborhood, as a share of the picture's longer side, and Sauvola's k, for: usual ink, ink so thick
#: that it fills the picture, pale ink.
_WAYS = ((1 / 15, 0.2), (1 / 2, 0.2), (1 / 15, 0.1))
#: Sauvola's R, the dynamic range of the standard deviation of bytes.
_RANGE = 128.0
#: Ink is darker than the mean by at least this many standard deviations of the paper's noise.
_NOISE = 4.0
#: Pixels by which the picture is smoothed before.
_BLUR = 1.2
#: To find out whether ink is dark or bright, the picture is reduced to this longer side and compared with the median in
#: a neighborhood of this odd size: for thin strokes, and for strokes that fill the picture.
_SCALES = ((480, 31), (160, 129))
#: The share of the longer side that is the picture's rim.
_RIM = 0.04
#: More spots than anybody writes are no ink but noise.
_MOST_SPOTS = 400


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """One way to see a photo.

    `picture` is the sheet as it was looked at, `matrix` leads from the photo's pixels to the picture's, `ink` is what
    was taken for ink in it, and `rows` are its spots, row by row.
    """

    picture: Pixels
    matrix: Matrix
    ink: Mask
    rows: tuple[tuple[Spot, ...], ...]


def looks_at(photo: Photo) -> Iterator[Look]:
    """Look at a photo, one way after the other; each takes about a twentieth of a second."""
    picture, matrix = on_paper(photo.pixels)
    gray = _dark_on_light(picture)
    ways = _WAYS if photo.threshold is None else [(share, photo.threshold) for share in dict(_WAYS)]
    for share, k in ways:
        ink = without_ruled_lines(_ink(gray, int(share * max(gray.shape)) | 1, k))
        rest, marked = marked_in(ink, photo.marked, matrix)
        rows = with_marked(rows_in(rest, marked), marked)
        if sum(map(len, rows)) <= _MOST_SPOTS:
            yield Look(picture, matrix, ink, rows)


def _ink(gray: npt.NDArray[np.float32], window: int, k: float) -> Mask:
    """Return where there is ink, by the mean and the deviation in a `window` around each pixel."""
    size = (window, window)
    mean = cv2.boxFilter(gray, -1, size, borderType=cv2.BORDER_REPLICATE)
    square = cv2.boxFilter(gray * gray, -1, size, borderType=cv2.BORDER_REPLICATE)
    deviation = np.sqrt(np.maximum(square - mean * mean, 0))
    noise = 1.4826 * float(np.median(np.abs(gray - cv2.medianBlur(gray, 5))))
    threshold = np.minimum(mean * (1 + k * (deviation / _RANGE - 1)), mean - _NOISE * noise)
    return np.where(gray < threshold, 255, 0).astype(np.uint8)


def _dark_on_light(picture: Pixels) -> npt.NDArray[np.float32]:
    """Return the picture's brightness, 0 to 255, turned over if ink is brighter than paper."""
    gray = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    smooth = cv2.GaussianBlur(gray.astype(np.float32), (0, 0), _BLUR)
    # The rim shows the table rather than paper.
    rim = int(_RIM * max(gray.shape))
    inner = gray[rim : gray.shape[0] - rim, rim : gray.shape[1] - rim] if min(gray.shape) > 4 * rim else gray
    balances = [_balance(inner, side, window) for side, window in _SCALES]
    return np.asarray(255 - smooth if max(balances, key=abs) > 0 else smooth, np.float32)


def _balance(gray: npt.NDArray[Any], side: int, window: int) -> float:
    """Return by how much what is brighter than its neighborhood outweighs what is darker, -1 to 1."""
    scale = side / max(gray.shape)
    small = cv2.resize(gray, [max(1, round(length * scale)) for length in gray.shape[::-1]], None, 0, 0, cv2.INTER_AREA)
    difference = small - cv2.medianBlur(small, window).astype(np.float32)
    # A deviation counts the more the stronger it is: noise is on both sides.
    bright, dark = (float((np.maximum(sign * difference, 0) ** 3).sum()) for sign in (1, -1))
    return (bright - dark) / max(bright + dark, 1e-9)
