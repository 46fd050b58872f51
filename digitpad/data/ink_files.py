"""Ink files: JSON lines, one drawing a line, plain or .gz.

``{"label": 3, "strokes": [[[x, y], ...], ...]}``: `label` may be null or missing, a point may carry a third number
(pressure 0-1), other keys are ignored; y runs down; any unit.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from digitpad.data.dataset import CLASSES
from digitpad.data.ink import LARGEST, Ink, Stroke
from digitpad.errors import DigitpadError
from digitpad.files import read_bounded, write_atomically

MAX_BYTES = 32_000_000
#: Limits beyond what people draw: drawings and points of a file, and characters of one line.
_MOST_DRAWINGS, _MOST_POINTS, _LONGEST_LINE = 30_000, 2_000_000, 4_000_000
_TOO_MANY = f"more than {_MOST_DRAWINGS:,} drawings or {_MOST_POINTS:,} points: part it into files"
SUFFIXES = (".jsonl", ".jsonl.gz")


class InkError(DigitpadError):
    """The file is not an ink file."""


@dataclass(frozen=True, slots=True, eq=False)
class LabeledInk:
    """A drawing, and the digit 0-9 it was meant to be where that is known."""

    ink: Ink
    label: int | None = None


def read(path: Path) -> list[LabeledInk]:
    """Return every drawing of an ink file. Raises `InkError` naming the line that is wrong."""
    return decoded(read_bounded(path, MAX_BYTES), path)


def decoded(content: bytes | bytearray, path: Path) -> list[LabeledInk]:
    """Return every drawing in the `content` of an ink file at `path`. Raises `InkError` as `read` does."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InkError(f"{path} is not text: choose an ink file (JSON lines), a picture or SVG") from error
    if not path.name.lower().endswith(SUFFIXES) and not text.lstrip().startswith("{"):
        raise InkError(f"{path} is no drawing: choose an ink file ({SUFFIXES[0]}), a picture or SVG")
    return parse(text, str(path))


def parse(text: str, source: str) -> list[LabeledInk]:
    """Return every drawing in the text of an ink file. Raises `InkError` naming `source` and line."""
    require_lines(text.count("\n"), source)
    drawings, points = list[LabeledInk](), 0
    # One by one: all lines at once would take the size of the text again.
    for number, line in enumerate(re.finditer("^.*", text, re.MULTILINE), 1):
        if not line[0].strip():
            continue
        drawings.append(_drawing(line[0], f"{source}, line {number}"))
        points += sum(map(len, drawings[-1].ink.strokes))
        if len(drawings) > _MOST_DRAWINGS or points > _MOST_POINTS:
            raise InkError(f"{source} holds {_TOO_MANY}")
    if not drawings:
        raise InkError(f"{source} holds no drawing: choose another ink file")
    return drawings


def parse_line(line: bytes, where: str) -> LabeledInk:
    """Return the drawing in one line of an ink file. Raises `InkError`, which says `where` that is."""
    try:
        return _drawing(line.decode("utf-8-sig"), where)
    except UnicodeDecodeError as error:
        raise InkError(f"{where}: not text; an ink file has one JSON object a line") from error


def require_lines(count: int, source: str) -> None:
    """Raise `InkError` where `source` has so many lines, blank ones too, that merely to look at them takes seconds."""
    if count > 10 * _MOST_DRAWINGS:
        raise InkError(f"{source} has {count:,} lines, more than {10 * _MOST_DRAWINGS:,}: leave the blank ones out")


def require_room(drawings: Sequence[LabeledInk], size: int) -> None:
    """Raise `InkError` where so many drawings, in so many bytes, are more than would be read again."""
    points = sum(len(stroke) for drawing in drawings for stroke in drawing.ink.strokes)
    if len(drawings) > _MOST_DRAWINGS or points > _MOST_POINTS or size > MAX_BYTES:
        raise InkError(f"the file would hold {_TOO_MANY}, or be longer than {MAX_BYTES:,} bytes")


def write(path: Path, drawing: LabeledInk) -> None:
    """Write `text_of` one drawing as an ink file, atomically."""
    write_atomically(path, text_of(drawing).encode())


def text_of(drawing: LabeledInk) -> str:
    """Return the line of one drawing; coordinates are rounded to a hundredth.

    Raises `InkError` for so much ink that it would not be read again.
    """
    strokes = [np.round(stroke.astype(float), 2).tolist() for stroke in drawing.ink.strokes]
    line = json.dumps({"label": drawing.label, "strokes": strokes}) + "\n"
    if len(line) > _LONGEST_LINE:
        raise InkError(f"the drawing takes {len(line):,} characters, more than {_LONGEST_LINE:,}: draw less")
    return line


def _drawing(line: str, where: str) -> LabeledInk:
    if len(line) > _LONGEST_LINE:
        raise InkError(f"{where}: {len(line):,} characters are no drawing; choose another file")
    try:
        record = json.loads(line, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise InkError(f"{where}: not JSON ({error}); an ink file has one JSON object a line") from error
    if not isinstance(record, dict) or not isinstance(record.get("strokes"), list):
        raise InkError(f'{where}: no "strokes"; write {{"label": 3, "strokes": [[[x, y], ...], ...]}}')
    label = record.get("label")
    if label is not None and not (type(label) is int and 0 <= label < CLASSES):
        raise InkError(f"{where}: the label is {str(label)[:20]}; use a digit 0-9 or null")
    return LabeledInk(Ink(tuple(_stroke(points, where) for points in record["strokes"] if points != [])), label)


def _stroke(points: Any, where: str) -> Stroke:
    """Return the (n, 2) or (n, 3) array of one stroke."""
    if not isinstance(points, list) or not all(isinstance(point, list) for point in points):
        raise InkError(f"{where}: a stroke is not a list of points [x, y]")
    dimensions = len(points[0])
    for point in points:
        if len(point) != dimensions or dimensions not in (2, 3) or not all(map(_is_coordinate, point)):
            raise InkError(f"{where}: the point {str(point)[:40]} is not [x, y] or [x, y, pressure]")
    return np.array(points, np.float64)


def _is_coordinate(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) <= LARGEST


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number of JSON")
