"""`digitpad train`: runs a training on the terminal."""

import argparse
import contextlib
import dataclasses
import signal
import tempfile
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event as Flag

from tqdm import tqdm

from digitpad import logs
from digitpad.cli.network_names import check_out
from digitpad.cli.progress_reports import JsonReport, Report, TerminalReport
from digitpad.end_signals import ending_signals
from digitpad.engine.files import presets, weights
from digitpad.engine.files.weights import TrainingRecord
from digitpad.engine.runs import layout, setting_differences
from digitpad.engine.runs.metadata import RunMetadata, checked_name
from digitpad.engine.runs.plans import resume_run
from digitpad.engine.runs.recording import Plan, RecordedTraining
from digitpad.engine.runs.store import RunStore
from digitpad.engine.training import workers
from digitpad.engine.training.config import PATHS, SETTINGS, ConfigError, TrainingConfig
from digitpad.engine.training.events import Event, Stop, TrainingEnd
from digitpad.files import FileError
from digitpad.nn.layers import ACTIVATIONS
from digitpad.nn.network import Network
from digitpad.nn.spec import WORDS

MAX_THREADS = 64
_HINT = "; digitpad train --resume and its name resume it"

HELP = "train a new network"
DESCRIPTION = """\
Train a new network by stochastic gradient descent: layers by --hidden, softmax and cross-entropy at the end. The digits
are MNIST's, which come with digitpad; 10,000 of the 60,000 are held out for validation, and the official 10,000 test
digits are measured once, at the very end.

Every training is kept as a run: its curves, and its networks epoch by epoch (see digitpad runs). Ctrl-C stops early and
keeps the network as it is then; --resume continues from there, also after a crash.

layers, separated by commas:
{layers}
After a dense or convolutional layer comes ReLU, or the activation that is named behind it ({activations}): 200 tanh.
"""

_EPILOG = """\
presets, by --preset NAME:
{presets}
examples:
  digitpad train                                 the defaults: about 98 % on the test digits within seconds
  digitpad train --hidden 512 --epochs 20        wider and longer
  digitpad train --hidden "" --momentum 0        softmax regression, no hidden layer
  digitpad train --hidden "16c5, p2, 32c5, p2, 128" --learning-rate 0.05
  digitpad train --preset cs189-hw4 --seed 1     the homework that digitpad grew from
  digitpad train --run night --epochs 50         keep everything in the folder night ...
  digitpad train --resume night                  ... and go on with it after Ctrl-C
  digitpad train --data ~/fashion --out my.safetensors
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes to its `parser`."""
    words = "".join(f"  {word.example:<10}{word.meaning}\n" for word in WORDS)
    descriptions = "".join(_item(name, presets.load(name).description) for name in presets.names())
    parser.description = DESCRIPTION.format(layers=words.rstrip(), activations=", ".join(list(ACTIVATIONS)[1:]))
    parser.epilog = _EPILOG.format(presets=descriptions)
    add = parser.add_argument
    add("--preset", metavar="NAME|FILE", help="settings to begin with: a preset's name or TOML file (see below)")
    for name, setting in SETTINGS.items():
        default = getattr(TrainingConfig(), name)
        shown = setting_differences.value(default, name)
        kind = str if name in PATHS else type(default)
        placeholder = {str: "NAME", int: "N", float: "X"}[kind] if name not in _PLACEHOLDERS else _PLACEHOLDERS[name]
        option = f"--{name.replace('_', '-')}"
        add(option, metavar=placeholder, type=kind, help=f"{setting.meaning} (default: {shown})".replace("%", "%%"))
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--out", metavar="FILE", type=Path, help=".safetensors or .npz file to save the network to")
    place.add_argument(
        "--run", dest="run_folder", metavar="DIR", type=Path,
        help="new folder to keep the run in (default: one under the folder for users' data; see digitpad runs)",
    )  # fmt: skip
    place.add_argument(
        "--resume", metavar="RUN",
        help="resume this run, a folder or a name; of the settings only --epochs can be changed",
    )  # fmt: skip
    add("--name", help="what to call the run (default: after its preset or its layers)")
    add("--threads", metavar="N", type=int, default=workers.helpful(),
        help="threads that share a batch; changes the speed, not the result (default: %(default)s)")  # fmt: skip
    add("--json", action="store_true", help="print one JSON object for each measurement instead of the progress bar")


_PLACEHOLDERS = {"hidden": "LAYERS", "data": "DIR", "ink": "FILE"}


def _item(name: str, description: str) -> str:
    return textwrap.fill(description, 112, initial_indent=f"  {name:<21}", subsequent_indent=" " * 23) + "\n"


def run(options: argparse.Namespace) -> int:
    """Train as the options say, save, and say where."""
    # Refused before hours are spent: what could not be done after.
    if not 1 <= options.threads <= MAX_THREADS:
        raise ConfigError(f"the number of threads is {options.threads}: use 1 to {MAX_THREADS}")
    if options.out is not None:
        check_out(options.out)
    store = RunStore()
    recorded = RecordedTraining(lambda: _plan(options, store), store, logs.say)
    # Of None tqdm makes whether stderr is no terminal.
    is_silent = True if options.json else None
    with _interrupts() as interrupted, tqdm(unit=" steps", disable=is_silent, leave=False) as bar:
        report = JsonReport() if options.json else TerminalReport(bar)
        failure = _turn(recorded, report, interrupted)
        good = recorded.last_good
        # Nothing was learned: a file of that name would promise something.
        has_learned = good is not None and (failure is None or good.step > 0)
        path = _save(recorded, options.out, store) if has_learned else None
        if failure is not None:
            raise failure
        if recorded.is_kept and recorded.folder is not None:
            # It may have been renamed meanwhile.
            name = RunMetadata.read(recorded.folder).name
            report.say(f"Kept as the run {name!r}{_HINT if interrupted.is_set() else ''}")
        report.say(f"Saved {path}")
    return 130 if interrupted.is_set() else 0


def _plan(options: argparse.Namespace, store: RunStore) -> Plan:
    """Return what is to be trained, and where it is kept."""
    given = {name: value for name in SETTINGS if (value := getattr(options, name)) is not None}
    if options.resume is not None:
        if options.preset is not None or options.name is not None or given.keys() - {"epochs"}:
            raise ConfigError("a resumed training keeps its settings: give only --epochs with --resume")
        return resume_run(store.find(options.resume).folder, given.get("epochs"), options.threads)
    # A run is resumed from anywhere.
    given |= {name: str(Path(given[name]).absolute()) for name in PATHS if name in given}
    config = TrainingConfig() if options.preset is None else presets.load(options.preset).config
    return Plan(
        dataclasses.replace(config, **given),
        folder=options.run_folder,
        name="" if options.name is None else checked_name(options.name),
        threads=options.threads,
    )


def _turn(recorded: RecordedTraining, report: Report, interrupted: Flag) -> Exception | None:
    """Run the training to its end, or stop it after Ctrl-C. Return the error that ended it, if any.

    The error is not raised here, since the network must be saved first.
    """
    training = recorded.events()
    event: Event | None = None
    try:
        while not isinstance(event, TrainingEnd):
            event = training.send(Stop() if interrupted.is_set() and recorded.folder is not None else None)
            if event is not None:
                report.show(event)
        # What is left to do is to write down how it ended.
        for _ in training:
            pass
    except Exception as error:
        return error
    finally:
        training.close()
    return None


def _save(recorded: RecordedTraining, out: Path | None, store: RunStore) -> Path:
    """Save the network to where it was asked for; what its run cannot hold, in a folder of its own. Return where."""
    assert recorded.last_good is not None
    assert recorded.folder is not None
    path, record = out or layout.part(recorded.folder, layout.WEIGHTS), recorded.record_of(recorded.last_good)
    try:
        if out is not None or not recorded.is_kept:
            weights.save(path, recorded.last_good.network, record)
    except FileError as error:
        kept = _autosaved(recorded.last_good.network, record, store)
        if kept is None:
            raise
        raise FileError(f"{error}; the network was kept in {kept}") from error
    return path


def _autosaved(network: Network, record: TrainingRecord, store: RunStore) -> Path | None:
    """Save a network where nobody asked for it: among the runs, or where these have no place, among temporary files."""
    for new_folder in (store.new_folder, lambda: Path(tempfile.mkdtemp(prefix="digitpad-run-"))):
        with contextlib.suppress(OSError, FileError):
            folder = new_folder()
            try:
                weights.save(layout.part(folder, layout.WEIGHTS), network, record)
            except FileError:
                folder.rmdir()
                raise
            return layout.part(folder, layout.WEIGHTS)
    return None


@contextmanager
def _interrupts() -> Iterator[Flag]:
    """A flag that Ctrl-C and the other `ending_signals` set. After the first they are ignored: the network is saved."""
    interrupted = Flag()

    def interrupt(*_: object) -> None:
        interrupted.set()
        for number in before:
            signal.signal(number, signal.SIG_IGN)

    before = {number: signal.signal(number, interrupt) for number in ending_signals()}
    try:
        yield interrupted
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
