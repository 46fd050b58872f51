"""`digitpad mistakes`: the misclassified digits of a network, listed and as pictures."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from PIL import Image as PillowImage

from digitpad.cli.network_names import NETWORK, load_named
from digitpad.cli.tables import confusion_table
from digitpad.data import mnist
from digitpad.data.dataset import SIDE
from digitpad.engine.insight import mistakes
from digitpad.engine.insight.mistakes import Answers, Asked
from digitpad.engine.training.evaluation import Measurement
from digitpad.errors import DigitpadError

HELP = "list the digits that a network misclassifies"
DESCRIPTION = """\
List the digits that a network misclassifies, the most confident mistakes first: of the validation digits of its own
data, or of the test digits. Where the network was trained on those digits, as the bundled networks were, it says so.
"""
#: Mistakes that are printed as text; JSON and pictures hold all of them.
_SHOWN = 20


class MistakesError(DigitpadError):
    """The pictures cannot be written."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes to its `parser`."""
    parser.add_argument("weights", nargs="?", **NETWORK)
    parser.add_argument("--test", action="store_true", help="use the test digits: for the last measurement only")
    parser.add_argument("--out", metavar="FOLDER", type=Path, help="write each as a PNG named INDEX-LABEL-DIGIT.png")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Ask the network, and tell what it got wrong."""
    network, record = load_named(options.weights)
    digits = mnist.load(record.config.data if record.config is not None else None)
    asked = mistakes.test_digits(digits) if options.test else mistakes.validation_digits(record, digits)
    found = mistakes.answers(network, asked)
    if options.out is not None:
        _write_pictures(found, options.out)
    if options.json:
        print(json.dumps(_figures(found), allow_nan=False))
    else:
        print(_text(found, options))
    return 0


def _figures(found: Answers) -> dict[str, Any]:
    figures = Measurement(0.0, found.confusion).as_dict()
    del figures["cost"]
    return figures | {"learned": found.asked.learned, "mistakes": [asdict(mistake) for mistake in found.mistakes]}


def _text(found: Answers, options: argparse.Namespace) -> str:
    measured = Measurement(0.0, found.confusion)
    wrong = found.mistakes
    kind = "test" if options.test else "validation"
    lines = [f"{measured.count:,} {kind} digits, {len(wrong):,} misclassified, accuracy {measured.accuracy:.2%}"]
    lines += [_warning(found.asked)] if found.asked.learned is not False else []
    lines += ["", confusion_table(measured), ""]
    lines += [f"{m.index:6}: a {m.label} predicted as {m.digit} with {m.probability:.1%}" for m in wrong[:_SHOWN]]
    if len(wrong) > _SHOWN:
        lines.append(
            f"and {len(wrong) - _SHOWN:,} more: --json lists all of them, --out FOLDER writes them as pictures"
        )
    if options.out is not None:
        lines.append(f"Wrote {len(wrong):,} pictures to {options.out}")
    return "\n".join(lines)


def _warning(asked: Asked) -> str:
    if asked.learned:
        return "The network was trained on these digits: its accuracy on others is lower. Use the test digits: --test"
    return "It is not known whether the network was trained on these digits; if so, its accuracy on others is lower"


def _write_pictures(found: Answers, folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for place, mistake in zip(found.wrong(), found.mistakes, strict=True):
            pixels = 255 - found.asked.dataset.images[place].reshape(SIDE, SIDE)
            name = f"{mistake.index}-{mistake.label}-{mistake.digit}.png"
            PillowImage.fromarray(pixels).save(folder / name)
    except OSError as error:
        raise MistakesError(f"cannot write to {folder}: {error.strerror or error}; choose another folder") from error
