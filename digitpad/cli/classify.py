"""`digitpad classify`: read the drawings in files."""

import argparse
import json
from pathlib import Path

from tqdm import tqdm

from digitpad.cli.failures import Failures
from digitpad.cli.network_names import NETWORK, load_named
from digitpad.data import ink_files, kaggle, pictures, svg_files
from digitpad.data.drawing import Drawing, Photo
from digitpad.engine.reading.photo_reader import PhotoReader
from digitpad.engine.reading.prediction import Prediction, symbols_of, text_of
from digitpad.engine.reading.recognizer import Recognizer
from digitpad.errors import DigitpadError
from digitpad.files import write_atomically
from digitpad.nn.network import Network


class UsageError(DigitpadError):
    """The options do not go together."""


HELP = "read the digits in ink files and pictures"
DESCRIPTION = """\
Read digits from ink files (.jsonl, .jsonl.gz, .svg: what the canvas saves) and from photos, scans and screenshots
(PNG, JPEG, WebP, ...). Pictures of 28x28 pixels, white on black, are taken as they are.

One line is printed for each drawing, with tabs between: the file, the drawing's number from 1, the digits row by row
and from left to right, and the lowest of their probabilities. '~' stands before a digit of which the network is not
sure, '?' for something that is not a digit, '-' for a blank drawing.

With --json, `index` is the drawing's number from 0. `digits` is a list of the digits, null for something that is not a
digit; `sure` is a list that says of each whether the network is sure. `digit` is the digit if there is only one.

With --show, a copy of one photo is written, with what was taken for ink, the digits that it was cut into, and what they
are predicted to be.

With --csv, the digits of Kaggle's Digit Recognizer, which are normalized already, are read instead. The predictions are
written to --out in Kaggle's form: ImageId,Label.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes to its `parser`."""
    parser.add_argument("files", metavar="FILE", nargs="*", type=Path, help="ink file or picture")
    parser.add_argument("--csv", metavar="FILE", type=Path, help="Kaggle's test.csv or train.csv")
    parser.add_argument("--out", metavar="FILE", type=Path, help="file to write Kaggle's submission to")
    parser.add_argument("--show", metavar="FILE", type=Path, help="PNG file for a photo with what was read in it")
    parser.add_argument("--weights", **NETWORK)
    parser.add_argument("--json", action="store_true", help="print one JSON object for each drawing")


def run(options: argparse.Namespace) -> int:
    """Print a line for each drawing; what cannot be read gets a sentence, and the others are read."""
    if bool(options.files) == bool(options.csv) or bool(options.csv) != bool(options.out):
        raise UsageError("classify needs files to read, or --csv FILE --out FILE; see digitpad classify --help")
    if options.csv and options.out.resolve() == options.csv.resolve():
        raise UsageError(f"{options.csv} would be overwritten by the answers: give another file as --out")
    if options.show and len(options.files) != 1:
        raise UsageError(f"--show draws on one photo, and {len(options.files)} files are given: give one")
    network, _ = load_named(options.weights)
    if options.csv:
        _submit(options.csv, options.out, network)
        return 0
    recognizer, failures = Recognizer(network), Failures()
    for path in options.files:
        drawings: list[Drawing] = []
        with failures.told(str(path)):
            drawings = _drawings(path)
        for index, drawing in enumerate(drawings):
            found: tuple[Prediction, ...] | None = None
            with failures.told(f"{path}, drawing {index + 1}"):
                found = _read_and_show(drawing, network, options.show) if options.show else recognizer.read(drawing)
            if found is not None:
                _show(path, index, found, as_json=options.json)
    return failures.status


def _submit(csv: Path, out: Path, network: Network) -> None:
    """Read all digits of `csv` and write Kaggle's submission; nothing is written if a line is wrong."""
    answers: list[int] = []
    right: list[bool] = []
    size = csv.stat().st_size if csv.is_file() else 0
    with tqdm(total=size, unit="B", unit_scale=True, disable=None, leave=False) as bar:
        for images, labels, done in kaggle.read(csv):
            digits = network.predict(images).argmax(axis=1)
            answers += digits.tolist()
            right += [] if labels is None else (digits == labels).tolist()
            bar.update(done - bar.n)
    lines = [f"{number},{digit}\n" for number, digit in enumerate(answers, 1)]
    write_atomically(out, "".join(["ImageId,Label\n", *lines]).encode())
    share = f", {sum(right) / len(right):.2%} as their labels say" if right else ""
    print(f"Saved {out}: {len(answers):,} digits{share}")


def _drawings(path: Path) -> list[Drawing]:
    if path.suffix.lower() in pictures.SUFFIXES:
        return [pictures.read(path)]
    if path.suffix.lower() == svg_files.SUFFIX:
        return [svg_files.read(path)]
    return [drawing.ink for drawing in ink_files.read(path)]


def _read_and_show(photo: Drawing, network: Network, out: Path) -> tuple[Prediction, ...]:
    """Return what is read in a photo, and write the photo with it to `out`."""
    if not isinstance(photo, Photo):
        raise UsageError("--show draws on a photo, and this is ink or a 28x28 picture: leave it out")
    from digitpad.data.photo.overlay import drawn_over

    read = PhotoReader(photo).read(network)
    if read.look is None:
        raise UsageError("--show has nothing to draw: nothing in this photo can be told from noise; take another")
    pictures.write_bytes(out, drawn_over(photo.pixels, read.look, symbols_of(read.predictions), None))
    return read.predictions


def _show(path: Path, index: int, predictions: tuple[Prediction, ...], *, as_json: bool) -> None:
    """Print one line for a drawing: what is read, from left to right, and how sure of the most doubtful digit."""
    digits = [prediction.digit if prediction.is_digit else None for prediction in predictions]
    sure = [prediction.is_sure for prediction in predictions]
    probability = min((prediction.probability for prediction in predictions), default=None)
    if as_json:
        only = digits[0] if len(digits) == 1 else None
        record = {"file": str(path), "index": index, "digit": only, "digits": digits, "sure": sure}
        print(json.dumps({**record, "probability": probability}))
        return
    sureness = "-" if probability is None else format(probability, ".4f")
    print(f"{path}\t{index + 1}\t{text_of(predictions) or '-'}\t{sureness}")
