"""28x28 pictures in files, through Pillow. It knows no ink and no windows."""

import io
import warnings
from pathlib import Path

import numpy as np

from digitpad.data.dataset import SIDE
from digitpad.data.ink import Image
from digitpad.errors import DigitpadError
from digitpad.files import read_bounded, write_atomically

MAX_BYTES = 10_000_000
SUFFIXES = (".png",)


class PictureError(DigitpadError):
    """The file is not a picture that can be read."""


def read(path: Path) -> Image:
    """Return a 28x28 PNG as it is: white is ink, black is paper, as in MNIST. (28, 28) float32 in [0, 1].

    Raises `PictureError` for another size or kind, before anything is unpacked.
    """
    import PIL.Image

    content = read_bounded(path, MAX_BYTES)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PIL.Image.DecompressionBombWarning)
            picture = PIL.Image.open(io.BytesIO(content), formats=["PNG"])
        if picture.size != (SIDE, SIDE):
            width, height = picture.size
            raise PictureError(f"{path} is {width} x {height} pixels: choose a PNG of {SIDE} x {SIDE}, white on black")
        if picture.mode.startswith("I"):
            return np.asarray(picture, np.float32) / np.float32(65535)
        flat = PIL.Image.new("RGBA", picture.size, "black")
        flat.alpha_composite(picture.convert("RGBA"))
        return np.asarray(flat.convert("L"), np.float32) / np.float32(255)
    except (OSError, SyntaxError, ValueError, PIL.Image.DecompressionBombError) as error:
        raise PictureError(f"{path} is not an intact PNG picture: choose another") from error


def write(path: Path, image: Image) -> None:
    """Write `image` as a 28x28 PNG in 8-bit grey, white ink on black, atomically."""
    import PIL.Image

    packed = io.BytesIO()
    PIL.Image.fromarray(np.round(image * 255).astype(np.uint8)).save(packed, "PNG")
    write_atomically(path, packed.getvalue())
