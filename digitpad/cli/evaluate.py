"""`digitpad evaluate`: how good a network is on test digits, or on an ink file through the canvas's own pipeline."""

import argparse
import json
from pathlib import Path

from tqdm import tqdm

from digitpad.cli.failures import Failures
from digitpad.cli.network_names import NETWORK, load_named
from digitpad.cli.tables import confusion_table
from digitpad.data import ink_digits, ink_files, mnist
from digitpad.data.ink_files import LabeledInk
from digitpad.engine.reading.prediction import Prediction
from digitpad.engine.reading.recognizer import Recognizer
from digitpad.engine.training.evaluation import measure
from digitpad.nn.network import Network

HELP = "measure a network on the test digits or on an ink file"
DESCRIPTION = """\
Evaluate a network: its accuracy, its mean cost (cross-entropy, nats), its recall of each digit, and the confusion
matrix, whose rows are the actual digits and whose columns are the predicted ones. Each drawing of an ink file is taken
as one digit; it also says what share of them the canvas would reject, or split into several digits. Drawings without
ink or a label are reported on stderr and skipped.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes to its `parser`."""
    parser.add_argument("weights", nargs="?", **NETWORK)
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--data", metavar="DIR", help="folder with four IDX files; its test digits are used")
    source.add_argument("--ink", metavar="FILE", type=Path, help="ink file, .jsonl or .jsonl.gz, with labels")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Measure, and print the figures."""
    network, _ = load_named(options.weights)
    failures, more = Failures(), dict[str, float]()
    if options.ink is None:
        measurement = measure(network, mnist.load(options.data).test)
    else:
        drawings, more = _on_canvas(network, options.ink, failures)
        if not drawings:
            return failures.status
        measurement = measure(network, ink_digits.dataset_of(drawings))
    if options.json:
        print(json.dumps(measurement.as_dict() | more, allow_nan=False))
        return failures.status
    print(f"{measurement.count:,} digits, accuracy {measurement.accuracy:.2%}, cost {measurement.cost:.4f}\n")
    print(confusion_table(measurement))
    if more:
        print("\nOn the canvas: " + ", ".join(f"{name.replace('_', ' ')} {share:.2%}" for name, share in more.items()))
    return failures.status


def _on_canvas(network: Network, path: Path, failures: Failures) -> tuple[list[LabeledInk], dict[str, float]]:
    """Return the drawings of an ink file that have ink and a label, and two shares of them, by name.

    The shares are of drawings that the canvas would refuse, and that it would take for more than one digit.
    """
    recognizer, drawings, read = Recognizer(network), list[LabeledInk](), list[tuple[Prediction, ...]]()
    for number, drawing in enumerate(tqdm(ink_files.read(path), disable=None, leave=False), 1):
        with failures.told(f"{path}: drawing {number}"):
            ink_digits.require_digit(drawing, f"{path}: drawing {number}")
            read.append(recognizer.read(drawing.ink))
            drawings.append(drawing)
    refused = sum(len(found) == 1 and not found[0].is_sure for found in read)
    several = sum(len(found) > 1 for found in read)
    count = max(1, len(read))
    return drawings, {"refused": refused / count, "taken_for_several_digits": several / count}
