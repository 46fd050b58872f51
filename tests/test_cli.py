"""The command line as a user meets it: a process, its two streams and its exit status."""

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from digitpad import __version__, folders
from digitpad.data import pictures
from digitpad.data.dataset import Digits
from digitpad.engine.files import weights

pytestmark = pytest.mark.slow

SEVEN = '{"label": 7, "strokes": [[[40, 40], [140, 45], [80, 200]]]}\n'
BLANK = '{"label": null, "strokes": []}\n'


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment whose user folders are the test's own."""
    return {**os.environ, folders.HOME: str(tmp_path / "home")}


def digitpad(home: dict[str, str], *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "digitpad", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=home, timeout=60)


def succeeded(result: subprocess.CompletedProcess[str]) -> str:
    assert result.returncode == 0, result.stderr
    return result.stdout


def failed(result: subprocess.CompletedProcess[str]) -> str:
    """Return the one sentence on stderr of a failure that is the user's."""
    assert result.returncode == 2
    assert result.stderr.startswith("digitpad: ")
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.stderr
    return result.stderr


def test_version_and_help_teach(home: dict[str, str]) -> None:
    assert succeeded(digitpad(home, "--version")) == f"digitpad {__version__}\n"
    text = succeeded(digitpad(home, "--help"))
    assert all(command in text for command in ("train", "evaluate", "classify", "export", "digitpad WEIGHTS"))
    text = succeeded(digitpad(home, "train", "--help"))
    assert "held out for validation" in text
    assert "examples:" in text


def test_train_reports_json_and_saves(home: dict[str, str], few_digits_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.npz"
    result = digitpad(
        home, "train", "--hidden", "10,5", "--epochs", 2, "--learning-rate", 0.1, "--momentum", 0.8, "--batch-size",
        50, "--seed", 3, "--validation", 400, "--data", few_digits_folder, "--out", out, "--json",
    )  # fmt: skip
    records = [json.loads(line) for line in succeeded(result).splitlines()]
    assert [record["event"] for record in records if record["event"] != "evaluation"] == ["epoch", "epoch", "end"]
    assert records[0]["step"] == 0
    keys = {"event", "step", "epoch", "train_cost", "train_accuracy", "validation_cost", "validation_accuracy"}
    assert all(keys <= record.keys() for record in records)
    assert 0 < records[-1]["test_accuracy"] <= 1
    network, record = weights.load(out)
    assert network.spec == "10, 5"
    assert record.test_accuracy == records[-1]["test_accuracy"]
    assert record.config is not None
    assert (record.config.seed, record.config.validation, record.config.batch_size) == (3, 400, 50)


def test_train_without_out_makes_a_run_folder_and_prints_where(home: dict[str, str], few_digits_folder: Path) -> None:
    result = digitpad(home, "train", "--hidden", "", "--epochs", 1, "--validation", 0, "--data", few_digits_folder)
    lines = succeeded(result).splitlines()
    path = Path(lines[-1].removeprefix("Saved "))
    assert path.is_relative_to(home[folders.HOME])
    assert weights.load(path)[0].spec == ""
    assert json.loads((path.parent / "config.json").read_text())["epochs"] == 1
    events = [json.loads(line) for line in (path.parent / "events.jsonl").read_text().splitlines()]
    assert events[-1]["event"] == "end"
    assert lines[-2] == "Kept as the run 'no hidden layer'"
    assert "test accuracy" in lines[-3]


def test_ctrl_c_keeps_the_last_network(home: dict[str, str], few_digits_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.safetensors"
    command = [
        sys.executable, "-m", "digitpad", "train", "--epochs", "10000", "--validation", "0", "--json",
        "--data", str(few_digits_folder), "--out", str(out),
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=home) as process:
        assert process.stdout is not None
        for _ in range(20):
            process.stdout.readline()
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert errors == f"Kept as the run '200'; digitpad train --resume and its name resume it\nSaved {out}\n"
    last = json.loads(rest.splitlines()[-1])
    assert (last["event"], last["stopped"], last["test_accuracy"]) == ("end", True, None)
    assert weights.load(out)[1].step == last["step"]


def test_a_training_that_diverges_says_so_and_keeps_what_was_good(
    home: dict[str, str], few_digits_folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "a.safetensors"
    result = digitpad(
        home, "train", "--learning-rate", 1e6, "--data", few_digits_folder, "--out", out, "--validation", 0
    )
    assert "lower the learning rate (now 1e+06)" in failed(result)
    assert not out.exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--hidden", "200,x"], "hidden layers cannot contain 'x'"),
        (["--learning-rate", "0"], "the learning rate is 0.0"),
        (["--learning-rate", "nan"], "the learning rate is nan"),
        (["--epochs", "many"], "invalid int value: 'many'"),
        (["--validation", "60000"], "hold out fewer"),
        (["--data", "none"], "none is not a folder"),
        (["--out", "a.txt"], "ends in .safetensors, .npz or .onnx"),
        (["--out", "none/a.npz"], "name a file in a folder that exists"),
        (["--depth", "3"], "unrecognized arguments: --depth 3"),
    ],
)
def test_nonsense_is_refused_before_anything_is_written(
    home: dict[str, str], arguments: list[str], sentence: str
) -> None:
    assert sentence in failed(digitpad(home, "train", *arguments))
    assert not list(Path(home[folders.HOME]).rglob("*.json*"))


def test_evaluate_prints_all_figures(home: dict[str, str], few_digits_folder: Path) -> None:
    record = json.loads(succeeded(digitpad(home, "evaluate", "--data", few_digits_folder, "--json")))
    assert list(record) == ["count", "cost", "accuracy", "per_digit", "confusion"]
    assert record["count"] == sum(map(sum, record["confusion"])) == 500
    assert record["accuracy"] == sum(record["confusion"][i][i] for i in range(10)) / 500 > 0.95
    assert len(record["per_digit"]) == len(record["confusion"]) == 10
    text = succeeded(digitpad(home, "evaluate", weights.BUNDLED, "--data", few_digits_folder))
    assert f"500 digits, accuracy {record['accuracy']:.2%}" in text


def test_evaluate_reads_ink_files(home: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(SEVEN * 3)
    record = json.loads(succeeded(digitpad(home, "evaluate", "--ink", tmp_path / "a.jsonl", "--json")))
    assert (record["count"], record["accuracy"], record["confusion"][7][7]) == (3, 1.0, 3)
    assert record["per_digit"][0] is None
    (tmp_path / "b.jsonl").write_text(BLANK)
    assert "b.jsonl: drawing 1 has no ink" in failed(digitpad(home, "evaluate", "--ink", tmp_path / "b.jsonl"))


def test_classify_prints_a_line_for_each_drawing(home: dict[str, str], tmp_path: Path, few_digits: Digits) -> None:
    ink, picture = tmp_path / "a.jsonl", tmp_path / "b.png"
    ink.write_text(SEVEN + BLANK)
    image = (few_digits.test.images[0].reshape(28, 28) / 255).astype(np.float32)
    pictures.write(picture, image)
    lines = succeeded(digitpad(home, "classify", ink, picture)).splitlines()
    assert [line.split("\t")[:3] for line in lines] == [
        [str(ink), "1", "7"],
        [str(ink), "2", "-"],
        [str(picture), "1", "7"],
    ]
    records = [json.loads(line) for line in succeeded(digitpad(home, "classify", "--json", ink)).splitlines()]
    assert [list(record) for record in records] == [["file", "index", "digit", "digits", "sure", "probability"]] * 2
    assert [record["digit"] for record in records] == [7, None]
    assert [record["index"] for record in records] == [0, 1]


def test_classify_goes_on_after_a_file_that_cannot_be_read(home: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(SEVEN)
    result = digitpad(home, "classify", tmp_path / "none.png", tmp_path / "a.jsonl")
    assert "none.png does not exist" in failed(result)
    assert len(result.stdout.splitlines()) == 1


def test_weights_of_another_program_are_taken_as_said_or_as_is_likely(home: dict[str, str], tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    network, _ = weights.load(weights.BUNDLED_MLP)
    names = ("fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias")
    theirs = tmp_path / "theirs.safetensors"
    save_file(dict(zip(names, map(np.ascontiguousarray, network.parameters), strict=True)), theirs)
    assert "let `digitpad export IN OUT` find out" in failed(digitpad(home, "evaluate", theirs))
    said = succeeded(digitpad(home, "export", theirs, tmp_path / "a.npz"))
    assert "--layers '512' --scaling digitpad" in said
    assert "Test accuracy 98.46%" in said
    said = succeeded(digitpad(home, "export", theirs, tmp_path / "b.onnx", "--layers", "512 tanh", "--scaling", "unit"))
    assert "Taken for" not in said
    assert weights.load(tmp_path / "b.onnx")[0].spec == "512 tanh"
    assert "the layers '9, 9' do not fit its weights, 512x784, 10x512" in failed(
        digitpad(home, "export", theirs, tmp_path / "c.npz", "--layers", "9, 9", "--scaling", "unit")
    )
    assert "leave out --layers" in failed(
        digitpad(home, "export", weights.BUNDLED, tmp_path / "c.npz", "--layers", "9")
    )
    assert not (tmp_path / "c.npz").exists()


def test_export_converts_both_ways(home: dict[str, str], tmp_path: Path) -> None:
    succeeded(digitpad(home, "export", weights.BUNDLED, tmp_path / "a.npz"))
    succeeded(digitpad(home, "export", tmp_path / "a.npz", tmp_path / "a.onnx"))
    succeeded(digitpad(home, "export", tmp_path / "a.onnx", tmp_path / "b.safetensors"))
    original, record = weights.load(weights.BUNDLED)
    network, same_record = weights.load(tmp_path / "b.safetensors")
    assert record == same_record
    for a, b in zip(original.parameters, network.parameters, strict=True):
        np.testing.assert_array_equal(a, b)
    assert "ends in" in failed(digitpad(home, "export", weights.BUNDLED, tmp_path / "a.txt"))
    assert "none.npz does not exist" in failed(digitpad(home, "export", tmp_path / "none.npz", tmp_path / "b.npz"))


def test_a_reader_that_leaves_early_is_no_error(home: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(SEVEN * 3_000)
    command = [sys.executable, "-m", "digitpad", "classify", str(tmp_path / "a.jsonl")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=home) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
        process.wait(timeout=30)


def test_without_a_display_the_window_says_what_to_run_instead(home: dict[str, str]) -> None:
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        home.pop(name, None)
    assert "there is no display" in failed(digitpad(home))
    for platform, sentence in (("nonsense", "there are no windows"), ("xcb", "no display"), ("wayland", "no Wayland")):
        assert sentence in failed(digitpad({**home, "QT_QPA_PLATFORM": platform, "WAYLAND_DISPLAY": "wayland-9"}))
    home["DISPLAY"] = ":4321"
    sentence = failed(digitpad(home))
    assert "the display :4321 does not answer" in sentence or "apt install" in sentence


def test_the_window_refuses_weights_that_are_none(home: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "a.npz").write_bytes(b"x")
    assert "cannot load" in failed(digitpad(home, tmp_path / "a.npz"))
    assert "no command and no file" in failed(digitpad(home, tmp_path / "none.npz"))
    assert "one argument too many" in failed(digitpad(home, weights.BUNDLED, "b"))


def test_an_error_of_ours_goes_to_the_log_and_not_to_the_user(home: dict[str, str]) -> None:
    code = (
        "import sys, digitpad.cli.evaluate as e, digitpad.__main__ as m\n"
        "e.measure = None\n"
        "sys.argv = ['digitpad', 'evaluate']\n"
        "sys.exit(m.main())"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=home, timeout=60)
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    log = Path(result.stderr.rsplit("the details are in ", 1)[1].strip())
    assert "Traceback" in log.read_text()
    assert time.time() - log.stat().st_mtime < 60


def test_a_preset_begins_and_options_override_it(home: dict[str, str], few_digits_folder: Path, tmp_path: Path) -> None:
    mine, out = tmp_path / "mine.toml", tmp_path / "a.safetensors"
    mine.write_text('description = "x"\n[training]\nhidden = "2c5, p4, 7"\nepochs = 3\nvalidation = 500\n')
    command = ["train", "--preset", mine, "--epochs", 1, "--data", few_digits_folder, "--out", out, "--json"]
    assert '"event": "end"' in succeeded(digitpad(home, *command))
    network, record = weights.load(out)
    assert network.spec == "2c5, p4, 7"
    assert record.config is not None
    assert (record.config.epochs, record.config.validation) == (1, 500)
    assert "there is no preset 'lenet'" in failed(digitpad(home, "train", "--preset", "lenet"))


def test_a_run_is_resumed_in_its_folder(home: dict[str, str], few_digits_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "night"
    settings = ["--hidden", "9", "--validation", 500, "--schedule", "constant", "--data", few_digits_folder]
    succeeded(digitpad(home, "train", *settings, "--epochs", 1, "--run", folder))
    assert {path.name for path in folder.iterdir() if not path.name.startswith((".", "weights-"))} == {
        "about.json", "config.json", "confusions.bin", "events.jsonl", "running.bin", "state.safetensors",
        "weights.safetensors",
    }  # fmt: skip
    assert "is not empty" in failed(digitpad(home, "train", *settings, "--run", folder))
    assert "keeps its settings" in failed(digitpad(home, "train", "--hidden", "8", "--resume", folder))
    succeeded(digitpad(home, "train", "--resume", folder, "--epochs", 2))
    straight = tmp_path / "straight.safetensors"
    succeeded(digitpad(home, "train", *settings, "--epochs", 2, "--out", straight))
    (resumed, _), (whole, _) = weights.load(folder / "weights.safetensors"), weights.load(straight)
    for a, b in zip(resumed.parameters, whole.parameters, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--hidden", "16c29"], "a kernel of 29 pixels, larger than its picture of 28 x 28"),
        (["--hidden", "0"], "a layer of 0 units"),
        (["--batch-size", "60001", "--validation", "0"], "the batch size is 60001"),
        (["--learning-rate", "-1"], "the learning rate is -1.0"),
        (["--threads", "0"], "the number of threads is 0"),
        (["--resume", "nowhere"], "there is no file, no folder of a run and no run called 'nowhere'"),
    ],
)
def test_settings_that_make_no_sense_write_nothing(home: dict[str, str], arguments: list[str], sentence: str) -> None:
    assert sentence in failed(digitpad(home, "train", *arguments))
    assert not list(Path(home[folders.HOME]).rglob("*.json*"))


def test_kaggles_digits_are_classified(home: dict[str, str], few_digits: Digits, tmp_path: Path) -> None:
    csv, out = tmp_path / "test.csv", tmp_path / "submission.csv"
    images = few_digits.test.images[:30]
    lines = [",".join(f"pixel{i}" for i in range(784)), *(",".join(map(str, image.tolist())) for image in images)]
    csv.write_text("\n".join(lines) + "\n")
    assert "30 digits" in succeeded(digitpad(home, "classify", "--csv", csv, "--out", out))
    network, _ = weights.load(weights.BUNDLED)
    answers = network.predict(images).argmax(axis=1)
    assert out.read_text() == "ImageId,Label\n" + "".join(f"{i},{digit}\n" for i, digit in enumerate(answers, 1))
    csv.write_text("\n".join([*lines, "0,1"]) + "\n")
    out.unlink()
    assert "line 32 of" in failed(digitpad(home, "classify", "--csv", csv, "--out", out))
    assert not out.exists()
    assert "would be overwritten" in failed(digitpad(home, "classify", "--csv", csv, "--out", csv))
    assert "needs files to read" in failed(digitpad(home, "classify", "--csv", csv))


def test_runs_are_listed_named_compared_and_used_as_weights(
    home: dict[str, str], few_digits_folder: Path, tmp_path: Path
) -> None:
    settings = ["--validation", 500, "--epochs", 2, "--data", few_digits_folder]
    succeeded(digitpad(home, "train", *settings, "--hidden", "9", "--name", "night"))
    succeeded(digitpad(home, "train", *settings, "--hidden", "8", "--out", tmp_path / "a.npz"))
    runs = json.loads(succeeded(digitpad(home, "runs", "--json")))
    assert [run["name"] for run in runs] == ["8", "night"]
    keys = {"name", "folder", "status", "started", "seconds", "epochs", "best_validation_accuracy", "test_accuracy"}
    keys |= {"validation_accuracy", "best_epoch"}
    assert all(run.keys() == keys | {"config"} and run["status"] == "ended" for run in runs)
    assert "night" in succeeded(digitpad(home, "runs"))
    evaluated = json.loads(succeeded(digitpad(home, "evaluate", "night@2", "--data", few_digits_folder, "--json")))
    assert evaluated["accuracy"] == runs[1]["test_accuracy"]
    compared = json.loads(succeeded(digitpad(home, "runs", "compare", "night", "8", "--json")))
    assert compared["settings"] == {"hidden": ["9", "8"]}
    assert "Hidden layers" in succeeded(digitpad(home, "runs", "compare", "night", "8"))
    assert "night is called day now" in succeeded(digitpad(home, "runs", "rename", "night", "day"))
    shown = json.loads(succeeded(digitpad(home, "runs", "show", "day", "--json")))
    assert shown["networks"][0] == "0"
    assert shown["networks"][-2:] == ["1", "2"]
    assert "networks kept: @0, @step:1" in succeeded(digitpad(home, "runs", "show", "day"))
    succeeded(digitpad(home, "export", "day@1", tmp_path / "b.npz"))
    assert weights.load(tmp_path / "b.npz")[1].epoch == 1
    assert "Moved day to" in succeeded(digitpad(home, "runs", "delete", "day"))
    assert "no run called 'day'" in failed(digitpad(home, "evaluate", "day"))
    assert "a@b" in failed(digitpad(home, "runs", "rename", "8", "a@b"))


def test_a_run_made_elsewhere_is_a_run_too(home: dict[str, str], few_digits_folder: Path, tmp_path: Path) -> None:
    settings = ["--validation", 500, "--epochs", 1, "--hidden", "", "--data", few_digits_folder]
    succeeded(digitpad(home, "train", *settings, "--run", tmp_path / "elsewhere"))
    (run,) = json.loads(succeeded(digitpad(home, "runs", "--json")))
    assert (run["name"], run["folder"]) == ("elsewhere", str(tmp_path / "elsewhere"))
    succeeded(digitpad(home, "train", "--resume", "elsewhere", "--epochs", 2))
    assert json.loads(succeeded(digitpad(home, "runs", "--json")))[0]["epochs"] == 2


def test_a_closed_stderr_costs_no_training(home: dict[str, str], few_digits_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.npz"
    command = [sys.executable, "-m", "digitpad", "train", "--hidden", "4", "--epochs", "1", "--validation", "100"]
    whole = " ".join(shlex.quote(word) for word in [*command, "--data", str(few_digits_folder), "--out", str(out)])
    result = subprocess.run(["sh", "-c", f"{whole} 2>&-"], env=os.environ | home, capture_output=True, timeout=120)
    assert result.returncode == 0
    assert out.exists()


def test_a_mistyped_command_is_called_that_whatever_follows(home: dict[str, str]) -> None:
    sentence = failed(digitpad(home, "classfy", "x"))
    assert "no command and no file 'classfy'" in sentence
    assert "classify" in sentence


def test_a_line_break_in_a_name_breaks_no_sentence(home: dict[str, str], tmp_path: Path) -> None:
    assert "a b.jsonl does not exist" in failed(digitpad(home, "classify", tmp_path / "a\nb.jsonl"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no such pipes here")
def test_a_pipe_that_nobody_writes_to_is_not_waited_for(home: dict[str, str], tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.csv")
    assert "not a regular file" in failed(
        digitpad(home, "classify", "--csv", tmp_path / "a.csv", "--out", tmp_path / "b")
    )


def test_a_huge_file_is_refused_unread(home: dict[str, str], tmp_path: Path) -> None:
    with (tmp_path / "a.npz").open("wb") as file:
        file.truncate(5 << 30)
    begun = time.process_time()
    assert "holds more than" in failed(digitpad(home, "evaluate", tmp_path / "a.npz"))
    assert time.process_time() - begun < 2
