"""What the command line does where its surroundings fail: streams, folders, names, one bad input among good ones."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from digitpad import folders, logs
from digitpad.engine.training.config import SETTINGS
from digitpad.errors import DigitpadError
from tests.test_cli import BLANK, SEVEN, digitpad, failed, home, succeeded

__all__ = ["home"]
pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="devices and users of POSIX systems")]


def shell(home: dict[str, str], line: str, **more: object) -> subprocess.CompletedProcess[str]:
    """Run a line of shell in which `digitpad` is this one."""
    function = f'digitpad() {{ "{sys.executable}" -m digitpad "$@"; }}\n'
    environment = home | {"PYTHONPATH": str(Path(__file__).parents[1])}
    return subprocess.run(
        ["sh", "-c", function + line], env=environment, capture_output=True, text=True, timeout=60, **more
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
def test_a_stderr_that_takes_nothing_changes_no_status(home: dict[str, str]) -> None:
    assert shell(home, "digitpad evaluate nope 2>/dev/full").returncode == 2
    assert shell(home, "digitpad evaluate nope 2>&-").returncode == 2


def test_a_home_that_nobody_knows_is_one_sentence(home: dict[str, str], tmp_path: Path) -> None:
    sentence = failed(digitpad(home | {folders.HOME: "~nobody-at-all/a"}, "runs"))
    assert "DIGITPAD_HOME is '~nobody-at-all/a', which is no folder that can be found: name another" in sentence
    if os.geteuid() == 0:
        without = {name: value for name, value in home.items() if name not in ("HOME", folders.HOME)}
        # All is imported first: nobody else may read the folder of this interpreter, perhaps.
        code = "import encodings.utf_8_sig, logging.handlers, os, pwd, sys, digitpad.cli; "
        code += "from digitpad.__main__ import main; os.setuid(54321); sys.argv[1:] = ['runs']; sys.exit(main())"
        result = subprocess.run(
            [sys.executable, "-c", code], env=without, cwd=tmp_path, capture_output=True, text=True, timeout=60
        )
        assert "nobody knows your home folder (HOME is not set): set HOME, or DIGITPAD_HOME" in failed(result)
        assert not (tmp_path / "~").exists()


def test_a_log_that_cannot_be_written_is_not_said_to_hold_anything(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "digitpad.log").symlink_to("/dev/full")
    for place in (tmp_path, Path("~nobody-at-all/a"), tmp_path / "digitpad.log" / "below"):
        monkeypatch.setenv(folders.HOME, str(place))
        sentence = logs.unexpected(ValueError("odd\nerror"))
        assert "Internal error (ValueError: odd error); the details could not be written (" in sentence
    assert capfd.readouterr().err == ""


def test_a_sentence_is_one_line_whatever_it_tells(home: dict[str, str]) -> None:
    assert "\n" not in str(DigitpadError("a\r\nb\u2028c"))
    assert "the schedule is 'cos\\nine': use" in failed(digitpad(home, "train", "--schedule", "cos\nine"))


@pytest.mark.parametrize("encoding", ["ascii", "utf-8", "latin-1"])
def test_names_that_no_terminal_can_show_are_told_all_the_same(
    home: dict[str, str], tmp_path: Path, encoding: str
) -> None:
    odd = [os.fsencode(tmp_path / "\u2603.jsonl"), os.fsencode(tmp_path) + b"/\xff.jsonl"]
    for name in odd:
        Path(os.fsdecode(name)).write_text(SEVEN)
    command = [sys.executable, "-m", "digitpad", "classify", *odd, os.fsencode(tmp_path) + b"/\xfe.svg"]
    result = subprocess.run(command, env=home | {"PYTHONIOENCODING": encoding}, capture_output=True, timeout=60)
    assert result.returncode == 2
    assert [line.split(b"\t")[2] for line in result.stdout.splitlines()] == [b"7", b"7"]
    assert b"does not exist" in result.stderr
    assert result.stderr.count(b"\n") == 1


def test_a_run_of_any_name_is_listed_anywhere(home: dict[str, str], few_digits_folder: Path) -> None:
    ascii_only = home | {"PYTHONIOENCODING": "ascii"}
    arguments = ["--epochs", 1, "--hidden", 4, "--data", few_digits_folder, "--validation", 500, "--name", "Ünïcode ☃"]
    succeeded(digitpad(ascii_only, "train", *arguments))
    for command in (["runs"], ["runs", "show", "Ünïcode ☃"], ["runs", "compare", "Ünïcode ☃", "Ünïcode ☃"]):
        assert "\\u2603" in succeeded(digitpad(ascii_only, *command))
    assert "called day now" in succeeded(digitpad(ascii_only, "runs", "rename", "Ünïcode ☃", "day"))


@pytest.mark.parametrize("name", [*SETTINGS, "preset", "out", "run", "resume", "name", "threads"])
def test_two_dashes_are_no_value(home: dict[str, str], name: str) -> None:
    option = f"--{name.replace('_', '-')}"
    assert f"argument {option}: -- is no value" in failed(digitpad(home, "train", f"{option}=--"))


def test_an_empty_name_of_a_preset_is_no_preset(home: dict[str, str]) -> None:
    assert "there is no preset ''" in failed(digitpad(home, "train", "--preset", ""))


def test_one_bad_drawing_stops_no_other(home: dict[str, str], tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.jsonl").write_text(SEVEN + BLANK + SEVEN)
    # What would break every geometry that does not expect it: here, a fault that is made.
    code = """
import sys
from digitpad.engine.reading import recognizer
read, count = recognizer.Recognizer.read, [0]
def fail(self, drawing, **more):
    count[0] += 1
    if count[0] == 3:
        raise ZeroDivisionError("made")
    return read(self, drawing, **more)
recognizer.Recognizer.read = fail
from digitpad.__main__ import main
sys.exit(main())
"""
    paths = [str(tmp_path / f"{name}.jsonl") for name in ("a", "b", "none", "b")]
    result = subprocess.run(
        [sys.executable, "-c", code, "classify", *paths], env=home, capture_output=True, text=True, timeout=60
    )
    assert result.returncode == 1
    assert [line.split("\t")[2] for line in result.stdout.splitlines()] == ["7", "-", "7", "-", "7", "7", "-", "7"]
    first, second = result.stderr.splitlines()
    assert first.startswith(f"digitpad: {paths[0]}, drawing 3: Internal error (ZeroDivisionError")
    assert second.startswith(f"digitpad: {paths[2]} does not exist")
    result = digitpad(home, "evaluate", "--json", "--ink", paths[0])
    assert "drawing 2 has no ink" in failed(result)
    assert json.loads(result.stdout)["count"] == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
def test_a_full_stdout_is_told_once_and_is_no_drawings_fault(home: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "many.jsonl").write_text(SEVEN * 500)
    for command in ("classify", "explain --label 3"):
        result = shell(home, f"digitpad {command} many.jsonl >/dev/full", cwd=tmp_path)
        assert "No space left on device" in failed(result)


def test_a_folder_that_was_removed_under_ones_feet_is_said_to_be(home: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    result = shell(home, 'cd gone && rmdir "$PWD" && digitpad train --run r --epochs 1', cwd=tmp_path)
    assert "the folder in which you are was removed: change to another" in failed(result)


def test_a_run_that_was_renamed_while_it_trained_is_called_by_its_new_name(
    home: dict[str, str], few_digits_folder: Path, tmp_path: Path
) -> None:
    arguments = ["--hidden", "8", "--data", str(few_digits_folder), "--validation", "500", "--learning-rate", "0.01"]
    command = [sys.executable, "-m", "digitpad", "train", "--json", "--name", "night", "--epochs", "1000", *arguments]
    with subprocess.Popen(command, env=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        succeeded(digitpad(home, "runs", "rename", "night", "day"))
        # As a terminal does that is closed.
        process.send_signal(1)
        told = process.communicate(timeout=60)[1]
    assert "Kept as the run 'day'" in told
    assert process.returncode == 130


def test_on_a_full_disk_no_empty_folders_of_runs_are_left(home: dict[str, str], few_digits_folder: Path) -> None:
    code = """
import errno, sys
from digitpad import files
from digitpad.engine.files import weights
from digitpad.engine.runs import layout, opening
def full(path, content):
    raise files.FileError(f"cannot write {path}: the disk is full")
for module in (files, weights, layout, opening):
    module.write_atomically = full
from digitpad.__main__ import main
sys.exit(main())
"""
    arguments = ["--epochs", "1", "--hidden", "4", "--data", str(few_digits_folder), "--validation", "500"]
    temporary = Path(home[folders.HOME]) / "tmp"
    temporary.mkdir(parents=True)
    result = subprocess.run(
        [sys.executable, "-c", code, "train", *arguments],
        env=home | {"TMPDIR": str(temporary)}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert result.returncode == 2
    assert "the disk is full" in result.stderr
    runs = Path(home[folders.HOME]) / "runs"
    assert [path for path in (*runs.iterdir(), *temporary.iterdir()) if path.is_dir()] == []
