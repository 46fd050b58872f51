"""A folder of four IDX files, plain or gzipped, to digits; without a folder, the MNIST that comes with digitpad.

File names, the choice of an EMNIST set and its rotated pictures are python-mnist's; the reading itself is replaced,
because the original takes seconds and believes whatever a header says.
"""

import struct
import warnings
from pathlib import Path

import numpy as np

from digitpad import resources
from digitpad.data.dataset import CLASSES, SIDE, Dataset, Digits, Images, Labels
from digitpad.errors import DigitpadError
from digitpad.files import FileError, read_bounded

with warnings.catch_warnings():
    # The package compares strings by identity and Python says so when it compiles it.
    warnings.simplefilter("ignore", SyntaxWarning)
    from mnist import MNIST

#: No published set of 28x28 digits is larger; a lying header gets no further.
MAX_COUNT = 500_000
_EMNIST_SETS = ("digits", "mnist")
_IMAGES_MAGIC, _LABELS_MAGIC = 2051, 2049


class DatasetError(DigitpadError):
    """The files are not a set of labeled 28x28 digits."""


def load(folder: str | Path | None = None) -> Digits:
    """Return the training and test digits in `folder`, or the embedded MNIST where it is None.

    The folder holds four files named as MNIST's (so does Fashion-MNIST) or as EMNIST's, each plain or with ``.gz``.
    Raises `DatasetError` for anything missing, truncated, inconsistent or too large.
    """
    try:
        reader = _reader(resources.path("mnist") if folder is None else Path(folder).expanduser())
        return Digits(Dataset(*reader.load_training()), Dataset(*reader.load_testing()))
    except FileError as error:
        raise DatasetError(str(error)) from error
    except (OSError, RuntimeError) as error:
        raise DatasetError(f"cannot look into {folder}: {error}; choose another folder") from error


def require_files(folder: Path) -> None:
    """Raise `DatasetError` unless `folder` has files named as a set of digits; what is in them is not looked at."""
    _reader(folder)


class _Reader(MNIST):
    """python-mnist with a `load` that is bounded, checked and fast.

    Its default mode hands on what `load` returns as it is; its other modes would copy.
    """

    def load(self, path_img: str, path_lbl: str, batch: None = None) -> tuple[Images, Labels]:
        """Return images (n, 784) and labels (n,), both uint8."""
        labels = _read_idx(_plain_or_gz(path_lbl), _LABELS_MAGIC, ())
        images = _read_idx(_plain_or_gz(path_img), _IMAGES_MAGIC, (SIDE, SIDE))
        if len(labels) != len(images):
            raise DatasetError(
                f"{path_lbl} has {len(labels)} labels for the {len(images)} images of {path_img}: "
                "choose a folder whose files belong together"
            )
        if labels.max() >= CLASSES:
            raise DatasetError(f"{path_lbl} has the label {labels.max()}: choose a set of digits, labels 0 to 9")
        if self.emnistRotate:
            images = images.transpose(0, 2, 1)
        return images.reshape(len(images), SIDE * SIDE), labels


def _reader(folder: Path) -> _Reader:
    """Return a reader for whichever naming the folder follows."""
    if not folder.is_dir():
        raise DatasetError(f"{folder} is not a folder: choose one that holds MNIST's four IDX files")
    reader = _Reader(str(folder))
    for emnist in _EMNIST_SETS:
        if _exists(folder / reader.train_img_fname):
            break
        reader.select_emnist(emnist)
    if not _exists(folder / reader.train_img_fname):
        raise DatasetError(
            f"{folder} holds no train-images-idx3-ubyte or train-images-idx3-ubyte.gz: "
            "choose a folder with four IDX files named as MNIST's or EMNIST's"
        )
    return reader


def _exists(path: Path) -> bool:
    return path.exists() or Path(f"{path}.gz").exists()


def _plain_or_gz(path: str) -> Path:
    plain = Path(path)
    return plain if plain.exists() else Path(f"{path}.gz")


def _read_idx(path: Path, magic: int, item_shape: tuple[int, ...]) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Return the (n, *item_shape) bytes of an IDX file after checking all that its header says."""
    header_size = 8 + 4 * len(item_shape)
    item_size = int(np.prod(item_shape))
    content = read_bounded(path, header_size + MAX_COUNT * item_size)
    if len(content) < header_size:
        raise DatasetError(f"{path} has only {len(content)} bytes: fetch it again")
    found_magic, count, *found_shape = struct.unpack_from(f">{header_size // 4}I", content)
    if found_magic != magic:
        raise DatasetError(f"{path} starts with {found_magic}, not {magic}: it is not the IDX file that its name says")
    if tuple(found_shape) != item_shape:
        sides = " x ".join(map(str, found_shape))
        raise DatasetError(f"{path} holds pictures of {sides} pixels: choose a set of {SIDE} x {SIDE}")
    if not 1 <= count <= MAX_COUNT:
        raise DatasetError(f"{path} announces {count:,} items: choose a set of 1 to {MAX_COUNT:,}")
    if len(content) != header_size + count * item_size:
        raise DatasetError(
            f"{path} has {len(content):,} bytes where its header announces {header_size + count * item_size:,}: "
            "fetch it again"
        )
    return np.frombuffer(content, np.uint8, offset=header_size).reshape(count, *item_shape)
