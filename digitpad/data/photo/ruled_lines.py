"""Removes ruled lines from a photo's ink."""

import cv2
import numpy as np

from digitpad.data.photo.spots import Mask, pen_width

#: A ruled line is so long, in widths of the picture, and where it leans runs flat for so long.
_RULED, _RUN = 0.85, 0.04
#: Nor is it thicker than this, in widths of the picture.
_THICK = 0.03
#: Its pieces between strokes lie no further apart than this, in widths of the picture.
_BRIDGE = 0.12
#: And it is seen in so much of it: the stems of digits below each other are not.
_COVERED = 0.6


def without_ruled_lines(mask: Mask) -> Mask:
    """Take away lines that run through the picture, and mend the strokes that they crossed."""
    for turned in (False, True):
        picture = mask.T.copy() if turned else mask
        lines = _ruled_lines(picture)
        if lines.any():
            thickness = int(pen_width(lines)) + 3
            reach = cv2.dilate(lines, np.ones((5, 3), np.uint8))
            left = np.where(reach > 0, 0, picture).astype(np.uint8)
            mended = cv2.morphologyEx(left, cv2.MORPH_CLOSE, np.ones((thickness + 5, 3), np.uint8))
            picture = np.where(reach > 0, mended, left).astype(np.uint8)
        mask = picture.T.copy() if turned else picture
    return mask


def _ruled_lines(picture: Mask) -> Mask:
    """Return the pixels of flat lines from one side to the other; they may lean a little."""
    width = picture.shape[1]
    # A pale line has holes.
    closed = cv2.morphologyEx(picture, cv2.MORPH_CLOSE, np.ones((1, max(5, int(_RUN * width / 3))), np.uint8))
    flat = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((1, max(9, int(_RUN * width))), np.uint8))
    # Strokes of a felt pen are flat for long, but not thin.
    thick = cv2.morphologyEx(picture, cv2.MORPH_OPEN, np.ones((max(5, int(_THICK * width)), 1), np.uint8))
    flat = np.where(thick > 0, 0, flat).astype(np.uint8)
    joined = cv2.dilate(flat, np.ones((3, max(9, int(_BRIDGE * width))), np.uint8))
    count, labels, figures, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    is_line = np.zeros(count, bool)
    for number in range(1, count):
        covered = ((labels == number) & (flat > 0)).any(axis=0).mean()
        is_line[number] = figures[number, cv2.CC_STAT_WIDTH] >= _RULED * width and covered >= _COVERED
    return np.where(is_line[labels], flat, 0).astype(np.uint8)
