"""Damaged files of every format get a sentence each; and whoever looks for findings would see one."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.readers import READERS

ROOT = Path(__file__).parents[2]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not Path("/proc/self/statm").exists(), reason="forks, and reads its own memory from /proc, as only Linux has it"
    ),
]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=300)


def test_damaged_files_get_a_sentence_each() -> None:
    result = run("-m", "tests.fuzz", "--count", "300")
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.count(" 0 findings") == len(READERS)


@pytest.mark.parametrize(
    ("reader", "finding"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("all(True for _ in iter(int, 1))", "1 s"),
        ("bytearray(1 << 30)", "MemoryError"),
        ("__import__('os').abort()", "SIGABRT"),
    ],
)
def test_what_a_reader_must_not_do_is_found_and_the_rest_is_still_read(reader: str, finding: str) -> None:
    code = f"""
import os, tempfile
from tests.fuzz import readers
from tests.fuzz.__main__ import tried
os.chdir(tempfile.mkdtemp())
readers.READERS["ink"] = (".x", lambda path: path.read_bytes() == b"bad" and {reader})
print(tried("ink", [b"a", b"bad", b"b", b"bad", b"c"]))
"""
    result = run("-c", code)
    assert result.stdout.count("b'bad'") == 2, result.stdout + result.stderr
    assert result.stdout.count(finding) == 2
