"""Reading IDX files: the embedded ones exactly, others only if they are what they say."""

import gzip
import hashlib
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from digitpad import resources
from digitpad.data import mnist
from digitpad.data.dataset import Digits
from digitpad.data.mnist import DatasetError
from tests.conftest import write_idx

MD5 = {
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}


@pytest.mark.parametrize(("name", "md5"), MD5.items())
def test_the_embedded_files_are_the_official_ones(name: str, md5: str) -> None:
    packed = resources.path(f"mnist/{name}.gz").read_bytes()
    assert hashlib.md5(gzip.decompress(packed)).hexdigest() == md5


def test_the_embedded_digits_are_mnist(mnist_digits: Digits) -> None:
    assert mnist_digits.training.images.shape == (60_000, 784)
    assert mnist_digits.test.images.shape == (10_000, 784)
    assert mnist_digits.training.images.dtype == np.uint8
    assert np.bincount(mnist_digits.training.labels).tolist() == [
        5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949,
    ]  # fmt: skip
    assert mnist_digits.training.labels[:5].tolist() == [5, 0, 4, 1, 9]


def test_loading_takes_little_memory() -> None:
    code = (
        "import resource\n"
        "from digitpad.data import mnist\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "digits = mnist.load()\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    used = int(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)
    unit = 1 if sys.platform == "darwin" else 1024
    assert used * unit <= 100_000_000


def test_nobody_can_write_to_shared_digits(mnist_digits: Digits) -> None:
    with pytest.raises(ValueError, match="read-only"):
        mnist_digits.test.images[0, 0] = 1


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_a_folder_of_plain_or_gzipped_files_is_read(
    few_digits_folder: Path, few_digits: Digits, tmp_path: Path, suffix: str
) -> None:
    for path in few_digits_folder.iterdir():
        content = path.read_bytes()
        (tmp_path / (path.name + suffix)).write_bytes(gzip.compress(content) if suffix else content)
    digits = mnist.load(tmp_path)
    np.testing.assert_array_equal(digits.training.images, few_digits.training.images)
    np.testing.assert_array_equal(digits.test.labels, few_digits.test.labels)


def test_emnists_names_are_known_and_its_pictures_turned_upright(few_digits: Digits, tmp_path: Path) -> None:
    for kind, dataset in (("train", few_digits.training), ("test", few_digits.test)):
        turned = dataset.images.reshape(-1, 28, 28).transpose(0, 2, 1)
        write_idx(tmp_path / f"emnist-digits-{kind}-images-idx3-ubyte", 2051, turned)
        write_idx(tmp_path / f"emnist-digits-{kind}-labels-idx1-ubyte", 2049, dataset.labels)
    digits = mnist.load(tmp_path)
    np.testing.assert_array_equal(digits.training.images, few_digits.training.images)


@pytest.fixture
def broken(few_digits: Digits, tmp_path: Path) -> Path:
    """A folder that tests break in one place."""
    for name in ("train", "t10k"):
        write_idx(tmp_path / f"{name}-images-idx3-ubyte", 2051, few_digits.test.images.reshape(-1, 28, 28))
        write_idx(tmp_path / f"{name}-labels-idx1-ubyte", 2049, few_digits.test.labels)
    return tmp_path


def refused(folder: Path) -> str:
    start = time.perf_counter()
    with pytest.raises(DatasetError) as caught:
        mnist.load(folder)
    assert time.perf_counter() - start < 1
    return str(caught.value)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    assert f"{tmp_path / 'none'} is not a folder" in refused(tmp_path / "none")


def test_an_empty_folder_is_refused_with_the_names_that_are_needed(tmp_path: Path) -> None:
    assert "train-images-idx3-ubyte" in refused(tmp_path)


def test_a_missing_file_is_named(broken: Path) -> None:
    (broken / "t10k-labels-idx1-ubyte").unlink()
    assert "t10k-labels-idx1-ubyte.gz does not exist" in refused(broken)


def test_a_truncated_file_is_refused(broken: Path) -> None:
    path = broken / "train-images-idx3-ubyte"
    whole = len(path.read_bytes())
    path.write_bytes(path.read_bytes()[:-1])
    assert f"has {whole - 1:,} bytes where its header announces {whole:,}: fetch it again" in refused(broken)


def test_a_file_with_bytes_left_over_is_refused(broken: Path) -> None:
    path = broken / "train-labels-idx1-ubyte"
    path.write_bytes(path.read_bytes() + b"\0")
    assert "fetch it again" in refused(broken)


def test_a_truncated_gzip_file_is_refused(broken: Path) -> None:
    path = broken / "train-images-idx3-ubyte"
    Path(f"{path}.gz").write_bytes(gzip.compress(path.read_bytes())[:-20])
    path.unlink()
    assert "not an intact gzip file" in refused(broken)


def test_a_file_of_another_kind_is_refused(broken: Path, few_digits: Digits) -> None:
    write_idx(broken / "train-images-idx3-ubyte", 2049, few_digits.test.labels)
    assert "starts with 2049, not 2051" in refused(broken)


def test_more_labels_than_images_are_refused(broken: Path, few_digits: Digits) -> None:
    write_idx(broken / "train-labels-idx1-ubyte", 2049, few_digits.test.labels[:-1])
    assert "499 labels for the 500 images" in refused(broken)


def test_labels_above_nine_are_refused(broken: Path, few_digits: Digits) -> None:
    write_idx(broken / "t10k-labels-idx1-ubyte", 2049, few_digits.test.labels + 3)
    assert "the label 12" in refused(broken)


def test_pictures_of_another_size_are_refused(broken: Path) -> None:
    write_idx(broken / "train-images-idx3-ubyte", 2051, np.zeros((500, 20, 20)))
    assert "pictures of 20 x 20 pixels" in refused(broken)


def test_a_header_that_announces_billions_is_refused_at_once_and_without_memory(broken: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    header = np.array([2051, 4_000_000_000, 28, 28], ">u4").tobytes()
    (broken / "train-images-idx3-ubyte").write_bytes(header + b"\0" * 784)
    assert "announces 4,000,000,000 items" in refused(broken)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_an_empty_set_is_refused(broken: Path) -> None:
    write_idx(broken / "train-images-idx3-ubyte", 2051, np.zeros((0, 28, 28)))
    write_idx(broken / "train-labels-idx1-ubyte", 2049, np.zeros(0))
    assert "announces 0 items" in refused(broken)
