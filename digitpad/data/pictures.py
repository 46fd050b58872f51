"""Pictures in files, through Pillow: photos of digits, and 28x28 ones as MNIST has them."""

import io
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from digitpad.data.dataset import SIDE
from digitpad.data.drawing import Photo, Picture
from digitpad.data.ink import Image
from digitpad.errors import DigitpadError
from digitpad.files import read_bounded, write_atomically

if TYPE_CHECKING:
    import PIL.Image

MAX_BYTES = 60_000_000
#: JPEG, as cameras make it, can be unpacked at a part of its size; others only as they are.
MAX_PIXELS, _MOST_UNPACKED = 40_000_000, 16_000_000
SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif")
_FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF")
#: More is not looked at: the longer side in pixels.
_LARGEST = 2_000
#: A picture of 28 x 28 whose edge is darker than this is white on black, as MNIST's.
_DARK_EDGE = 0.2


class PictureError(DigitpadError):
    """The file is not a picture that can be read."""


def read(path: Path) -> Picture | Photo:
    """Return the picture in a file, turned as its EXIF data say; 28x28 white on black is taken as a finished digit.

    Raises `PictureError` for other kinds, for damaged files, and for too many pixels before anything is unpacked.
    """
    import PIL.Image

    content = read_bounded(path, MAX_BYTES)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PIL.Image.DecompressionBombWarning)
            picture = PIL.Image.open(io.BytesIO(content), formats=_FORMATS)
        check_size(*picture.size, str(path), MAX_PIXELS if picture.format == "JPEG" else _MOST_UNPACKED)
        if picture.size == (SIDE, SIDE):
            return _small(picture)
        return Photo(_colors(picture))
    except (OSError, SyntaxError, ValueError, PIL.Image.DecompressionBombError) as error:
        raise PictureError(f"{path} is not an intact picture (PNG, JPEG, WebP, ...): choose another") from error


def check_size(width: int, height: int, source: str, most: int = MAX_PIXELS) -> None:
    """Refuse a picture with too many pixels. Raises `PictureError`."""
    if width * height > most:
        raise PictureError(f"{source} is {width:,} x {height:,} pixels: choose one of at most {most:,} in all")


def write(path: Path, image: Image) -> None:
    """Write `image` (height, width), from 0, black, to 1, white, as a PNG in 8-bit gray, atomically."""
    write_bytes(path, np.round(image * 255).astype(np.uint8))


def write_bytes(path: Path, pixels: npt.NDArray[np.uint8]) -> None:
    """Write `pixels`, (height, width) in gray or (height, width, 3) in colors, as a PNG, atomically."""
    import PIL.Image

    packed = io.BytesIO()
    PIL.Image.fromarray(pixels).save(packed, "PNG")
    write_atomically(path, packed.getvalue())


def _small(picture: "PIL.Image.Image") -> Picture | Photo:
    """Return a 28x28 picture as a digit, unless its paper is white."""
    import PIL.Image

    if picture.mode.startswith("I"):
        image = np.asarray(picture, np.float32) / np.float32(65535)
    else:
        flat = PIL.Image.new("RGBA", picture.size, "black")
        flat.alpha_composite(picture.convert("RGBA"))
        image = np.asarray(flat.convert("L"), np.float32) / np.float32(255)
    edge = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
    return Picture(image) if edge.mean() < _DARK_EDGE else Photo(_colors(picture))


def _colors(picture: "PIL.Image.Image") -> "np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]":
    """Return a picture's (height, width, 3) colors, upright, on white where it is transparent."""
    import PIL.Image
    import PIL.ImageOps

    # JPEG can be unpacked at a part of its size.
    picture.draft("RGB", (_LARGEST, _LARGEST))
    picture.load()
    picture = PIL.ImageOps.exif_transpose(picture)
    if picture.mode.startswith("I"):
        gray = np.asarray(picture, np.float32)
        picture = PIL.Image.fromarray((255 * gray / max(1.0, float(gray.max()))).astype(np.uint8))
    if picture.mode in ("P", "1"):
        picture = picture.convert("RGBA")
    picture.thumbnail((_LARGEST, _LARGEST))
    if "A" in picture.mode:
        flat = PIL.Image.new("RGBA", picture.size, "white")
        flat.alpha_composite(picture.convert("RGBA"))
        picture = flat
    return np.asarray(picture.convert("RGB"))
