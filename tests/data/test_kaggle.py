from pathlib import Path

import numpy as np
import pytest

from digitpad.data import kaggle
from digitpad.errors import DigitpadError

HEADER = ",".join(f"pixel{i}" for i in range(784))


def write(path: Path, images: np.ndarray, labels: np.ndarray | None = None, ending: str = "\n") -> Path:
    lines = [HEADER if labels is None else f"label,{HEADER}"]
    for number, image in enumerate(images):
        cells = image.tolist() if labels is None else [int(labels[number]), *image.tolist()]
        lines.append(",".join(map(str, cells)))
    path.write_text(ending.join(lines) + ending, newline="")
    return path


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("labeled", [False, True])
def test_digits_come_as_they_were_written(tmp_path: Path, labeled: bool, ending: str) -> None:
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (1_203, 784)).astype(np.uint8)
    labels = rng.integers(0, 10, 1_203).astype(np.uint8) if labeled else None
    path = write(tmp_path / "a.csv", images, labels, ending)
    parts = list(kaggle.read(path))
    np.testing.assert_array_equal(np.concatenate([part[0] for part in parts]), images)
    if labels is None:
        assert all(part[1] is None for part in parts)
    else:
        np.testing.assert_array_equal(np.concatenate([part[1] for part in parts]), labels)
    assert parts[-1][2] == path.stat().st_size


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (",".join(["0"] * 783), "line 602 of .* has 783 columns, not 784"),
        (",".join(["0"] * 785), "line 602 of .* has 785 columns, not 784"),
        (",".join(["0"] * 700 + ["x"] + ["0"] * 83), "line 602 of .* has 'x' where a whole number"),
        (",".join(["0"] * 700 + ["256"] + ["0"] * 83), "line 602 of .* has '256'"),
        (",".join(["0"] * 700 + ["-1"] + ["0"] * 83), "line 602 of .* has '-1'"),
        (",".join(["0"] * 700 + ["0.5"] + ["0"] * 83), "line 602 of .* has '0.5'"),
        (",".join(["0"] * 700 + [""] + ["0"] * 83), "line 602 of .* has ''"),
        ("", "line 602 of .* has 1 columns"),
        ("0" * 20_000, "line 602 of .* is longer than any digit"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, sentence: str) -> None:
    good = ",".join(["7"] * 784)
    path = tmp_path / "a.csv"
    path.write_text("\n".join([HEADER, *[good] * 600, line, good]) + "\n")
    with pytest.raises(DigitpadError, match=sentence) as caught:
        list(kaggle.read(path))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("header", ["", "a,b", HEADER.replace(",pixel783", ""), HEADER.replace("pixel3,", "pixel4,")])
def test_another_header_is_refused(tmp_path: Path, header: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(header + "\n" + ",".join(["7"] * 784) + "\n")
    with pytest.raises(DigitpadError, match="where pixel0 to pixel783 should be"):
        list(kaggle.read(path))


def test_a_file_without_digits_or_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(HEADER + "\n")
    with pytest.raises(DigitpadError, match="has no digits"):
        list(kaggle.read(tmp_path / "a.csv"))
    with pytest.raises(DigitpadError, match="does not exist or is not a regular file"):
        list(kaggle.read(tmp_path / "none.csv"))


@pytest.mark.parametrize("count", [3, 497, 499, 500])
def test_empty_lines_at_the_end_do_no_harm_and_in_the_middle_are_named(tmp_path: Path, count: int) -> None:
    header, row = ",".join(f"pixel{i}" for i in range(784)), ",".join(["0"] * 784)
    path = tmp_path / "a.csv"
    path.write_text("\n".join([header, *[row] * count]) + "\n\n\n\n\n")
    assert sum(len(images) for images, _, _ in kaggle.read(path)) == count
    path.write_text("\n".join([header, *[row] * count, "", row]) + "\n")
    with pytest.raises(kaggle.KaggleError, match=f"line {count + 2} of"):
        list(kaggle.read(path))


def test_a_number_of_thousands_of_digits_is_one_sentence(tmp_path: Path) -> None:
    header = ",".join(f"pixel{i}" for i in range(784))
    path = tmp_path / "a.csv"
    path.write_text(f"{header}\n{','.join(['0'] * 783)},{'9' * 5_000}\n")
    with pytest.raises(kaggle.KaggleError, match="line 2 of"):
        list(kaggle.read(path))
