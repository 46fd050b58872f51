import struct
import time
import zlib
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from digitpad.data import pictures
from digitpad.data.drawing import Photo, Picture
from digitpad.data.pictures import PictureError


def test_a_picture_comes_back_as_it_was_written(tmp_path: Path) -> None:
    image = (np.random.default_rng(0).integers(0, 256, (28, 28)) / 255).astype(np.float32)
    image[[0, -1]], image[:, [0, -1]] = 0, 0
    pictures.write(tmp_path / "a.png", image)
    back = pictures.read(tmp_path / "a.png")
    assert isinstance(back, Picture)
    np.testing.assert_allclose(back.image, image, atol=1e-6)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_is_read_white_as_ink(tmp_path: Path, mode: str) -> None:
    gray = PIL.Image.new("L", (28, 28), 0)
    gray.paste(255, (5, 5, 15, 20))
    picture = gray.convert("I;16").point(lambda v: v * 257) if mode == "I;16" else gray.convert(mode)
    picture.save(tmp_path / "a.png")
    drawing = pictures.read(tmp_path / "a.png")
    assert isinstance(drawing, Picture)
    image = drawing.image
    assert image.dtype == np.float32
    np.testing.assert_allclose(image[5:20, 5:15], 1, atol=0.01)
    assert image.sum() == pytest.approx(150, rel=0.01)


def png_of_size(width: int, height: int) -> bytes:
    """A PNG whose header claims a size that its data do not have."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "content",
    [b"", b"no picture", png_of_size(50_000, 50_000), png_of_size(28, 28), png_of_size(100, 28)],
    ids=["empty", "text", "huge", "no data", "wide"],
)
def test_anything_else_is_refused_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(PictureError, match=r"a\.png is .*choose"):
        pictures.read(tmp_path / "a.png")


def test_a_photo_is_turned_upright_and_laid_on_white(tmp_path: Path) -> None:
    picture = PIL.Image.new("RGBA", (60, 40), (0, 0, 0, 0))
    picture.paste((200, 0, 0, 255), (0, 0, 60, 10))
    picture.save(tmp_path / "a.png")
    photo = pictures.read(tmp_path / "a.png")
    assert isinstance(photo, Photo)
    assert photo.pixels.shape == (40, 60, 3)
    assert photo.pixels[5, 30].tolist() == [200, 0, 0]
    assert photo.pixels[30, 30].tolist() == [255, 255, 255]
    exif = PIL.Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    picture.convert("RGB").save(tmp_path / "a.jpg", exif=exif)
    turned = pictures.read(tmp_path / "a.jpg")
    assert isinstance(turned, Photo)
    assert turned.pixels.shape == (60, 40, 3)


@pytest.mark.parametrize("mode", ["1", "L", "P", "I;16", "CMYK", "RGB"])
def test_photos_of_every_kind_are_colors(tmp_path: Path, mode: str) -> None:
    gray = PIL.Image.new("L", (50, 50), 255)
    gray.paste(0, (10, 10, 20, 40))
    picture = gray.convert("I;16").point(lambda v: v * 257) if mode == "I;16" else gray.convert(mode)
    path = tmp_path / ("a.jpg" if mode == "CMYK" else "a.png")
    picture.save(path)
    photo = pictures.read(path)
    assert isinstance(photo, Photo)
    assert photo.pixels[30, 15].max() < 10
    assert photo.pixels[30, 30].min() > 245


def test_what_claims_to_be_huge_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png_of_size(50_000, 50_000))
    start = time.perf_counter()
    with pytest.raises(PictureError, match=r"50,000 x 50,000 pixels|not an intact picture"):
        pictures.read(tmp_path / "a.png")
    assert time.perf_counter() - start < 1
