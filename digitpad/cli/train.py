"""`digitpad train`: turn the generator's crank on the terminal."""

import argparse
import dataclasses
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event as Flag
from typing import Any

from digitpad.cli.reports import JsonReport, Report, TerminalReport
from digitpad.engine import weights
from digitpad.engine.config import TrainingConfig
from digitpad.engine.events import Evaluation, Event, Stop, TrainingEnd
from digitpad.engine.run import Run
from digitpad.engine.tensor_files import WeightsError
from digitpad.engine.training import Training, TrainingError, train
from digitpad.files import FileError

_DESCRIPTION = """\
Train a new network: dense layers with ReLU between them, softmax and cross-entropy at the end, by stochastic gradient
descent with momentum on batches of digits. The digits are MNIST's, which come with digitpad; 10,000 of the 60,000 are
held out for validation, and the official 10,000 test digits are measured once, at the very end.

Ctrl-C stops early and keeps the network as it is then.
"""

_EPILOG = """\
examples:
  digitpad train                                 the defaults: about 98 % on the test digits within seconds
  digitpad train --hidden 512 --epochs 20        wider and longer
  digitpad train --hidden "" --momentum 0        softmax regression, no hidden layer
  digitpad train --data ~/fashion --out my.safetensors
"""


#: Each setting's option: its placeholder, its type, and what it means.
_SETTINGS: dict[str, tuple[str, type, str]] = {
    "hidden": ("N,N", str, "units of each hidden layer, separated by commas"),
    "epochs": ("N", int, "how often every training digit is seen"),
    "learning_rate": ("X", float, "how far a step goes along the gradient; if too high, the cost explodes"),
    "schedule": ("NAME", str, "cosine lowers the learning rate to 0 along half a cosine, constant keeps it"),
    "momentum": ("X", float, "share of the last step that is taken again, 0 to below 1"),
    "batch_size": ("N", int, "digits whose gradients are averaged for one step"),
    "seed": ("N", int, "start of all random choices: same seed, same network"),
    "validation": ("N", int, "training digits to hold out for validation; 0 trains on all"),
}


def add_to(commands: Any) -> None:
    """Add the command to the parser of all commands."""
    parser = commands.add_parser(
        "train",
        help="train a new network",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for name, (placeholder, kind, meaning) in _SETTINGS.items():
        default = getattr(TrainingConfig(), name)
        option = f"--{name.replace('_', '-')}"
        help_text = f"{meaning} (default: {default})"
        parser.add_argument(option, metavar=placeholder, type=kind, default=default, help=help_text)
    add = parser.add_argument
    add("--data", metavar="DIR", help="folder with four IDX files, e.g. Fashion-MNIST or EMNIST (default: MNIST)")
    add("--out", metavar="FILE", type=Path, help=".safetensors or .npz file to save to (default: a new run folder)")
    add("--json", action="store_true", help="print one JSON object for each measurement instead of the progress bar")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Train as the options say, save, and say where."""
    settings = {field.name for field in dataclasses.fields(TrainingConfig)}
    config = TrainingConfig(**{name: value for name, value in vars(options).items() if name in settings})
    _check_out(options.out)
    with _interrupts() as interrupted, JsonReport() if options.json else TerminalReport() as report:
        training = train(config)
        # The digits are loaded and everything is checked before the first file is written.
        started = next(training)
        run = None if options.out else Run.new(config)
        if started is not None:
            report.show(started)
        last, failure = _turn(training, report, run, interrupted)
        path = _save(last, config, options.out, run) if last is not None else None
        if failure is not None:
            raise failure
        report.say(f"Saved {path}")
    return 130 if interrupted.is_set() else 0


def _check_out(out: Path | None) -> None:
    """Refuse a file that could not be saved to before hours are spent, not after."""
    if out is not None and out.suffix.lower() not in weights.SUFFIXES:
        raise WeightsError(f"cannot write {out}: use a name that ends in {' or '.join(weights.SUFFIXES)}")
    if out is not None and (out.is_dir() or not out.absolute().parent.is_dir()):
        raise FileError(f"cannot write {out}: name a file in a folder that exists")


def _turn(
    training: Training, report: Report, run: Run | None, interrupted: Flag
) -> tuple[Evaluation | None, Exception | None]:
    """Turn the crank to the end, or after Ctrl-C to the end that `Stop` gives.

    Return the last good measurement, and what went wrong: whatever it is, the network must be saved first.
    """
    last: Evaluation | None = None
    event: Event | None = None
    try:
        while not isinstance(event, TrainingEnd):
            event = training.send(Stop() if interrupted.is_set() else None)
            if isinstance(event, Evaluation):
                last = event
                if run is not None:
                    run.append(event)
            if event is not None:
                report.show(event)
    except TrainingError as error:
        return error.last_good, error
    except Exception as error:
        return last, error
    return last, None


def _save(last: Evaluation, config: TrainingConfig, out: Path | None, run: Run | None) -> Path:
    """Save the network to where it belongs; if that cannot be written, to a new run folder, and say so as an error."""
    record = weights.TrainingRecord.of(config, last)
    path = run.weights if run is not None else out
    assert path is not None
    try:
        weights.save(path, last.network, record)
    except FileError as error:
        kept = Run.new(config).weights
        weights.save(kept, last.network, record)
        raise FileError(f"{error}; the network was kept in {kept}") from error
    return path


@contextmanager
def _interrupts() -> Iterator[Flag]:
    """A flag that Ctrl-C and SIGTERM set; from then on both are ignored, so that the network is saved in peace."""
    interrupted = Flag()

    def interrupt(*_: object) -> None:
        interrupted.set()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield interrupted
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
