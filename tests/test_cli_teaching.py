"""The commands that teach, as a user meets them."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as PillowImage

from digitpad.data import mnist
from digitpad.engine.files import weights
from tests.test_cli import digitpad, failed, home, succeeded

pytestmark = pytest.mark.slow

__all__ = ["home"]


def test_the_derivation_learns_and_prints_accuracy_by_epoch(home: dict[str, str], few_digits_folder: Path) -> None:
    options = ["--data", few_digits_folder, "--hidden", 20, "--epochs", 2, "--learning-rate", 0.01]
    text = succeeded(digitpad(home, "derivation", *options, "--validation", 100))
    assert [line.split(":")[0] for line in text.splitlines()] == ["epoch 1", "epoch 2"]
    lines = succeeded(digitpad(home, "derivation", *options, "--validation", 100, "--json")).splitlines()
    assert all(0 <= json.loads(line)["validation_accuracy"] <= 1 for line in lines)
    assert json.loads(lines[1])["cost"] < json.loads(lines[0])["cost"]


def test_a_row_of_digits_is_not_explained_as_one(home: dict[str, str], tmp_path: Path) -> None:
    ink = tmp_path / "row.jsonl"
    ink.write_text('{"strokes": [[[40, 40], [140, 45], [80, 200]], [[240, 40], [240, 200]]]}\n')
    assert "is a row of 2 digits" in failed(digitpad(home, "explain", ink))


def test_a_training_learns_ink_besides(home: dict[str, str], few_digits_folder: Path, tmp_path: Path) -> None:
    ink = tmp_path / "mine.jsonl"
    ink.write_text('{"label": 7, "strokes": [[[40, 40], [140, 45], [80, 200]]]}\n')
    command = [
        "train",
        "--data",
        few_digits_folder,
        "--hidden",
        8,
        "--epochs",
        1,
        "--name",
        "mine",
        "--validation",
        100,
    ]
    succeeded(digitpad(home, *command, "--ink", ink))
    assert "ink mine." in succeeded(digitpad(home, "runs", "show", "mine"))
    ink.write_text('{"label": null, "strokes": [[[40, 40], [140, 45], [80, 200]]]}\n')
    assert "mine.jsonl: drawing 1 has no label" in failed(digitpad(home, *command, "--ink", ink))


@pytest.mark.parametrize(("options", "word"), [(["--learning-rate", 1000], "lower"), (["--hidden", 0], "units")])
def test_the_derivation_says_what_is_wrong(
    home: dict[str, str], few_digits_folder: Path, options: list[object], word: str
) -> None:
    command = ["derivation", "--data", few_digits_folder, "--validation", 100, *options]
    assert word in failed(digitpad(home, *command))


def test_mistakes_are_listed_and_written_as_pictures(
    home: dict[str, str], few_digits_folder: Path, tmp_path: Path
) -> None:
    options = ["--data", few_digits_folder, "--hidden", 8, "--epochs", 1, "--validation", 500]
    succeeded(digitpad(home, "train", *options, "--name", "night"))
    folder = tmp_path / "wrong"
    found = json.loads(succeeded(digitpad(home, "mistakes", "night@1", "--json", "--out", folder)))
    assert list(found) == ["count", "accuracy", "per_digit", "confusion", "learned", "mistakes"]
    assert (found["count"], found["learned"]) == (500, False)
    assert len(found["mistakes"]) == 500 - round(500 * found["accuracy"])
    names = {f"{m['index']}-{m['label']}-{m['digit']}.png" for m in found["mistakes"]}
    assert {path.name for path in folder.iterdir()} == names
    images = mnist.load(few_digits_folder).training.images
    for mistake in found["mistakes"][:5]:
        name = f"{mistake['index']}-{mistake['label']}-{mistake['digit']}.png"
        pixels = 255 - np.asarray(PillowImage.open(folder / name))
        np.testing.assert_array_equal(pixels.ravel(), images[mistake["index"]])
    evaluated = json.loads(succeeded(digitpad(home, "evaluate", "night@1", "--data", few_digits_folder, "--json")))
    tested = json.loads(succeeded(digitpad(home, "mistakes", "night@1", "--test", "--json")))
    assert tested["confusion"] == evaluated["confusion"]


def test_mistakes_say_where_the_digits_were_learned(home: dict[str, str]) -> None:
    assert "was trained on these digits" in succeeded(digitpad(home, "mistakes"))


def test_mistakes_that_cannot_be_written_say_so(home: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    assert "choose another folder" in failed(digitpad(home, "mistakes", "--out", file))


def test_a_run_that_went_wrong_says_what_did_it(home: dict[str, str], few_digits_folder: Path) -> None:
    options = ["--data", few_digits_folder, "--hidden", 8, "--epochs", 1, "--validation", 500, "--learning-rate", 1000]
    result = digitpad(home, "train", *options, "--name", "wild")
    assert result.returncode == 2
    text = succeeded(digitpad(home, "runs", "show", "wild"))
    assert "The learning rate of 1000 is too high" in text
    (finding,) = json.loads(succeeded(digitpad(home, "runs", "show", "wild", "--json")))["findings"]
    assert (finding["name"], finding["cure"]) == ("diverged", {"learning_rate": 0.2})


def test_mistakes_among_digits_that_were_learned_say_so(home: dict[str, str], few_digits_folder: Path) -> None:
    options = ["--data", few_digits_folder, "--epochs", 1, "--hidden", 8, "--validation", 0]
    succeeded(digitpad(home, "train", *options, "--name", "all"))
    found = json.loads(succeeded(digitpad(home, "mistakes", "all", "--json")))
    # As many as a sixth are asked where none were held out, as of MNIST's 60,000 the usual 10,000.
    assert (found["count"], found["learned"]) == (333, True)


def test_a_hand_is_taught_and_the_network_saved(home: dict[str, str], tmp_path: Path) -> None:
    ink, out = tmp_path / "mine.jsonl", tmp_path / "taught.safetensors"
    lines = [{"label": 2, "strokes": [[[0, 100], [k, 0], [80, 100], [80, k]]]} for k in range(4)]
    lines += [{"label": 1, "strokes": [[[50, 0], [50 + k, 100]]]} for k in range(4)]
    ink.write_text("".join(json.dumps(line) + "\n" for line in lines))
    command = ["teach", ink, "--weights", weights.BUNDLED_MLP, "--out", out]
    figures = json.loads(succeeded(digitpad(home, *command, "--json")))
    assert list(figures) == ["own_before", "own_after", "test_before", "test_after"]
    assert figures["own_after"] > figures["own_before"]
    assert figures["test_after"] == pytest.approx(figures["test_before"], abs=0.003)
    taught = succeeded(digitpad(home, "evaluate", out, "--ink", ink, "--json"))
    assert json.loads(taught)["accuracy"] == 1
    text = succeeded(digitpad(home, *command))
    assert "a 2: " in text
    assert "now right" in text


def test_what_cannot_be_taught_is_said_before_anything_is_done(home: dict[str, str], tmp_path: Path) -> None:
    ink = tmp_path / "mine.jsonl"
    ink.write_text('{"label": null, "strokes": [[[0, 0], [1, 9]]]}\n')
    assert "has no label" in failed(digitpad(home, "teach", ink, "--out", tmp_path / "a.npz"))
    assert "ends in" in failed(digitpad(home, "teach", ink, "--out", tmp_path / "a.txt"))
    ink.write_text('{"label": 3, "strokes": [[[0, 0], [1, 9]]]}\n')
    assert "at least two" in failed(digitpad(home, "teach", ink, "--out", tmp_path / "a.npz"))


def test_a_misread_drawing_is_explained(home: dict[str, str], tmp_path: Path) -> None:
    # A five that somebody crossed out.
    five = [[[90, 2], [56, 2], [24, 4], [20, 26], [14, 46], [46, 36], [82, 50], [86, 78], [56, 99], [8, 92]]]
    ink, spoilt = tmp_path / "spoilt.jsonl", [*five, [[0, 100], [100, 0]]]
    ink.write_text(json.dumps({"label": 5, "strokes": spoilt}) + "\n" + json.dumps({"strokes": five}) + "\n")
    lines = [json.loads(line) for line in succeeded(digitpad(home, "explain", ink, "--json")).splitlines()]
    assert [list(line) for line in lines] == [["file", "index", "digit", "probability", "causes"]] * 2
    assert [cause["cause"] for cause in lines[0]["causes"]][:1] == ["stroke too many"]
    assert list(lines[0]["causes"][0]) == ["cause", "digit", "probability", "sentence"]
    assert (lines[1]["digit"], lines[1]["causes"]) == (5, [])
    assert "without it, it is a 5" in succeeded(digitpad(home, "explain", ink, "--label", 5)).splitlines()[0]
    ink.write_text('{"strokes": []}\n')
    assert "no ink" in failed(digitpad(home, "explain", ink))
