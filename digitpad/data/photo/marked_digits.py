"""Digits that the user has marked in a photo: what is in a box is one digit."""

from collections.abc import Sequence

import numpy as np

from digitpad.data.drawing import Box
from digitpad.data.photo.paper import Matrix, moved
from digitpad.data.photo.spots import Mask, Spot


def marked_in(ink: Mask, boxes: Sequence[Box], matrix: Matrix) -> tuple[Mask, list[Spot]]:
    """Return the ink that is in none of `boxes`, and what is in each, if anything, as one spot.

    `matrix` leads from the boxes' pixels to those of `ink`. A later box has what an earlier one shares with it.
    """
    rest, spots = ink.copy(), list[Spot]()
    for box in reversed(boxes):
        left, top, right, bottom = _within(box, matrix, ink)
        area = rest[top:bottom, left:right]
        rows, columns = np.flatnonzero(area.any(axis=1)), np.flatnonzero(area.any(axis=0))
        if len(rows):
            mask = area[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].copy()
            spots.append(Spot(mask, left + int(columns[0]), top + int(rows[0]), is_digit=True))
            area[:] = 0
    return rest, spots


def _within(box: Box, matrix: Matrix, ink: Mask) -> tuple[int, int, int, int]:
    """Return `box` as a box of whole pixels of `ink`."""
    x0, y0, x1, y1 = box
    corners = moved(np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]]), matrix)
    ends = np.stack([np.floor(corners.min(axis=0)), np.ceil(corners.max(axis=0))])
    (left, top), (right, bottom) = np.clip(ends, 0, ink.shape[::-1]).astype(int).tolist()
    return left, top, right, bottom


def with_marked(rows: tuple[tuple[Spot, ...], ...], marked: Sequence[Spot]) -> tuple[tuple[Spot, ...], ...]:
    """Return the rows with each marked digit in the one that it lies in, or in a row of its own."""
    grown = [list(row) for row in rows]
    for spot in marked:
        middle = (spot.box[1] + spot.box[3]) / 2
        for row in grown:
            if min(other.box[1] for other in row) <= middle <= max(other.box[3] for other in row):
                row.append(spot)
                break
        else:
            grown.append([spot])
    grown.sort(key=lambda row: min(spot.box[1] for spot in row))
    return tuple(tuple(sorted(row, key=lambda spot: spot.box[0] + spot.box[2])) for row in grown)
