"""Ink as a network sees it."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from digitpad.data import ink_files
from digitpad.data.dataset import SIDE, Dataset, Images
from digitpad.data.ink import Image, Ink, pixels
from digitpad.data.ink_files import InkError, LabeledInk


def load(path: Path) -> Dataset:
    """Return the digits of an ink file. Raises `InkError` or `FileError`."""
    return dataset_of(ink_files.read(path), f"{path}: ")


def dataset_of(drawings: list[LabeledInk], source: str = "") -> Dataset:
    """Return labeled ink through the canvas's own pipeline, rounded to bytes as MNIST is.

    Each drawing is one digit. Raises `InkError`, beginning with `source`, where a drawing is blank or has no label.
    """
    images = [pixels(require_digit(drawing, f"{source}drawing {number}")) for number, drawing in enumerate(drawings, 1)]
    return Dataset(
        np.array(images, np.uint8).reshape(-1, SIDE * SIDE), np.array([drawing.label for drawing in drawings], np.uint8)
    )


def filling(images: Images, drawings: Iterable[Ink]) -> Iterator[None]:
    """Draw each of `drawings`, none of them blank, into a row of `images` (n, 784); yield after each."""
    for image, ink in zip(images, drawings, strict=True):
        seen = ink.digit
        assert seen is not None
        image[:] = pixels(seen)
        yield


def require_digit(drawing: LabeledInk, where: str) -> Image:
    """Return the (28, 28) image of a labeled digit. Raises `InkError`, which says `where`, without ink or label."""
    image = drawing.ink.digit
    if image is None or drawing.label is None:
        lack = "no label" if image is not None else "no ink"
        raise InkError(f"{where} has {lack}: use labeled, visible digits")
    return image
