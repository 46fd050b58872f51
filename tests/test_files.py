"""Files are read within bounds and replaced as a whole or not at all."""

import gzip
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from digitpad.files import FileError, read_bounded, write_atomically


def test_what_is_written_is_read_and_nothing_is_left_over(tmp_path: Path) -> None:
    path = tmp_path / "a"
    write_atomically(path, b"old")
    write_atomically(path, b"new")
    assert read_bounded(path, 3) == b"new"
    assert os.listdir(tmp_path) == ["a"]


def test_gzip_is_unpacked_and_counts_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(b"x" * 1_000_000))
    assert len(read_bounded(path, 1_000_000)) == 1_000_000
    with pytest.raises(FileError, match="more than 999,999 bytes"):
        read_bounded(path, 999_999)


def test_a_folder_a_missing_file_and_a_pipe_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FileError, match="is a folder: choose a file"):
        read_bounded(tmp_path, 1)
    for name in ("none", "pipe"):
        with pytest.raises(FileError, match="does not exist or is not a regular file: choose a file"):
            read_bounded(tmp_path / name, 1)


def test_a_link_is_followed_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"old")
    (tmp_path / "link").symlink_to("target")
    write_atomically(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"new"


def test_permissions_stay(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write_atomically(path, b"new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_target_that_is_no_regular_file_is_left_alone(tmp_path: Path) -> None:
    for make, name in ((Path.mkdir, "folder"), (os.mkfifo, "pipe")):
        make(tmp_path / name)
        with pytest.raises(FileError, match="not a regular file"):
            write_atomically(tmp_path / name, b"new")


def test_a_missing_folder_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="the folder does not exist; create it or choose another"):
        write_atomically(tmp_path / "none" / "a", b"new")


def test_a_disk_that_fills_up_costs_nothing_that_was_there(tmp_path: Path) -> None:
    """The limit on a file's size stands in for the full disk: writing fails in the middle of the file."""
    path = tmp_path / "a"
    path.write_bytes(b"good")
    code = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from digitpad.files import FileError, write_atomically\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "try:\n"
        "    write_atomically(Path(sys.argv[1]), b'x' * 1_000_000)\n"
        "except FileError as error:\n"
        "    print(error)\n"
    )
    result = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert result.stdout.startswith(f"cannot write {path}: ")
    assert path.read_bytes() == b"good"
    assert os.listdir(tmp_path) == ["a"]
