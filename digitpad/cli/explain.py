"""`digitpad explain`: why drawings were misclassified."""

import argparse
import json
from pathlib import Path

from digitpad.cli.failures import Failures
from digitpad.cli.network_names import NETWORK, load_named
from digitpad.data import ink_files, pictures
from digitpad.data.drawing import Drawing
from digitpad.engine.insight.counterfactuals import Explanation, ExplanationError, explain
from digitpad.engine.reading.recognizer import Recognizer

HELP = "explain why drawings are misclassified"
DESCRIPTION = """\
Explain why drawings of one digit each are misclassified: every flaw that a drawing may have (slanted, narrow, wide, a
gap, a stroke missing or too many, a tail cut off; of 28x28 pictures also too thin, too thick, too small, off the
center) is removed and the network predicts again; changes that correct the prediction are listed, the best first. The
actual digit is its label in the file, or --label; without either, a prediction of 90 % or more is not explained.

In JSON one object a drawing: file, index (from 0), digit, probability, and causes: cause, digit, probability, sentence.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes to its `parser`."""
    parser.add_argument("files", metavar="FILE", nargs="+", type=Path, help="ink file or 28x28 picture")
    parser.add_argument(
        "--label", metavar="N", type=int, choices=range(10), help="the digit that all of them should be"
    )
    parser.add_argument("--weights", **NETWORK)
    parser.add_argument("--json", action="store_true", help="print one JSON object for each drawing")


def run(options: argparse.Namespace) -> int:
    """Print why each drawing is read as it is; what cannot be explained gets a sentence, the others go on."""
    network, _ = load_named(options.weights)
    recognizer, failures = Recognizer(network), Failures()
    for path in options.files:
        drawings: list[tuple[Drawing, int | None]] = []
        with failures.told(str(path)):
            drawings = _drawings(path)
        for index, (drawing, label) in enumerate(drawings):
            explanation: Explanation | None = None
            with failures.told(f"{path}, drawing {index + 1}"):
                should_be = label if options.label is None else options.label
                if should_be is None and (count := len(recognizer.read(drawing))) > 1:
                    raise ExplanationError(f"it is a row of {count} digits: give each by itself")
                explanation = explain(network, drawing, should_be)
            if explanation is not None and options.json:
                print(json.dumps({"file": str(path), "index": index, **explanation.as_dict()}))
            elif explanation is not None:
                print(f"{path}\t{index + 1}\t{explanation.sentence}")
    return failures.status


def _drawings(path: Path) -> list[tuple[Drawing, int | None]]:
    if path.suffix.lower() in pictures.SUFFIXES:
        return [(pictures.read(path), None)]
    return [(drawing.ink, drawing.label) for drawing in ink_files.read(path)]
