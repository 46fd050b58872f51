"""The file of the user's own digits: written by several windows and by people, and nothing of theirs is lost."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from digitpad.data.ink import Ink
from digitpad.data.ink_files import InkError, LabeledInk
from digitpad.engine.finetuning.my_digits import MyDigits
from digitpad.files import FileError

#: As somebody wrote it by hand: another key, a small unit, no blank.
THEIRS = b'{"writer":"Ann","label":4,"strokes":[[[0.001,0.002],[0.003,0.009]]]}'


def digit(label: int, x: float = 0.0) -> LabeledInk:
    return LabeledInk(Ink((np.array([[x, 0.0], [x, 9.0]]),)), label)


@pytest.fixture
def mine(tmp_path: Path) -> MyDigits:
    return MyDigits(tmp_path / "mine.jsonl")


def test_two_processes_lose_nothing_of_each_other(mine: MyDigits) -> None:
    code = f"""
import sys
from pathlib import Path
from digitpad.engine.finetuning.my_digits import MyDigits
from tests.engine.finetuning.test_my_digits import digit
mine = MyDigits(Path({str(mine.path)!r}))
own = int(sys.argv[1])
for number in range(60):
    entry = mine.add(digit(own, number))
    if number % 3 == 0:
        mine.change(entry, digit(own + 5, number))
    elif number % 3 == 1:
        mine.remove([entry])
"""
    root = Path(__file__).parents[3]
    both = [subprocess.Popen([sys.executable, "-c", code, str(label)], cwd=root) for label in (1, 2)]
    assert [process.wait(60) for process in both] == [0, 0]
    labels = [entry.drawing.label for entry in mine.entries()]
    assert {label: labels.count(label) for label in (1, 2, 6, 7)} == dict.fromkeys((1, 2, 6, 7), 20)


def test_another_windows_digit_is_neither_mended_nor_removed(mine: MyDigits) -> None:
    other = MyDigits(mine.path)
    first = mine.add(digit(1))
    second = other.add(digit(2, 5))
    other.remove(other.entries()[:1])
    # The one that this window means is gone: what it says of it now is another digit.
    mended = mine.change(first, digit(3))
    assert [entry.drawing.label for entry in mine.entries()] == [2, 3]
    mine.remove([first])
    assert [entry.drawing.label for entry in mine.entries()] == [2, 3]
    other.change(second, digit(4, 5))
    mine.remove([mended])
    assert [entry.drawing.label for entry in mine.entries()] == [4]


def test_of_two_lines_that_are_alike_one_is_removed(mine: MyDigits) -> None:
    for _ in range(3):
        entry = mine.add(digit(7))
    mine.remove([entry])
    assert len(mine.entries()) == 2
    mine.remove(mine.entries())
    assert mine.entries() == []


def test_what_people_wrote_stays_as_they_wrote_it(mine: MyDigits) -> None:
    comment = b'{"strokes": [], "note": "no digit"}'
    mine.path.write_bytes(b"\xef\xbb\xbf" + THEIRS + b"\n\n" + comment)
    entry = mine.add(digit(5))
    mine.change(entry, digit(6))
    assert mine.path.read_bytes().split(b"\n")[:3] == [b"\xef\xbb\xbf" + THEIRS, b"", comment]
    assert [entry.drawing.label for entry in mine.entries()] == [4, 6]
    mine.export(mine.path.with_name("out.jsonl"))
    assert mine.path.with_name("out.jsonl").read_bytes().startswith(b"\xef\xbb\xbf" + THEIRS + b"\n")


def test_a_line_that_was_torn_when_the_power_failed_costs_only_itself(mine: MyDigits) -> None:
    mine.add(digit(1))
    whole = mine.path.read_bytes()
    mine.path.write_bytes(whole + whole[: len(whole) // 2])
    assert [entry.drawing.label for entry in mine.entries()] == [1]
    mine.add(digit(2))
    assert [json.loads(line)["label"] for line in mine.path.read_text().splitlines()] == [1, 2]
    # It may be what a person wrote and did not end.
    assert mine.path.with_suffix(".torn").read_bytes() == whole[: len(whole) // 2] + b"\n"


def test_a_damaged_line_is_named_and_nothing_is_written(mine: MyDigits) -> None:
    mine.path.write_bytes(b"nonsense\n" + THEIRS + b"\n")
    before = mine.path.read_bytes()
    for action in (mine.entries, lambda: mine.add(digit(1)), lambda: mine.remove([])):
        with pytest.raises(InkError, match=r"mine\.jsonl, line 1: not JSON"):
            action()
    assert mine.path.read_bytes() == before


def test_a_disk_that_fills_up_costs_nothing_that_was_there(mine: MyDigits) -> None:
    """The limit on a file's size stands in for the full disk: writing fails in the middle of a line."""
    mine.add(digit(1))
    code = f"""
import resource, signal
from pathlib import Path
from digitpad.engine.finetuning.my_digits import MyDigits
from digitpad.files import FileError
from tests.engine.finetuning.test_my_digits import digit
path = Path({str(mine.path)!r})
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
size = path.stat().st_size + 20
resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
try:
    MyDigits(path).add(digit(2))
except FileError as error:
    print(error)
"""
    before = mine.path.read_bytes()
    root = Path(__file__).parents[3]
    told = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert "cannot write" in told.stdout
    assert mine.path.read_bytes() == before


def test_no_more_is_added_than_can_be_read_again(mine: MyDigits, monkeypatch: pytest.MonkeyPatch) -> None:
    long = LabeledInk(Ink((np.random.default_rng(0).random((400_000, 2)),)), 1)
    with pytest.raises(InkError, match=r"takes [0-9,]+ characters, more than 4,000,000: draw less"):
        mine.add(long)
    line = b'{"label": 1, "strokes": [[[1, 2]]]}\n'
    mine.path.write_bytes(line * 30_000)
    with pytest.raises(InkError, match="the file would hold more than 30,000 drawings"):
        mine.add(digit(1))
    assert len(mine.entries()) == 30_000


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_sealed_folder_is_one_sentence(mine: MyDigits) -> None:
    mine.path.parent.chmod(0o500)
    with pytest.raises(FileError, match="cannot write"):
        mine.add(digit(1))
