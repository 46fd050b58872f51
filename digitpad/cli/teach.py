"""`digitpad teach`: fine-tunes a network on somebody's own digits."""

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from tqdm import tqdm

from digitpad.cancellation import CancelToken
from digitpad.cli.network_names import NETWORK, check_out, load_named
from digitpad.data import ink_digits, mnist
from digitpad.engine.files import weights
from digitpad.engine.finetuning.fine_tuning import fine_tune

HELP = "fine-tune a network on your own digits"
DESCRIPTION = """\
Fine-tune a network on your handwriting: train it a little further on the labeled digits of an ink file, mixed with
MNIST's and synthetic ones, so that it forgets nothing. The network that is saved was trained on all of your digits. The
gain is measured by two-fold cross-validation on them, and on MNIST's test digits.

In JSON, own_before, own_after, test_before and test_after are accuracies, 0 to 1.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes to its `parser`."""
    parser.add_argument("ink", metavar="INK", type=Path, help="ink file with labeled digits (.jsonl, .jsonl.gz)")
    parser.add_argument("--weights", **NETWORK)
    parser.add_argument("--out", metavar="FILE", type=Path, required=True, help="where to save the fine-tuned network")
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="random seed (default: 0)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


class _Bar(CancelToken):
    """Moves a progress bar at each check."""

    def __init__(self, bar: "tqdm[Any]") -> None:
        self._bar = bar

    def check(self) -> None:
        self._bar.update()


def run(options: argparse.Namespace) -> int:
    """Teach, save and print what it brought."""
    check_out(options.out)
    own = ink_digits.load(options.ink)
    network, record = load_named(options.weights)
    digits = mnist.load()
    with tqdm(disable=None, leave=False, unit=" steps") as bar:
        token = _Bar(bar)
        outcome = fine_tune(network, own, digits, digits.test, record.held_out or 0, options.seed, token)
    taught = replace(record, train_accuracy=None, validation_accuracy=None, test_accuracy=outcome.kept_after)
    weights.save(options.out, outcome.network, taught)
    figures = {
        "own_before": outcome.own_before,
        "own_after": outcome.own_after,
        "test_before": outcome.kept_before,
        "test_after": outcome.kept_after,
    }
    if options.json:
        print(json.dumps(figures))
        return 0
    print(
        f"{len(own)} digits of {options.ink}: accuracy {outcome.own_before:.1%} before, {outcome.own_after:.1%} after"
    )
    print(f"MNIST's test digits: accuracy {outcome.kept_before:.2%} before, {outcome.kept_after:.2%} after")
    for change in outcome.changes:
        verdict = "now right" if change.after == change.label else "now wrong" if change.before == change.label else ""
        print(f"  drawing {change.number + 1}, a {change.label}: {change.before} -> {change.after} {verdict}".rstrip())
    print(f"Saved {options.out}")
    return 0
