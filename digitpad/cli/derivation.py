"""`digitpad derivation`: learns MNIST with the derivation as it stands, one digit a step, in plain NumPy."""

import argparse
import json

import numpy as np
from tqdm import tqdm

from digitpad.data import mnist
from digitpad.data.dataset import CLASSES
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.generator import INPUT_SCALE
from digitpad.engine.training.validation_split import split
from digitpad.errors import DigitpadError
from digitpad.nn import derivation, initializers
from digitpad.nn.workspace import Array

HELP = "learn MNIST with the derivation in plain NumPy"
DESCRIPTION = """\
Learn MNIST with nothing but the derivation (digitpad/nn/derivation.py): one hidden layer of ReLUs, softmax,
cross-entropy, one digit a step, the learning rate halved after each epoch. It is slow, some 30 seconds an epoch, and
easy to read; `digitpad train` comes to the same and is fast.
"""


class DerivationError(DigitpadError):
    """The cost is no longer a finite number."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes to its `parser`."""
    add = parser.add_argument
    add("--hidden", metavar="N", type=int, default=200, help="hidden units (default: 200)")
    add("--learning-rate", metavar="G", type=float, default=0.001, help="gamma (default: 0.001)")
    add("--epochs", metavar="N", type=int, default=5, help="epochs (default: 5)")
    add("--training", metavar="N", type=int, default=0, help="digits to learn from (default: all)")
    add("--validation", metavar="N", type=int, default=10_000, help="digits held out (default: 10000)")
    add("--seed", metavar="N", type=int, default=0, help="random seed of weights and order (default: 0)")
    add("--data", metavar="DIR", help="folder with four IDX files (default: the embedded MNIST)")
    add("--json", action="store_true", help="print one JSON object for each epoch")


def run(options: argparse.Namespace) -> int:
    """Learn, and print the accuracies of each epoch."""
    # A configuration says in a sentence what is wrong with a value.
    config = TrainingConfig(
        hidden=str(options.hidden),
        learning_rate=options.learning_rate,
        epochs=options.epochs,
        training=options.training,
        validation=options.validation,
        seed=options.seed,
        data=options.data,
        batch_size=1,
    )
    digits = mnist.load(config.data)
    training, validation = split(config, digits)
    mean = digits.training.mean() * INPUT_SCALE
    x, held_out = (part.images * INPUT_SCALE - mean for part in (training, validation))
    rng = np.random.default_rng(config.seed)
    # As the homework's text has it: zero-mean Gaussians, here with He's deviation; biases begin at 0.
    V, W = (_weights(rng, *shape) for shape in ((options.hidden, x.shape[1]), (CLASSES, options.hidden)))
    targets = np.eye(CLASSES)[training.labels]
    for epoch in range(config.epochs):
        gamma, costs = config.learning_rate / 2**epoch, 0.0
        for i in tqdm(rng.permutation(len(x)), unit=" digits", disable=None, leave=False):
            with np.errstate(all="ignore"):
                step = derivation.forward_and_back(x[i], targets[i], V, W)
                V, W = derivation.updated(V, W, step, gamma)
            costs += step.J
            if not np.isfinite(costs):
                raise DerivationError(f"cost is {costs} in epoch {epoch + 1}: lower the learning rate (now {gamma:g})")
        accuracies = {
            "train_accuracy": _share(derivation.answers(x, V, W) == training.labels),
            "validation_accuracy": _share(derivation.answers(held_out, V, W) == validation.labels),
        }
        cost = costs / len(x)
        if options.json:
            print(json.dumps({"epoch": epoch + 1, "cost": cost} | accuracies, allow_nan=False), flush=True)
        else:
            train, held = ("-" if share is None else f"{share:.2%}" for share in accuracies.values())
            print(f"epoch {epoch + 1}: cost {cost:.4f}, training accuracy {train}, validation accuracy {held}")
    return 0


def _weights(rng: np.random.Generator, outputs: int, inputs: int) -> Array:
    """Return new weights (outputs, inputs + 1), the last column the biases."""
    return np.column_stack(initializers.he(rng, (outputs, inputs), inputs, outputs))


def _share(is_right: Array) -> float | None:
    return float(is_right.mean()) if len(is_right) else None
