"""How well digits, numbers, photos and nonsense are read: `python -m pytest tests/benchmarks/test_reading.py -s`.

With DIGITPAD_WEIGHTS another network than the bundled one is measured. With DIGITPAD_PENS, a folder of real pens'
`pendigits-tra.jsonl.gz`, `digits-of-many.jsonl.gz`, `numbers.jsonl.gz` and `no-digits.jsonl.gz`, and DIGITPAD_PHOTOS, a
folder of photos with their `labels.json`, so are those; without them their tests are skipped. All random choices are
seeded.
"""

import gzip
import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import PIL.Image
import pytest

from digitpad.data import ink_files, letters, outliers, pictures, synthetic_pen
from digitpad.data.dataset import Digits
from digitpad.data.drawing import Photo
from digitpad.data.ink import Ink, Stroke, pixels, render
from digitpad.data.ink_digits import dataset_of
from digitpad.data.ink_files import LabeledInk
from digitpad.data.photo.binarization import looks_at
from digitpad.data.photo.spots import image_of
from digitpad.engine.files import weights
from digitpad.engine.reading.prediction import Prediction
from digitpad.engine.reading.recognizer import Recognizer
from digitpad.nn.network import Network
from tests.data.letters import LETTERS
from tests.data.synthetic_photos import photo_of, row_of
from tests.data.written_numbers import write_number

ROWS = 500


@pytest.fixture(scope="module")
def network() -> Network:
    return weights.load(Path(os.environ.get("DIGITPAD_WEIGHTS", weights.BUNDLED)))[0]


def yardstick(variable: str, name: str) -> Path:
    """Return a file of a folder that an environment variable names."""
    path = Path(os.environ.get(variable, "")) / name
    if variable not in os.environ or not path.is_file():
        pytest.skip(f"{variable} names no folder with {name}")
    return path


def records(name: str) -> list[dict[str, Any]]:
    """Return the drawings of a yardstick with all that is written of them."""
    with gzip.open(yardstick("DIGITPAD_PENS", name), "rt") as file:
        return [json.loads(line) for line in file]


def ink_of(record: dict[str, Any]) -> Ink:
    return Ink(tuple(np.array(stroke, float).reshape(-1, 2) for stroke in record["strokes"]))


@pytest.fixture(scope="module")
def pens() -> list[LabeledInk]:
    return ink_files.read(yardstick("DIGITPAD_PENS", "pendigits-tra.jsonl.gz"))


def report(what: str, share: float, bound: str) -> None:
    print(f"\n{what}: {100 * share:.2f} % ({bound})", end="")


def refused(probabilities: np.ndarray) -> np.ndarray:
    """Tell of each row (n, 10) whether it is no prediction."""
    nothing = np.zeros((28, 28), np.float32)
    return np.array([not Prediction(row, nothing).is_sure for row in probabilities])


def calibration_error(probabilities: np.ndarray, labels: np.ndarray, bins: int = 15) -> float:
    """Return the mean distance between how sure and how right it is, over equal bins of sureness."""
    sure, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels
    number = np.minimum((sure * bins).astype(int), bins - 1)
    return sum(abs(sure[number == b].sum() - right[number == b].sum()) for b in range(bins)) / len(labels)


def images_of(inks: list[Ink]) -> np.ndarray:
    return np.stack([pixels(image) for ink in inks if (image := render(ink)) is not None])


def row_of_pens(pens: list[LabeledInk], rng: np.random.Generator, gaps: tuple[float, float]) -> tuple[Ink, list[int]]:
    """Return four digits side by side, each about 100 units high, `gaps` in heights apart, and what they are."""
    strokes: list[Stroke] = []
    digits, x = [], 0.0
    for number in rng.integers(0, len(pens), 4):
        ink = [stroke[:, :2] for stroke in pens[number].ink.strokes]
        low, high = (f(np.concatenate(ink), axis=0) for f in (np.min, np.max))
        scale = 100 * rng.uniform(0.85, 1.15) / max(high[1] - low[1], (high[0] - low[0]) / 2)
        strokes += [(stroke - low) * scale + [x, rng.normal(0, 4)] for stroke in ink]
        x += (high[0] - low[0]) * scale + 100 * rng.uniform(*gaps)
        digits.append(int(pens[number].label or 0))
    return Ink(tuple(strokes)), digits


def test_mnists_test_digits(network: Network, mnist_digits: Digits) -> None:
    test = mnist_digits.test
    probabilities = network.predict(test.images)
    accuracy = (probabilities.argmax(axis=1) == test.labels).mean()
    report("accuracy on MNIST's test digits", accuracy, "at least 99.6")
    report("MNIST's test digits refused", (share := refused(probabilities).mean()), "at most 1")
    report("calibration error on them", (error := calibration_error(probabilities, test.labels)), "at most 0.5")
    assert accuracy >= 0.996
    assert share <= 0.01
    assert error <= 0.005


def test_mnists_test_digits_as_pictures(network: Network, mnist_digits: Digits) -> None:
    test = mnist_digits.test
    images = []
    for digit in test.images:
        gray = 255 - cv2.resize(digit.reshape(28, 28), (112, 112), interpolation=cv2.INTER_CUBIC)
        rows = next(looks_at(Photo(np.repeat(gray[:, :, np.newaxis], 3, axis=2)))).rows
        images.append(pixels(image_of(tuple(spot for row in rows for spot in row))))
    as_pictures, as_they_are = (
        (network.predict(them).argmax(axis=1) == test.labels).mean() for them in (np.stack(images), test.images)
    )
    report("lost by MNIST's test digits as pictures", as_they_are - as_pictures, "at most 0.2")
    assert as_they_are - as_pictures <= 0.002


@pytest.mark.parametrize(("name", "bound"), [("pendigits-tra", 0.994), ("digits-of-many", 0.99)])
def test_pen_digits(network: Network, name: str, bound: float) -> None:
    digits = dataset_of(ink_files.read(yardstick("DIGITPAD_PENS", f"{name}.jsonl.gz")))
    probabilities = network.predict(digits.images)
    accuracy = (probabilities.argmax(axis=1) == digits.labels).mean()
    report(f"accuracy on {name}", accuracy, f"at least {100 * bound:.1f}")
    report(f"{name} refused", (share := refused(probabilities).mean()), "at most 1.5")
    report("calibration error on them", calibration_error(probabilities, digits.labels), "no bound")
    assert accuracy >= bound
    assert share <= 0.015


def test_numbers_that_people_wrote(network: Network) -> None:
    recognizer = Recognizer(network)
    right, apart = [], []
    for record in records("numbers.jsonl.gz"):
        ink = ink_of(record)
        right.append("".join(str(p.digit) for p in recognizer.read(ink)) == record["text"])
        spans = [np.concatenate([ink.strokes[k] for k in part])[:, 0] for part in record["digit_strokes"]]
        apart.append(all(one.max() < other.min() for one, other in itertools.pairwise(spans)))
    overlapping = np.array(right)[~np.array(apart)]
    report("numbers read wholly right", float(np.mean(right)), "at least 96")
    report("those with digits whose boxes overlap", float(overlapping.mean()), "at least 90")
    assert np.mean(right) >= 0.96
    assert overlapping.mean() >= 0.9


@pytest.mark.parametrize(("joined", "least"), [(0.4, 0.65), (1.0, 0.33)])
def test_numbers_that_the_synthetic_pen_joins(network: Network, joined: float, least: float) -> None:
    """A test of the mechanism: what is joined in the yardsticks' numbers is cut already."""
    recognizer, rng, right = Recognizer(network), np.random.default_rng(2), []
    for _ in range(300):
        text = "".join(map(str, rng.integers(0, 10, rng.integers(2, 7))))
        right.append("".join(str(p.digit) for p in recognizer.read(write_number(text, joined, rng))) == text)
    report(f"synthetic numbers, {joined:.0%} of digits joined", float(np.mean(right)), f"at least {100 * least:.0f}")
    assert np.mean(right) >= least


def test_letters_and_signs_that_people_wrote_are_refused(network: Network) -> None:
    recognizer = Recognizer(network)
    unlike = [record for record in records("no-digits.jsonl.gz") if record.get("looks_like") is None]
    share = float(np.mean([not all(p.is_sure for p in recognizer.read(ink_of(record))) for record in unlike]))
    report("letters and signs that look like no digit refused", share, "at least 85")
    assert share >= 0.85


def test_photos_that_people_took(network: Network) -> None:
    labels = json.loads(yardstick("DIGITPAD_PHOTOS", "labels.json").read_text())
    right = wrong = total = 0
    for name, label in labels.items():
        drawing = pictures.read(yardstick("DIGITPAD_PHOTOS", name))
        read = "".join(str(p.digit) for p in Recognizer(network).read(drawing))
        distance = edits(read, label.replace(" ", ""))
        right, wrong, total = right + (distance == 0), wrong + distance, total + len(label.replace(" ", ""))
    report("photos read wholly right", right / len(labels), "at least 92")
    report("digits wrong in them", wrong / total, "at most 3")
    assert right >= 0.92 * len(labels)
    assert wrong <= 0.03 * total


def test_a_photo_of_twelve_megapixels(tmp_path: Path) -> None:
    """In a process of its own, whose imports do not count; composed, for time and memory depend on its size."""
    gray = np.full((3_000, 4_000), 225, np.uint8) + np.random.default_rng(0).integers(-8, 9, (3_000, 4_000)).astype(
        np.uint8
    )
    gray[1_000:2_000, 1_000:1_080] = gray[1_000:2_000, 2_500:2_580] = 60
    PIL.Image.fromarray(gray).convert("RGB").save(tmp_path / "a.jpg", quality=92)
    code = f"""
import resource, time
from pathlib import Path
from digitpad.data import pictures
from digitpad.engine.files import weights
from digitpad.engine.reading.photo_reader import PhotoReader
import cv2, PIL.Image, digitpad.data.photo.binarization
network = weights.load(weights.BUNDLED)[0]
begun = time.perf_counter()
read = PhotoReader(pictures.read(Path({str(tmp_path / "a.jpg")!r}))).read(network)
print(len(read.predictions), time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
    digits, seconds, megabytes = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    print(f"a photo of 12 megapixels: {float(seconds):.2f} s (at most 1.5), {float(megabytes):.0f} MB (at most 300)")
    assert int(digits) == 2
    assert float(seconds) < 1.5
    assert float(megabytes) < 300


def edits(one: str, other: str) -> int:
    """Return how many digits must be changed, left out or put in to make one text of the other (Levenshtein, 1966)."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, row[0] = row[:], i
        for j, b in enumerate(other, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
    return row[-1]


@pytest.mark.parametrize("scale", [0.5, 0.7, 1.4, 2.0])
def test_size_and_place_change_hardly_any_prediction(network: Network, pens: list[LabeledInk], scale: float) -> None:
    rng = np.random.default_rng(0)
    before = network.predict(dataset_of(pens).images).argmax(axis=1)
    moved = []
    for pen in pens:
        offset = rng.uniform(-200, 200, 2)
        moved.append(Ink(tuple(stroke[:, :2] * scale + offset for stroke in pen.ink.strokes)))
    changed = (network.predict(images_of(moved)).argmax(axis=1) != before).mean()
    report(f"predictions changed by moving and scaling by {scale}", changed, "below 0.5")
    assert changed < 0.005


@pytest.mark.parametrize("gaps", [(0.05, 0.25), (0.1, 0.4), (0.2, 0.6)])
def test_rows_of_four_pen_digits(network: Network, pens: list[LabeledInk], gaps: tuple[float, float]) -> None:
    rng = np.random.default_rng(1)
    recognizer = Recognizer(network)
    right = cut = 0
    for _ in range(ROWS):
        ink, digits = row_of_pens(pens, rng, gaps)
        found = recognizer.read(ink)
        right += [prediction.digit for prediction in found] == digits
        cut += len(found) == 4
    report(f"rows of four pen digits {gaps} heights apart, cut into four", cut / ROWS, "no bound")
    report("and read wholly right", right / ROWS, "at least 95")
    assert right >= 0.95 * ROWS


def test_rows_of_four_in_photos(network: Network, mnist_digits: Digits) -> None:
    rng = np.random.default_rng(0)
    recognizer = Recognizer(network)
    right = cut = 0
    for _ in range(ROWS):
        indices = rng.integers(0, len(mnist_digits.test), 4)
        found = recognizer.read(Photo(photo_of(row_of(mnist_digits.test, indices, rng), rng)))
        right += [prediction.digit for prediction in found] == mnist_digits.test.labels[indices].tolist()
        cut += len(found) == 4
    report("photos of rows of four, cut into four", cut / ROWS, "no bound")
    report("and read wholly right", right / ROWS, "at least 95")
    assert right >= 0.95 * ROWS


KINDS = {
    "blocks, lines and scribbles": (
        [outliers._block, outliers._lines, outliers._wild, outliers._walk, outliers._zigzag], 0.90,
    ),
    "polygons, spirals and dots": ([outliers._polygon, outliers._spiral, outliers._dots], 0.90),
    "digits over each other": ([outliers._over_each_other], 0.75),
    "digits on their side": ([outliers._lying], 0.75),
    "letters that were learned": (
        [lambda rng: synthetic_pen.write(letters.LETTERS[rng.integers(len(letters.LETTERS))], rng)], 0.75,
    ),
    "letters drawn otherwise": ([lambda rng: synthetic_pen.write(LETTERS[rng.integers(len(LETTERS))], rng)], 0.75),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_digit_is_refused(network: Network, kind: str) -> None:
    makers: list[Callable[[np.random.Generator], Ink]]
    makers, bound = KINDS[kind]
    recognizer, count, total = Recognizer(network), 400, 0.0
    for number, make in enumerate(makers):
        rng = np.random.default_rng(1_000 + number)
        none = [not all(p.is_sure for p in recognizer.read(make(rng))) for _ in range(count)]
        total += np.mean(none) / len(makers)
        if len(makers) > 1:
            report(f"{make.__name__.strip('_')} refused", np.mean(none), "no bound")
    report(f"{kind} refused", total, f"at least {100 * bound:.0f}")
    assert total >= bound
