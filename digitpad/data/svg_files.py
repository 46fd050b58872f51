"""Ink as SVG, a path for each stroke."""

import re
from pathlib import Path
from xml.sax import SAXException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

import numpy as np

from digitpad.data.ink import LARGEST, Ink, Stroke
from digitpad.errors import DigitpadError
from digitpad.files import read_bounded, write_atomically

SUFFIX = ".svg"
_MAX_BYTES = 4_000_000
_MOST_STROKES, _MOST_POINTS = 10_000, 400_000
_BLANK = " \t\r\n,"
#: A number or a command, and what is blank before it. Possessive: what fails is not tried again in other ways.
_TOKEN = re.compile(
    rf"[{_BLANK}]*+(?:(?P<command>[ML])|(?P<number>[-+]?+(?:[0-9]++\.?+[0-9]*+|\.[0-9]++)(?:[eE][-+]?+[0-9]++)?+))"
)


class SvgError(DigitpadError):
    """The file is not an SVG whose strokes can be read."""


def text_of(ink: Ink, extent: tuple[float, float], pen_width: float) -> str:
    """Return `ink` on a canvas of that width and height as an SVG document; pressure is not kept.

    Raises `SvgError` for so much ink that it would not be read again.
    """
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {extent[0]:g} {extent[1]:g}">',
        f'<g fill="none" stroke="black" stroke-width="{pen_width:g}" stroke-linecap="round" stroke-linejoin="round">',
    ]
    for stroke in filter(len, ink.strokes):
        points = [f"{x:.2f},{y:.2f}" for x, y in stroke[:, :2]]
        # A single point is drawn as a line to itself: a dot.
        lines.append(f'<path d="M{points[0]} L{" ".join(points[1:] or points)}"/>')
    text = "\n".join([*lines, "</g>", "</svg>", ""])
    if len(text) > _MAX_BYTES or len(ink.strokes) > _MOST_STROKES or sum(map(len, ink.strokes)) > _MOST_POINTS:
        raise SvgError(f"the drawing is too large for SVG, {_MOST_POINTS:,} points at most: save it as ink")
    return text


def write(path: Path, ink: Ink, extent: tuple[float, float], pen_width: float) -> None:
    """Write `text_of` the ink, atomically."""
    write_atomically(path, text_of(ink, extent, pen_width).encode())


def read(path: Path) -> Ink:
    """Return the paths and polylines of an SVG file as strokes; they must consist of straight lines.

    Raises `SvgError` for anything else.
    """
    # Slow to import, and the window's first sight needs none of it.
    from defusedxml import sax

    strokes = _Strokes(path)
    try:
        # Element by element: a tree would take a hundred times the file's size.
        sax.parseString(bytes(read_bounded(path, _MAX_BYTES)), strokes, forbid_dtd=True)
    except (SAXException, LookupError, ValueError) as error:
        # Also encodings that nobody knows, and documents that define entities, which could grow without bound.
        reason = " ".join(str(error).split())[:100]
        raise SvgError(f"{path} is no SVG picture that can be read ({reason}): choose another") from error
    if not strokes.found:
        raise SvgError(f"{path} holds no strokes: choose an SVG that digitpad has saved")
    return Ink(tuple(strokes.found))


class _Strokes(ContentHandler):
    """Collects the strokes of a document while it is parsed."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.found: list[Stroke] = []
        self._path = path
        self._points = 0

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        kind = name.rpartition(":")[2]
        if kind in ("path", "polyline"):
            stroke = _stroke(attrs.get("d" if kind == "path" else "points") or "", self._path)
            self.found.append(stroke)
            self._points += len(stroke)
            if len(self.found) > _MOST_STROKES or self._points > _MOST_POINTS:
                raise SvgError(f"{self._path} holds more strokes or points than anybody draws: choose another")


def _stroke(text: str, path: Path) -> Stroke:
    """Return the points of a polyline: numbers in pairs, an M before the first pair, an L before any other."""
    numbers: list[float] = []
    place = 0
    while token := _TOKEN.match(text, place):
        place = token.end()
        if token["number"]:
            numbers.append(float(token["number"]))
        elif len(numbers) % 2 or (token["command"] == "M") == bool(numbers):
            break
    if text[place:].strip(_BLANK) or len(numbers) % 2 or not numbers:
        raise SvgError(f"{path}: {text[:30]!r} is no path of straight lines: choose an SVG that digitpad has saved")
    points = np.array(numbers).reshape(-1, 2)
    if np.abs(points).max() > LARGEST:
        raise SvgError(f"{path}: a coordinate is larger than {LARGEST:g}: choose an SVG that digitpad has saved")
    # A line to itself is a dot.
    return points[:1] if (points == points[0]).all() else points
