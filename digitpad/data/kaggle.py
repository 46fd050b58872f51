"""The CSV files of Kaggle's Digit Recognizer: digits as MNIST normalized them, one a line.

The first line names the columns: pixel0 to pixel783, after `label` in the file to train on.
"""

import io
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from digitpad.data.dataset import SIDE, Images, Labels
from digitpad.errors import DigitpadError
from digitpad.files import FileError, opened

_PIXELS = [f"pixel{i}" for i in range(SIDE * SIDE)]
#: A line of the longest numbers with spaces has fewer characters; one that is longer is none of these files.
_LONGEST_LINE = 10_000
_LINES_AT_ONCE = 500


class KaggleError(DigitpadError):
    """The file is not one of Kaggle's Digit Recognizer."""


def read(path: Path) -> Iterator[tuple[Images, Labels | None, int]]:
    """Yield some hundred digits at a time: images (n, 784), labels (n,) if the file has them, bytes read so far.

    Raises `KaggleError`, which names the line, or `FileError`.
    """
    try:
        with opened(path) as file:
            has_labels = _has_labels(path, file.readline(_LONGEST_LINE))
            number = 2
            while lines := _next_lines(path, file, number):
                values = _values(path, lines, number, len(_PIXELS) + has_labels)
                labels = values[:, 0] if has_labels else None
                yield np.ascontiguousarray(values[:, int(has_labels) :]), labels, file.tell()
                number += len(lines)
            if number == 2:
                raise KaggleError(f"{path} has no digits after its first line: fetch it again")
    except OSError as error:
        raise FileError(f"cannot read {path}: {error.strerror}") from error


def _has_labels(path: Path, header: bytes) -> bool:
    names = [name.strip().strip('"') for name in header.decode("utf-8-sig", "replace").split(",")]
    has_labels = names[0] == "label"
    if names[int(has_labels) :] != _PIXELS:
        found = len(names) - has_labels if header.strip() else 0
        what = f"{found} column{'s' * (found != 1)}" if found != len(_PIXELS) else "other names"
        raise KaggleError(
            f"line 1 of {path} has {what} where pixel0 to pixel783 should be: use a file of Kaggle's Digit Recognizer"
        )
    return has_labels


def _next_lines(path: Path, file: io.BufferedReader, number: int) -> list[bytes]:
    rest = iter(lambda: file.readline(_LONGEST_LINE), b"")
    lines = list(itertools.islice(rest, _LINES_AT_ONCE))
    for place, line in enumerate(lines, number):
        if len(line) == _LONGEST_LINE and not line.endswith(b"\n"):
            raise KaggleError(f"line {place} of {path} is longer than any digit: fetch the file again")
    if lines and not lines[-1].strip() and not any(line.strip() for line in rest):
        # An editor has left empty lines at the end.
        while lines and not lines[-1].strip():
            lines.pop()
    return lines


def _values(path: Path, lines: list[bytes], number: int, columns: int) -> npt.NDArray[np.uint8]:
    """Return the numbers of `lines` (n, columns), the first of which is line `number` of the file."""
    try:
        values: npt.NDArray[Any] = np.loadtxt(lines, np.int16, delimiter=",", ndmin=2, comments=None)
    except ValueError:
        values = np.empty((0, 0), np.int16)
    if values.shape != (len(lines), columns) or values.min() < 0 or values.max() > 255:
        raise KaggleError(_fault(path, lines, number, columns))
    return values.astype(np.uint8)


def _fault(path: Path, lines: list[bytes], number: int, columns: int) -> str:
    """Return what is wrong with the first line that does not hold `columns` whole numbers from 0 to 255."""
    for offset, line in enumerate(lines):
        cells = line.decode("utf-8", "replace").strip().split(",")
        where = f"line {number + offset} of {path}"
        if len(cells) != columns:
            return f"{where} has {len(cells)} columns, not {columns}: correct it or fetch the file again"
        for cell in cells:
            digits = cell.strip()
            is_number = digits.isascii() and digits.isdigit() and len(digits.lstrip("0")) <= 3
            if not (is_number and int(digits.lstrip("0") or 0) <= 255):
                return f"{where} has {cell.strip()[:20]!r} where a whole number from 0 to 255 should be: correct it"
    return f"{path} has lines that cannot be read: fetch it again"
