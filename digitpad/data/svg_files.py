"""Ink as SVG, a path for each stroke. It knows no images and no windows."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np

from digitpad.data.ink import Ink, Stroke
from digitpad.errors import DigitpadError
from digitpad.files import read_bounded, write_atomically

SUFFIX = ".svg"
_MAX_BYTES = 20_000_000
_LARGEST = 1e9
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
#: A move and lines, in absolute coordinates.
_POLYLINE = re.compile(rf"\s*M?\s*(?:{_NUMBER}[\s,]*{_NUMBER}\s*(?:[L,]\s*)?)+\s*")


class SvgError(DigitpadError):
    """The file is not an SVG whose strokes can be read."""


def text_of(ink: Ink, sheet: tuple[float, float], pen_width: float) -> str:
    """Return `ink` on a sheet of that width and height as an SVG document; pressure is not kept."""
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {sheet[0]:g} {sheet[1]:g}">',
        f'<g fill="none" stroke="black" stroke-width="{pen_width:g}" stroke-linecap="round" stroke-linejoin="round">',
    ]
    for stroke in ink.strokes:
        points = [f"{x:.2f},{y:.2f}" for x, y in stroke[:, :2]]
        # A single point is drawn as a line to itself: a dot.
        lines.append(f'<path d="M{points[0]} L{" ".join(points[1:] or points)}"/>')
    return "\n".join([*lines, "</g>", "</svg>", ""])


def write(path: Path, ink: Ink, sheet: tuple[float, float], pen_width: float) -> None:
    """Write `text_of` the ink, atomically."""
    write_atomically(path, text_of(ink, sheet, pen_width).encode())


def read(path: Path) -> Ink:
    """Return the paths and polylines of an SVG file as strokes; they must consist of straight lines.

    Raises `SvgError` for anything else.
    """
    content = read_bounded(path, _MAX_BYTES)
    try:
        # Documents that define entities can grow without bound.
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            raise SvgError(f"{path} defines document types: choose an SVG that digitpad has saved")
        root = ET.fromstring(content)
    except ET.ParseError as error:
        raise SvgError(f"{path} is not an intact SVG picture ({error}): choose another") from error
    strokes = []
    for element in root.iter():
        name = str(element.tag).rpartition("}")[2]
        if name in ("path", "polyline"):
            strokes.append(_stroke(element.get("d" if name == "path" else "points") or "", path))
    if not strokes:
        raise SvgError(f"{path} holds no strokes: choose an SVG that digitpad has saved")
    return Ink(tuple(strokes))


def _stroke(text: str, path: Path) -> Stroke:
    if not _POLYLINE.fullmatch(text):
        raise SvgError(f"{path}: {text[:30]!r} is no path of straight lines: choose an SVG that digitpad has saved")
    numbers = np.array([float(number) for number in re.findall(_NUMBER, text)])
    if np.abs(numbers).max() > _LARGEST:
        raise SvgError(f"{path}: a coordinate is larger than {_LARGEST:g}: choose an SVG that digitpad has saved")
    points = numbers.reshape(-1, 2)
    # A line to itself is a dot.
    return points[:1] if (points == points[0]).all() else points
