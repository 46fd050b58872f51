"""Parses .safetensors and .npz files into named arrays. Their content is not trusted."""

import contextlib
import io
import json
import math
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from digitpad.errors import DigitpadError
from digitpad.files import read_bounded

Tensors = dict[str, npt.NDArray[Any]]

#: Of a file, and of all that it unpacks to.
MAX_BYTES = 256 * 1024 * 1024
_MAX_HEADER = 1_000_000
_MAX_TENSORS = 200
#: Windows lets nobody delete or replace a file that is mapped.
IS_MAPPED = os.name == "posix"
#: A zip file's closing record with the longest comment.
_LONGEST_ZIP_END = 22 + 65_535


class WeightsError(DigitpadError):
    """The file holds no weights that digitpad can use."""


class ForeignError(WeightsError):
    """The file holds weights, but was not saved by digitpad, and does not say all of a network."""


#: How a network becomes known whose file does not say all of it.
FOREIGN_CURE = "open it in the window, or let `digitpad export IN OUT` find out, and use OUT"


def read_safetensors(content: bytearray, key: str) -> tuple[Tensors, str]:
    """Return the tensors of a .safetensors file and the metadata text under `key`.

    Raises `ForeignError` where there is none, and `WeightsError` for a damaged file.
    """
    tensors, metadata = parse_safetensors(content)
    if metadata.get(key) is None:
        raise ForeignError(f"digitpad did not save it, and it says neither layers nor scaling: {FOREIGN_CURE}")
    return tensors, _text(metadata[key])


def parse_safetensors(content: bytearray) -> tuple[Tensors, dict[str, str]]:
    """Return the tensors of any .safetensors file and its metadata. Raises `WeightsError`.

    The safetensors library checks offsets and types, but takes a name that comes twice without a word.
    """
    from safetensors.numpy import load

    with parsing("safetensors"):
        header, _ = _header(content)
        if any(entry.get("dtype") == "BF16" for entry in header.values()):
            raise WeightsError("its numbers have 16 bits, which NumPy does not know; save it with float32")
        tensors = load(bytes(content))
    return tensors, header.get("__metadata__") or {}


def map_safetensors(path: Path, key: str) -> tuple[Tensors, str]:
    """Return the float32 tensors of a .safetensors file, and the metadata text under `key`.

    They are mapped from the disk if `IS_MAPPED`: the file must not be written to afterwards; whoever replaces it
    atomically disturbs nobody.
    """
    # Its views need not be maps themselves: such arrays carry a dictionary each.
    content = np.memmap(path, np.uint8, "r") if IS_MAPPED else np.frombuffer(read_bounded(path, MAX_BYTES), np.uint8)
    mapped = np.asarray(content)
    with parsing("safetensors"):
        header, begin = _header(mapped.data)
        text = (header.pop("__metadata__", None) or {}).get(key)
        data = mapped[begin:]
        tensors = {name: _view(data, entry) for name, entry in header.items()}
    return tensors, _text(text)


def _header(content: bytearray | memoryview) -> tuple[dict[str, Any], int]:
    """Return the header of a .safetensors file, and where the tensors begin."""
    size = int.from_bytes(content[:8], "little")
    if len(content) < 8 or not 2 <= size <= min(_MAX_HEADER, len(content) - 8):
        raise WeightsError("it is truncated or no safetensors file; fetch or save it again")
    return json.loads(bytes(content[8 : 8 + size]), object_pairs_hook=_no_duplicates), 8 + size


def _view(data: "npt.NDArray[np.uint8]", entry: dict[str, Any]) -> npt.NDArray[Any]:
    begin, end = entry["data_offsets"]
    shape = tuple(int(length) for length in entry["shape"])
    if entry["dtype"] != "F32" or not 0 <= begin <= end <= len(data) or end - begin != 4 * math.prod(shape):
        raise ValueError("a tensor does not lie where it should")
    # Unaligned where the header has an odd length: then the view is a copy.
    return np.require(data[begin:end].view("<f4").reshape(shape), np.float32, "A")


def read_npz(content: bytearray, key: str) -> tuple[Tensors, str]:
    """Return the arrays of a .npz file and the text of its 0-d string array `key`. Only plain numbers are read."""
    _check_directory(content)
    with parsing("npz"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            _check_members(members)
            arrays = {info.filename.removesuffix(".npy"): _array(archive.read(info)) for info in members}
        metadata = arrays.pop(key, None)
        # It raises an error for code points that NumPy keeps, but no text can have.
        text = str(metadata) if metadata is not None and metadata.dtype.kind == "U" else None
    return arrays, _text(text)


def _check_directory(content: bytearray) -> None:
    """Refuse a zip file whose list of members alone would take seconds to read."""
    tail = content[-_LONGEST_ZIP_END:]
    end = tail.rfind(b"PK\5\6")
    if end < 0 or len(tail) < end + 22 or b"PK\6\7" in tail:
        raise WeightsError("it is truncated or no npz file; fetch or save it again")
    if int.from_bytes(tail[end + 12 : end + 16], "little") > _MAX_HEADER:
        raise WeightsError("it has too many members; choose a weights file")


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    names = [info.filename for info in members]
    if len(names) > _MAX_TENSORS:
        raise WeightsError(f"it has {len(names):,} members; choose a weights file")
    if not all(name.endswith(".npy") for name in names):
        raise WeightsError("it has a member that is no array; choose a weights file")
    if len(set(names)) != len(names):
        raise WeightsError("it has two members of the same name; save it again")
    if not all(info.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for info in members):
        raise WeightsError("it is packed in a way that NumPy does not use; save it again")
    unpacked = sum(info.file_size for info in members)
    if unpacked > MAX_BYTES:
        raise WeightsError(f"it would unpack to {unpacked:,} bytes, more than {MAX_BYTES:,}; choose a weights file")


def _array(content: bytes) -> npt.NDArray[Any]:
    """Return the array in a .npy member: numbers, or a text. Nothing is allocated for what it merely says it holds."""
    file = io.BytesIO(content)
    if np.lib.format.read_magic(file) != (1, 0):
        raise WeightsError("it has a member that is no plain array; save it again")
    shape, is_fortran, dtype = np.lib.format.read_array_header_1_0(file)
    if dtype.kind not in "fiuU":
        raise WeightsError("it has a member that is no plain array; save it again")
    if math.prod(shape) * dtype.itemsize != len(content) - file.tell():
        raise WeightsError("it has a member that is shorter or longer than it says; save it again")
    return np.frombuffer(content, dtype, offset=file.tell()).reshape(shape, order="F" if is_fortran else "C")


def _text(metadata: str | None) -> str:
    if metadata is None:
        raise WeightsError("it has no digitpad metadata, so it was not saved by digitpad; choose another file")
    if len(metadata) > _MAX_HEADER:
        raise WeightsError(f"its metadata have {len(metadata):,} characters; save it again with digitpad")
    return metadata


@contextlib.contextmanager
def parsing(kind: str) -> Iterator[None]:
    """Make a `WeightsError` of whatever a parser meets in a hostile file: the file is what is wrong."""
    try:
        yield
    except WeightsError:
        raise
    except Exception as error:
        reason = str(error).partition("\n")[0][:100]
        raise WeightsError(f"it is damaged or no {kind} file ({reason}); fetch or save it again") from error


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise ValueError("a name comes twice")
    return dict(pairs)
