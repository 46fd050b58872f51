"""A drawing is what the canvas holds and what is predicted: ink, a photo, or a finished picture of a digit.

It knows no widgets.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from digitpad.data.ink import Image, Ink, Stroke


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A digit that is 28x28 already and taken as it is."""

    image: Image
    #: None: there is nothing that could be drawn on, erased or normalized.
    strokes: ClassVar[tuple[Stroke, ...]] = ()

    @property
    def digit(self) -> Image | None:
        """What a network is shown of it, taken as one digit; None where it is blank."""
        return self.image if self.image.any() else None


#: Left, top, right, bottom.
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """A photo, scan or screenshot of digits: `pixels` (height, width, 3) bytes, red, green, blue.

    What the user says of it: `threshold` is Sauvola's k, above 0, the higher the less is ink (None leaves it to the
    reader), and each of `marked`, left, top, right and bottom in pixels, holds one digit.
    """

    pixels: npt.NDArray[np.uint8]
    threshold: float | None = None
    marked: tuple[Box, ...] = ()
    #: None: its ink is pixels.
    strokes: ClassVar[tuple[Stroke, ...]] = ()
    #: None: a photo is not taken as one digit, but read by its spots of ink.
    digit: ClassVar[Image | None] = None


Drawing = Ink | Picture | Photo


def part_of(drawing: Drawing, strokes: tuple[Stroke, ...], image: Image) -> Ink | Picture:
    """Return the one digit of `drawing` that was read from `strokes`, or from `image` where it is not ink.

    It is all of the ink where that was read as a whole: without `strokes`.
    """
    if not isinstance(drawing, Ink):
        return Picture(image)
    return Ink(strokes) if strokes else drawing
