"""`digitpad evaluate`: how good a network is on test digits, or on an ink file through the canvas's own pipeline."""

import argparse
import json
from pathlib import Path
from typing import Any

from digitpad.data import ink_files, mnist
from digitpad.data.dataset import CLASSES, Dataset
from digitpad.engine import weights
from digitpad.engine.evaluation import Measurement, measure
from digitpad.engine.recognizer import EvaluationError, dataset_of

_DESCRIPTION = """\
Measure a network: how many digits it reads rightly, its mean cost (cross-entropy, nats), its accuracy on each digit,
and the confusion matrix, whose rows are the true digits and whose columns are the network's answers.
"""


def add_to(commands: Any) -> None:
    """Add the command to the parser of all commands."""
    parser = commands.add_parser(
        "evaluate",
        help="measure a network on the test digits or on an ink file",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "weights", metavar="WEIGHTS", nargs="?", type=Path, default=weights.BUNDLED,
        help=".safetensors or .npz file (default: the network that comes with digitpad)",
    )  # fmt: skip
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--data", metavar="DIR", help="folder with four IDX files; its test digits are used")
    source.add_argument("--ink", metavar="FILE", type=Path, help="ink file, .jsonl or .jsonl.gz, with labels")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Measure, and print the figures."""
    network, _ = weights.load(options.weights)
    measurement = measure(network, _dataset(options))
    print(json.dumps(measurement.as_dict(), allow_nan=False) if options.json else _table(measurement))
    return 0


def _dataset(options: argparse.Namespace) -> Dataset:
    if options.ink is None:
        return mnist.load(options.data).test
    try:
        return dataset_of(ink_files.read(options.ink))
    except EvaluationError as error:
        raise EvaluationError(f"{options.ink}: {error}") from error


def _table(measurement: Measurement) -> str:
    """Lay the figures out for reading."""
    shares = ("     -" if share is None else f"{share:6.1%}" for share in measurement.per_digit)
    lines = [
        f"{measurement.count:,} digits, accuracy {measurement.accuracy:.2%}, cost {measurement.cost:.4f}",
        "",
        "true   read as",
        "       " + "".join(f"{digit:6}" for digit in range(CLASSES)) + "   right",
    ]
    for digit, (row, share) in enumerate(zip(measurement.confusion, shares, strict=True)):
        lines.append(f"{digit:4}   " + "".join(f"{count:6}" for count in row) + f"  {share}")
    return "\n".join(lines)
