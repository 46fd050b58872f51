"""The user's own digits: an ink file in the user's folder, to see, correct, export and delete.

Several windows, and people with editors, may write to it at once. So it is written under a lock, each line stays as it
is until it is mended or removed itself, and is found by what stands in it, not by its place.
"""

import contextlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from digitpad import folders
from digitpad.data import ink_files
from digitpad.data.ink_files import InkError, LabeledInk
from digitpad.files import FileError, append, read_bounded, write_atomically

NAME = "my-digits.jsonl"
#: Seconds after which whoever holds the lock is not waited for any more.
_PATIENCE = 10


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A labeled drawing, and the `line` of the file that it stands in."""

    line: bytes
    drawing: LabeledInk


class MyDigits:
    """Labeled drawings, the oldest first, as they stand in a file."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or folders.data() / NAME

    def entries(self) -> list[Entry]:
        """Return all that can be learned. Raises `InkError` or `FileError` where the file was damaged."""
        return [entry for entry in self._read()[1] if _can_be_learned(entry.drawing)]

    def add(self, drawing: LabeledInk) -> Entry:
        """Write another one behind the others. Raises `InkError` or `FileError`; then the file is as it was."""
        entry = Entry(ink_files.text_of(drawing).encode().removesuffix(b"\n"), drawing)
        with self._lock():
            content, entries = self._read()
            ink_files.require_room([*(other.drawing for other in entries), drawing], len(content) + len(entry.line) + 2)
            lines, torn = _parted(content)
            if content and not content.endswith(b"\n"):
                self._write(lines, torn)
            append(self.path, entry.line + b"\n")
        return entry

    def change(self, entry: Entry, drawing: LabeledInk) -> Entry:
        """Put another drawing in the place of `entry`, or behind all others where that is gone."""
        mended = Entry(ink_files.text_of(drawing).encode().removesuffix(b"\n"), drawing)
        return mended if self._rewrite([entry], [mended.line]) else self.add(drawing)

    def remove(self, entries: Collection[Entry]) -> None:
        """Leave `entries` out, as far as they are still there; what somebody else wrote into the file stays."""
        self._rewrite(entries, [])

    def export(self, path: Path) -> None:
        """Write all of them to another ink file."""
        write_atomically(path, b"".join(entry.line + b"\n" for entry in self.entries()))

    def _rewrite(self, entries: Collection[Entry], instead: list[bytes]) -> bool:
        """Put `instead` in the place of the newest lines that are those of `entries`; tell whether any was there."""
        sought = [entry.line for entry in entries]
        with self._lock():
            kept: list[bytes] = []
            lines, torn = _parted(self._read()[0])
            for line in reversed(lines):
                if line in sought:
                    sought.remove(line)
                    kept += instead
                else:
                    kept.append(line)
            if len(sought) == len(entries):
                return False
            self._write(kept[::-1], torn)
        return True

    def _write(self, lines: list[bytes], torn: bytes) -> None:
        """Write the file anew, and keep what was `torn` in a file beside it: it may be half of what a person wrote."""
        if torn:
            append(self.path.with_suffix(".torn"), torn + b"\n")
        write_atomically(self.path, b"".join(line + b"\n" for line in lines))

    def _read(self) -> tuple[bytes, list[Entry]]:
        """Return the file's content and its drawings, of a last line that was torn none."""
        if not self.path.exists():
            return b"", []
        content = bytes(read_bounded(self.path, ink_files.MAX_BYTES))
        ink_files.require_lines(content.count(b"\n"), str(self.path))
        entries = []
        for number, line in enumerate(_parted(content)[0], 1):
            if line.strip():
                entries.append(Entry(line, ink_files.parse_line(line, f"{self.path}, line {number}")))
        return content, entries

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        # It takes half as long to import as all of digitpad.
        from filelock import FileLock, Timeout

        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.path.with_name(f".{self.path.name}.lock"), is_singleton=False)
            lock.acquire(timeout=_PATIENCE, poll_interval=0.02)
        except Timeout as error:
            raise FileError(f"{self.path} is being written by another program: try again") from error
        except OSError as error:
            raise FileError(f"cannot write to {self.path.parent}: {error.strerror}; free some space") from error
        try:
            yield
        finally:
            lock.release()


def _parted(content: bytes) -> tuple[list[bytes], bytes]:
    """Return the lines of a file without their ends, and a last one that was torn when the power failed."""
    *lines, last = content.split(b"\n")
    try:
        if last.strip():
            ink_files.parse_line(last, "")
            lines.append(last)
    except InkError:
        return lines, last
    return lines, b""


def _can_be_learned(drawing: LabeledInk) -> bool:
    return drawing.label is not None and drawing.ink.digit is not None
