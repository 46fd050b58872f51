"""The user's own digits: an ink file in the folder for users' data, theirs to see, mend, export and delete."""

import itertools
from collections.abc import Collection
from pathlib import Path

from digitpad import folders
from digitpad.data import ink_files
from digitpad.data.ink_files import LabelledInk
from digitpad.files import write_atomically

NAME = "my-digits.jsonl"


class MyDigits:
    """Labelled drawings, the oldest first, as they stand in a file."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or folders.data() / NAME

    def all(self) -> list[LabelledInk]:
        """Return all that can be learned. Raises `InkError` or `FileError` where the file was damaged."""
        return [drawing for drawing in self._lines() if _can_be_learned(drawing)]

    def add(self, drawing: LabelledInk) -> None:
        """Write another one behind the others."""
        self._write([*self._lines(), drawing])

    def change(self, number: int, drawing: LabelledInk) -> None:
        """Put another drawing in the place of that `number` of `all`."""
        count = itertools.count()
        self._write([drawing if _can_be_learned(d) and next(count) == number else d for d in self._lines()])

    def remove(self, numbers: Collection[int]) -> None:
        """Leave out those of `all` with `numbers`; what somebody else wrote into the file stays."""
        count = itertools.count()
        self._write(
            [drawing for drawing in self._lines() if not _can_be_learned(drawing) or next(count) not in numbers]
        )

    def export(self, path: Path) -> None:
        """Write all of them to another ink file."""
        write_atomically(path, _text_of(self.all()))

    def _lines(self) -> list[LabelledInk]:
        return ink_files.read(self.path) if self.path.is_file() and self.path.stat().st_size else []

    def _write(self, drawings: list[LabelledInk]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(self.path, _text_of(drawings))


def _text_of(drawings: list[LabelledInk]) -> bytes:
    return "".join(map(ink_files.text_of, drawings)).encode()


def _can_be_learned(drawing: LabelledInk) -> bool:
    return drawing.label is not None and drawing.ink.digit is not None
