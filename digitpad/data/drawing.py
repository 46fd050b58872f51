"""A drawing is what the canvas holds and what is predicted: ink, a photo, or a finished picture of a digit.

It knows no widgets.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from digitpad.data.ink import Image, Ink, Stroke


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A digit that is 28x28 already and taken as it is."""

    image: Image

    @property
    def strokes(self) -> tuple[Stroke, ...]:
        """None: there is nothing that could be drawn on, erased or normalized."""
        return ()

    @property
    def takes_pen(self) -> bool:
        """True: it gives way to the first stroke."""
        return True

    @property
    def digit(self) -> Image | None:
        """What a network is shown of it, taken as one digit; None where it is blank."""
        return self.image if self.image.any() else None

    def part(self, strokes: tuple[Stroke, ...], image: Image) -> "Picture":
        """Return the one digit of it that was read from `image`."""
        return Picture(image)


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

    @property
    def strokes(self) -> tuple[Stroke, ...]:
        """None: its ink is pixels."""
        return ()

    @property
    def takes_pen(self) -> bool:
        """False: digits are marked on it."""
        return False

    @property
    def digit(self) -> Image | None:
        """None: a photo is not taken as one digit, but read by its spots of ink."""
        return None

    def part(self, strokes: tuple[Stroke, ...], image: Image) -> Picture:
        """Return the one digit of it that was read from `image`."""
        return Picture(image)


Drawing = Ink | Picture | Photo
