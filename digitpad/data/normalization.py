"""MNIST's recipe step by step, to be shown, and the image without it."""

from typing import NamedTuple

import numpy as np

from digitpad.data.dataset import SIDE
from digitpad.data.drawing import Picture
from digitpad.data.ink import BOX, MARGIN, PEN_WIDTH, Ink, Points, box_of, corner_of, coverage, simplified, visible


class Placement(NamedTuple):
    """Where ink lies on the 28x28 frame: a point's pixel index is point * `scale` + (`x`, `y`), the pen's in pixels."""

    scale: float
    x: float
    y: float
    pen_width: float


class Way(NamedTuple):
    """Simplified strokes (n, 2) in the unit of the ink, and their placements: as drawn, scaled to the box, centered."""

    strokes: list[Points]
    places: tuple[Placement, Placement, Placement]


#: Width and height of the canvas, in its units.
Extent = tuple[float, float]


def way(ink: Ink, extent: Extent, pen_width: float) -> Way | None:
    """Return how ink on a canvas of that `extent` comes to lie as drawn, scaled to the box, and centered by mass.

    `pen_width` is that on the canvas, in its units. The last place is that of `ink.render`. None of blank ink.
    """
    strokes = visible(ink)
    if not strokes:
        return None
    low, scale = box_of(strokes)
    boxed = simplified([(stroke - low) * scale + MARGIN for stroke in strokes])
    column, row = corner_of(coverage(boxed))

    def placed(left: float, top: float) -> Placement:
        return Placement(scale, left + MARGIN - low[0] * scale, top + MARGIN - low[1] * scale, PEN_WIDTH)

    middle = (SIDE - BOX) / 2
    places = (_as_drawn(extent, pen_width), placed(middle, middle), placed(column, row))
    # Ink without size is a dot at its corner, whatever the scale.
    return Way([(stroke - MARGIN) / (scale or 1.0) + low for stroke in boxed], places)


def as_drawn(ink: Ink, extent: Extent, pen_width: float) -> Picture:
    """Return what a network is shown of a canvas that is merely made smaller, to 28 x 28 pixels.

    Neither size nor place nor the pen's width, in canvas units, is made MNIST's.
    """
    place = _as_drawn(extent, pen_width)
    strokes = [stroke * place.scale + (place.x, place.y) for stroke in visible(ink)]
    image = coverage(strokes, SIDE, place.pen_width) if strokes else np.zeros((SIDE, SIDE), np.float32)
    return Picture(image)


def _as_drawn(extent: Extent, pen_width: float) -> Placement:
    """Return the place of a canvas that is as high as the frame; what it has to both sides of a square is cut off."""
    width, height = extent
    scale = SIDE / height
    return Placement(scale, (SIDE - width * scale) / 2 - 0.5, -0.5, pen_width * scale)
