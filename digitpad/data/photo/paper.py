"""The sheet of paper in a photo, straightened and at a size that is neither slow nor coarse."""

import cv2
import numpy as np
import numpy.typing as npt

from digitpad.data.photo.spots import Pixels

#: From the pixels (x, y, 1) of one picture to those of another (3, 3).
Matrix = npt.NDArray[np.float64]

#: Pictures are looked at with a longer side between these.
_SMALLEST, _LARGEST = 900, 1_400
#: The longer side of the small picture in which the sheet is looked for.
_SMALL = 300
#: In this order: the brightness around a sheet at most, as a share of the sheet's; the share of the picture that a
#: sheet fills at least; the share of the quadrilateral of its corners that its outline fills at least.
_DARKER, _LEAST, _FOUR = 0.55, 0.1, 0.93


def on_paper(photo: Pixels) -> tuple[Pixels, Matrix]:
    """Return the sheet of `photo`, or all of it where none stands out, and the matrix from the photo's pixels to it."""
    corners = _sheet(photo)
    height, width = photo.shape[:2]
    if corners is None:
        corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    across, down = (
        float(np.mean([np.hypot(*(corners[b] - corners[a])) for a, b in sides]))
        for sides in (((0, 1), (3, 2)), ((0, 3), (1, 2)))
    )
    longer = max(across, down)
    scale = min(max(longer, _SMALLEST), _LARGEST) / longer
    size = (max(1, round(across * scale)), max(1, round(down * scale)))
    target = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], np.float64)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), target.astype(np.float32))
    # Shrinking in one step would pass over thin ink.
    if scale < 0.75:
        photo = np.asarray(cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
        shrunk = np.diag([1 / scale, 1 / scale, 1.0])
        sheet = cv2.warpPerspective(
            photo, matrix @ shrunk, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
    else:
        sheet = cv2.warpPerspective(photo, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(sheet, np.uint8), np.asarray(matrix, np.float64)


def moved(points: npt.NDArray[np.float64], matrix: Matrix) -> npt.NDArray[np.float64]:
    """Return points (n, 2) as `matrix` maps them."""
    mapped = np.hstack([points, np.ones((len(points), 1))]) @ matrix.T
    found: npt.NDArray[np.float64] = mapped[:, :2] / mapped[:, 2:]
    return found


def _sheet(photo: Pixels) -> npt.NDArray[np.float64] | None:
    """Return the corners (4, 2) of a bright sheet on a dark ground, from the upper left one clockwise; None without."""
    height, width = photo.shape[:2]
    scale = _SMALL / max(height, width)
    if min(height, width) * scale < 20:
        return None
    small = cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    bright = cv2.medianBlur(small.max(axis=2), 7)
    _, mask = cv2.threshold(bright, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    if mask.all() or not mask.any() or np.median(bright[mask == 0]) > _DARKER * np.median(bright[mask == 1]):
        return None
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8))
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    outline = max(outlines, key=cv2.contourArea)
    area = cv2.contourArea(outline)
    # On a blackboard bright is what is written; a sheet that fills the picture is straight enough.
    if not _LEAST <= area / mask.size <= 0.97:
        return None
    hull = cv2.convexHull(outline)
    corners = cv2.approxPolyDP(hull, 0.03 * cv2.arcLength(hull, True), True)[:, 0].astype(np.float64)
    if len(corners) != 4 or area < _FOUR * cv2.contourArea(corners.astype(np.float32)):
        return None
    return _clockwise(_shrunk(corners, 2.0) / scale)


def _shrunk(corners: npt.NDArray[np.float64], by: float) -> npt.NDArray[np.float64]:
    """Move corners inward, so that nothing of the ground is left."""
    inward = corners.mean(axis=0) - corners
    moved: npt.NDArray[np.float64] = corners + inward / np.linalg.norm(inward, axis=1, keepdims=True) * by * 2**0.5
    return moved


def _clockwise(corners: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the corners from the upper left one on."""
    offset = corners - corners.mean(axis=0)
    ordered = corners[np.argsort(np.arctan2(offset[:, 1], offset[:, 0]))]
    first = int(np.argmin(ordered.sum(axis=1)))
    turned: npt.NDArray[np.float64] = np.roll(ordered, -first, axis=0)
    return turned
