"""Damaged files of every format get a sentence each; and whoever looks for findings would see one."""

import subprocess
import sys
from pathlib import Path

import pytest

from digitpad.engine.runs import layout
from tests.fuzz import uses
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


def test_with_an_intact_run_everything_is_done(tmp_path: Path) -> None:
    uses.make_run()
    assert uses.use_folder(uses.copied(tmp_path / "runs" / "a run")) == []


def test_a_run_that_leads_out_of_its_folder_is_a_finding_where_nobody_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uses.make_run()
    place = sorted({*layout.MAX_BYTES_OF, layout.LOCK, layout.ABOUT_LOCK, *uses.RUN, "notes.txt", ".git"})
    (tmp_path / "it").write_bytes(bytes([place.index(layout.ABOUT), 0]))
    uses.use_odd_run(tmp_path / "it")
    monkeypatch.setattr(layout, "part", lambda folder, name: folder / name)
    monkeypatch.setattr(layout, "require_own", lambda _: None)
    with pytest.raises(AssertionError):
        uses.use_odd_run(tmp_path / "it")


def test_the_monkey_finds_nothing_within_a_minute() -> None:
    result = run("-m", "tests.fuzz.monkey", "--seconds", "60", "--seed", "0")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "nothing found" in result.stdout


@pytest.mark.parametrize(
    ("fault", "finding"),
    [
        ("raise ValueError('made')", "ValueError: made"),
        ("logs.unexpected(ValueError('made'))", "ValueError: made"),
        ("__import__('PySide6.QtCore').QtCore.qWarning('made')", "Qt says: made"),
        ("__import__('warnings').warn('made')", "made"),
        (
            "threading.Thread(target=time.sleep, args=(100,), daemon=True, name='made').start()",
            "outlive their window: ['made'",
        ),
    ],
)
def test_what_a_monkey_must_not_meet_is_found_and_its_acts_are_told(fault: str, finding: str) -> None:
    code = f"""
import sys, threading, time
from digitpad import logs
from digitpad.app.canvas.canvas import Canvas
from tests.fuzz import monkey
def show_guides(self, on):
    {fault}
Canvas.show_guides = show_guides
Monkey = monkey.Monkey
Monkey.act = lambda self: (self._do(self.window.canvas_actions.guides), self._rest(), self.check())
sys.argv = ["monkey", "--seconds", "2"]
monkey.main()
"""
    result = run("-c", code)
    assert result.returncode == 1
    assert "do '" in result.stdout
    assert finding in result.stdout


def test_damaged_files_get_a_sentence_each() -> None:
    result = run("-m", "tests.fuzz", "--count", "100")
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
