"""Reading that is bounded and writing that is atomic. It knows bytes and paths, no formats."""

import contextlib
import errno
import gzip
import os
import stat
import zlib
from pathlib import Path

from digitpad.errors import DigitpadError

_CHUNK = 1 << 20


class FileError(DigitpadError):
    """A file could not be read or written."""


def read_bounded(path: Path, limit: int, begin: int = 0) -> bytearray:
    """Return the content of `path` from byte `begin` on, unpacked if its name ends in ``.gz``.

    `limit` is the largest allowed size in bytes after unpacking; a file that holds more is refused with
    `FileError` before more than that has been read.
    """
    opener = gzip.open if path.suffix.lower() == ".gz" else open
    content = bytearray()
    try:
        if not path.is_file():
            kind = "is a folder" if path.is_dir() else "does not exist or is not a regular file"
            raise FileError(f"{path} {kind}: choose a file")
        if opener is open and path.stat().st_size > limit:
            raise _too_large(path, limit)
        with opener(path, "rb") as file:
            file.seek(begin)
            while chunk := file.read(min(_CHUNK, limit + 1 - begin - len(content))):
                content += chunk
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise FileError(f"{path} is not an intact gzip file ({error}): fetch or copy it again") from error
    except OSError as error:
        raise FileError(f"cannot read {path}: {_reason(error)}") from error
    if begin + len(content) > limit:
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
