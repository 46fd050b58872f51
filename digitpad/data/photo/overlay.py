"""Draws over a photo what was taken for ink, how it was cut and what was predicted."""

from collections.abc import Iterator, Sequence
from typing import Any

import cv2
import numpy as np

from digitpad.data.photo.binarization import Look
from digitpad.data.photo.paper import Matrix, moved
from digitpad.data.photo.spots import Pixels

#: Red, green, blue: ink, digits of odd and of even rows.
_INK, _ROWS = (214, 39, 40), ((10, 98, 169), (20, 120, 60))
#: How much of the photo is still seen below ink.
_SEEN = 0.4
#: Photos are drawn on with a longer side of so many pixels at least, so that the signs can be read.
_LEAST = 600
#: A line is 1 / `_UNITS` of the longer side wide; `_LETTERS` is OpenCV's font scale for each pixel of that.
_UNITS, _LETTERS = 500, 0.6
#: How many times as thick the frame of the selected digit is.
_SELECTED = 3

#: The row, the spots and the sign of a digit.
Digit = tuple[int, tuple[int, ...], str]


def drawn_over(photo: Pixels, look: Look, digits: Sequence[Digit], selected: int | None) -> Pixels:
    """Return `photo` (height, width, 3) drawn over, larger if it is small; a `selected` digit has a thick frame."""
    larger = max(1.0, _LEAST / max(photo.shape[:2]))
    size = [round(side * larger) for side in photo.shape[1::-1]]
    shown = np.asarray(cv2.resize(photo, size, interpolation=cv2.INTER_CUBIC), np.uint8)
    back = np.diag([larger, larger, 1.0]) @ np.linalg.inv(look.matrix)
    ink = cv2.warpPerspective(look.ink, back, size, flags=cv2.INTER_LINEAR)[:, :, np.newaxis] / 255
    shown = (shown * (1 - (1 - _SEEN) * ink) + np.array(_INK) * (1 - _SEEN) * ink).astype(np.uint8)
    unit = max(size) / _UNITS
    thickness = max(1, round(unit))
    for number, ((row, _, sign), corners) in enumerate(zip(digits, _outlines(look, digits, back), strict=True)):
        color = _ROWS[row % len(_ROWS)]
        frame = _SELECTED * thickness if number == selected else thickness
        cv2.polylines(shown, [np.round(corners).astype(np.int32)], True, color, frame, cv2.LINE_AA)
        place = (round(float(corners[0, 0])), round(float(corners[0, 1]) - 2 * unit))
        cv2.putText(shown, sign, place, cv2.FONT_HERSHEY_SIMPLEX, _LETTERS * unit, color, thickness, cv2.LINE_AA)
    return shown


def digit_at(place: tuple[float, float], look: Look, digits: Sequence[Digit]) -> int | None:
    """Return the number among `digits` of the one at a `place` in the photo, if there is one."""
    for number, corners in enumerate(_outlines(look, digits, np.asarray(np.linalg.inv(look.matrix), np.float64))):
        if cv2.pointPolygonTest(corners.astype(np.float32), place, False) >= 0:
            return number
    return None


def _outlines(look: Look, digits: Sequence[Digit], back: Matrix) -> "Iterator[np.ndarray[Any, np.dtype[np.float64]]]":
    """Yield the corners (4, 2) of each digit's box, from the upper left one clockwise, as `back` maps them."""
    for row, parts, _ in digits:
        boxes = np.array([look.rows[row][part].box for part in parts])
        (left, top), (right, bottom) = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
        yield moved(np.array([[left, top], [right, top], [right, bottom], [left, bottom]]), back)
