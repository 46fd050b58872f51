"""How wide the pen looks: narrower in a row of digits, so that neighbors do not touch."""

import numpy as np

from digitpad.app.canvas.ink_layer import PEN_WIDTH
from digitpad.data.drawing import Drawing
from digitpad.data.ink import Ink, visible
from digitpad.engine.reading.segmentation import box_of, height_of

#: Widths in canvas units. There are few of them, because each change repaints all strokes.
_WIDTHS = (PEN_WIDTH, 13.0, 9.0, 6.0, 4.0)
#: The pen's width as a share of the digits' height, and the ratio of width to height from which ink is a row.
_SHARE, _ROW = 0.08, 1.2


def width_for(drawing: Drawing) -> float:
    """Return how wide strokes should be shown, in canvas units."""
    outlines = visible(Ink(drawing.strokes))
    if len(outlines) < 2:
        # A level stroke alone is the beginning of something, not a row.
        return PEN_WIDTH
    boxes = np.array([box_of(points) for points in outlines])
    # Ink that was a row stays one: with a second row below it, the pen would grow wide again.
    sizes = np.maximum.accumulate(boxes[:, 2:]) - np.minimum.accumulate(boxes[:, :2])
    if (sizes[1:, 0] < _ROW * sizes[1:, 1]).all():
        return PEN_WIDTH
    fitting = _SHARE * height_of(boxes)
    return next((width for width in _WIDTHS if width <= fitting), _WIDTHS[-1])
