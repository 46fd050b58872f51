"""A drawing is what the canvas holds and a verdict is asked for: ink, a photo, or a finished picture of a digit.

It knows no widgets.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from digitpad.data.ink import Image, Ink, render

if TYPE_CHECKING:
    from digitpad.data.photo import Spot


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A digit that is 28x28 already and taken as it is."""

    image: Image


@dataclass(frozen=True, eq=False)
class Photo:
    """A photo, scan or screenshot of digits: `pixels` (height, width, 3) bytes, red, green, blue."""

    pixels: npt.NDArray[np.uint8]

    @cached_property
    def rows(self) -> "tuple[tuple[Spot, ...], ...]":
        """The spots of ink in each row of digits; finding them takes about a tenth of a second."""
        # OpenCV takes half a second to import, which only those should wait for who have a photo.
        from digitpad.data.photo import rows_of

        return rows_of(self.pixels)


Drawing = Ink | Picture | Photo


def image_of(drawing: Ink | Picture) -> Image | None:
    """Return what a network is shown of one digit: (28, 28) float32 in [0, 1], or None of a blank drawing."""
    if isinstance(drawing, Picture):
        return drawing.image if drawing.image.any() else None
    return render(drawing)
