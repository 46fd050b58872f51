"""Bounded reading and atomic writing of files."""

import contextlib
import errno
import gzip
import os
import re
import stat
import time
import zlib
from io import SEEK_END, BufferedReader
from pathlib import Path

from digitpad.errors import DigitpadError

_CHUNK = 1 << 20
#: A file that is being written, named after its target; one that is older than this was left by a process that died.
_PART = re.compile(r"\..{1,80}\.[0-9a-f]{8}\.part", re.DOTALL)
_STALE_SECONDS = 600


class FileError(DigitpadError):
    """A file could not be read or written."""


def opened(path: Path, *, follows_links: bool = True) -> BufferedReader:
    """Open a regular file for reading. Anything else, a pipe for example, is refused with `FileError` at once."""
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0)
    # Without this one whoever opens a pipe waits until somebody writes to it.
    flags |= getattr(os, "O_NONBLOCK", 0) | (0 if follows_links else getattr(os, "O_NOFOLLOW", 0))
    try:
        descriptor = os.open(path, flags)
    except ValueError as error:
        raise FileError(f"{str(path)!r} is no name of a file: choose another") from error
    except OSError as error:
        if not path.is_file():
            raise _no_file(path) from error
        raise FileError(f"cannot read {path}: {_reason(error)}") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise _no_file(path)
    return os.fdopen(descriptor, "rb")


def _no_file(path: Path) -> FileError:
    kind = "is a folder" if path.is_dir() else "does not exist or is not a regular file"
    return FileError(f"{path} {kind}: choose a file")


def read_bounded(path: Path, limit: int, *, follows_links: bool = True) -> bytearray:
    """Return the content of `path`, unpacked if its name ends in ``.gz``.

    `limit` is the largest allowed size in bytes after unpacking; a file that holds more is refused with
    `FileError` before more than that has been read.
    """
    is_packed = path.suffix.lower() == ".gz"
    content = bytearray()
    try:
        with opened(path, follows_links=follows_links) as raw:
            if not is_packed and os.fstat(raw.fileno()).st_size > limit:
                raise _too_large(path, limit)
            file: gzip.GzipFile | BufferedReader = gzip.GzipFile(fileobj=raw) if is_packed else raw
            while chunk := file.read(min(_CHUNK, limit + 1 - len(content))):
                content += chunk
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise FileError(f"{path} is not an intact gzip file ({error}): fetch or copy it again") from error
    except OSError as error:
        raise FileError(f"cannot read {path}: {_reason(error)}") from error
    if len(content) > limit:
        raise _too_large(path, limit)
    return content


def _too_large(path: Path, limit: int) -> FileError:
    return FileError(f"{path} holds more than {limit:,} bytes: it is not a file of this kind")


def write_atomically(path: Path, content: bytes | bytearray) -> None:
    """Replace `path` by `content` completely, or leave it as it was and raise `FileError`.

    The bytes go to a temporary file beside the target, reach the disk, and only then take the target's name; so a
    full disk or a crash never costs the file that was there. Symbolic links are followed, not replaced.
    """
    target = Path(os.path.realpath(path))
    part = target.with_name(f".{target.name[:80]}.{os.urandom(4).hex()}.part")
    try:
        if target.exists() and not target.is_file():
            raise FileError(f"cannot write {path}: it is not a regular file; choose another name")
        try:
            with part.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            if target.exists():
                part.chmod(stat.S_IMODE(target.stat().st_mode))
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        _sync_folder(target.parent)
    except OSError as error:
        raise FileError(f"cannot write {path}: {_reason(error)}") from error


def append(path: Path, content: bytes) -> None:
    """Add `content` to the end of a file, which is made if it is not there. Raises `FileError`.

    What was in the file stays as it is, whatever goes wrong.
    """
    try:
        with path.open("ab", buffering=0) as file:
            before = file.seek(0, SEEK_END)
            try:
                if file.write(content) != len(content):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                os.fsync(file.fileno())
            except OSError:
                file.truncate(before)
                raise
    except OSError as error:
        raise FileError(f"cannot write {path}: {_reason(error)}") from error


def remove_left_over(folder: Path) -> None:
    """Remove the temporary files of `write_atomically` that processes which died have left in `folder`."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(OSError):
                if is_left_over(entry.name) and entry.is_file(follow_symlinks=False):
                    age = time.time() - entry.stat(follow_symlinks=False).st_mtime
                    if abs(age) > _STALE_SECONDS:
                        Path(entry).unlink()


def is_left_over(name: str) -> bool:
    """Tell whether a file of that `name` is a temporary one of `write_atomically`."""
    return _PART.fullmatch(name) is not None


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable, where the system can open folders."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _reason(error: OSError) -> str:
    cures = {
        errno.ENOSPC: "the disk is full; free some space or choose another folder",
        errno.EFBIG: "the file is too large for this place; choose another folder",
        errno.EACCES: "permission denied; choose another folder",
        errno.EROFS: "the disk is read-only; choose another folder",
        errno.ENOENT: "the folder does not exist; create it or choose another",
    }
    return cures.get(error.errno or 0, error.strerror or str(error))
