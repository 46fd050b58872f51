"""The bytes of .safetensors and .npz files to named arrays, distrusting every one of them. It knows no networks."""

import io
import json
import math
import zipfile
import zlib
from typing import Any

import numpy as np
import numpy.typing as npt

from digitpad.errors import DigitpadError

Tensors = dict[str, npt.NDArray[Any]]

#: Of a file, and of all that it unpacks to.
MAX_BYTES = 256 * 1024 * 1024
_MAX_HEADER = 1_000_000
_MAX_TENSORS = 200


class WeightsError(DigitpadError):
    """The file holds no weights that digitpad can use."""


def read_safetensors(content: bytes, key: str) -> tuple[Tensors, str]:
    """Return the tensors of a .safetensors file and the metadata text under `key`.

    The safetensors library checks offsets and types, but takes a name that comes twice without a word.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    size = int.from_bytes(content[:8], "little")
    if len(content) < 8 or not 2 <= size <= min(_MAX_HEADER, len(content) - 8):
        raise WeightsError("it is truncated or no safetensors file; fetch or save it again")
    try:
        header = json.loads(content[8 : 8 + size], object_pairs_hook=_no_duplicates)
        tensors = load(content)
    except (ValueError, KeyError, TypeError, RecursionError, SafetensorError) as error:
        reason = str(error)[:100]
        raise WeightsError(f"it is damaged or no safetensors file ({reason}); fetch or save it again") from error
    metadata = header.get("__metadata__", {}).get(key)
    if metadata is None:
        raise WeightsError("it has no digitpad metadata, so it was not saved by digitpad; choose another file")
    return tensors, metadata


def read_npz(content: bytes, key: str) -> tuple[Tensors, str]:
    """Return the arrays of a .npz file and the text of its 0-d string array `key`. Pickles are refused."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            _check_members(members)
            arrays = {info.filename.removesuffix(".npy"): _array(archive, info) for info in members}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise WeightsError(f"it is damaged or no npz file ({str(error)[:100]}); fetch or save it again") from error
    metadata = arrays.pop(key, None)
    if metadata is None or metadata.ndim != 0 or metadata.dtype.kind != "U":
        raise WeightsError("it has no digitpad metadata, so it was not saved by digitpad; choose another file")
    return arrays, str(metadata)


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    names = [info.filename for info in members]
    if len(names) > _MAX_TENSORS:
        raise WeightsError(f"it has {len(names):,} members; choose a weights file")
    if len(set(names)) != len(names):
        raise WeightsError("it has two members of the same name; save it again")
    unpacked = sum(info.file_size for info in members)
    if unpacked > MAX_BYTES:
        raise WeightsError(f"it would unpack to {unpacked:,} bytes, more than {MAX_BYTES:,}; choose a weights file")


def _array(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> npt.NDArray[Any]:
    """Read one .npy member. Its header may not ask for more bytes than the member has: NumPy would allocate them."""
    with archive.open(info) as member:
        version = np.lib.format.read_magic(member)
        read_header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _, dtype = read_header(member)
        if math.prod(shape) * dtype.itemsize > info.file_size:
            raise WeightsError(f"its member {info.filename[:60]} is shorter than it says; save it again")
    with archive.open(info) as member:
        array: npt.NDArray[Any] = np.lib.format.read_array(member, allow_pickle=False)
    return array


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise ValueError("a name comes twice")
    return dict(pairs)
