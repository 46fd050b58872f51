"""`digitpad runs`: the trainings that were kept, listed, shown, renamed, deleted and compared."""

import argparse
import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from digitpad.engine.insight.run_diagnosis import consulted
from digitpad.engine.runs import history, layout, setting_differences, snapshots
from digitpad.engine.runs.metadata import Figures, RunError
from digitpad.engine.runs.references import words
from digitpad.engine.runs.retention import OLD_DAYS
from digitpad.engine.runs.store import RunStore
from digitpad.engine.runs.summary import RunSummary
from digitpad.engine.runs.time_texts import duration
from digitpad.engine.runs.trash import disk_use
from digitpad.engine.training.config import SETTINGS, TrainingConfig
from digitpad.engine.training.evaluation import Measurement

HELP = "list, show, rename, delete and compare the trainings that were kept"
DESCRIPTION = """\
Every training is kept as a run, whether the window or the command line began it: its settings, all that was measured,
and the network after each epoch. Wherever weights are asked for, RUN stands for what the run ended with, RUN@3 for the
network after three epochs, RUN@0 before the first step, RUN@best at the lowest validation cost, and RUN@step:30 after
thirty steps; where that network was not kept, for the nearest one that was. RUN is a name or a folder.

The networks of the first epoch and of 256 epochs are kept; when there are more, every second one goes. Thirty days
after a run has ended, twenty of its epochs stay. The first, the best and the last are always kept.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes to its `parser`."""
    parser.add_argument("--json", action="store_true", help="print one JSON list")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", parser_class=type(parser), prog="digitpad runs")
    show = actions.add_parser("show", help="print the settings and the measurements of one run")
    rename = actions.add_parser("rename", help="call a run something else")
    delete = actions.add_parser("delete", help="move a run to the trash")
    compare = actions.add_parser("compare", help="print the settings in which two runs differ, and their figures")
    for action in (show, rename, delete):
        action.add_argument("name", metavar="RUN", help="a run's name or folder")
    rename.add_argument("new", metavar="NAME", help="the new name")
    for name in ("first", "second"):
        compare.add_argument(name, metavar="RUN", help="a run's name or folder")
    for action in (show, compare):
        action.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print one JSON object")
    show.set_defaults(run=_show)
    rename.set_defaults(run=_rename)
    delete.set_defaults(run=_delete)
    compare.set_defaults(run=_compare)


def run(options: argparse.Namespace) -> int:
    """List all runs; each action has a function of its own."""
    store = RunStore()
    runs = store.runs()
    store.prune(runs)
    if options.json:
        print(json.dumps([run.as_dict() for run in runs], allow_nan=False))
        return 0
    if not runs:
        print("There is no run yet: digitpad train, or Start in the window, makes one.")
        return 0
    rows: list[tuple[str, ...]] = [
        ("NAME", "STATUS", "LAYERS", "EPOCHS", "VALIDATION", "TEST", "BEST", "TIME", "STARTED")
    ]
    rows += [_row(run) for run in runs]
    _print_table(rows)
    used, deleted = sum(disk_use(run.folder) for run in runs), store.trash.bytes_used()
    trash = f" and {deleted / 1e6:,.0f} MB in the trash" if deleted else ""
    print(f"\n{len(runs)} run{'s' * (len(runs) != 1)}, {used / 1e6:,.0f} MB{trash}, in {store.folder}")
    return 0


def _row(run: RunSummary) -> tuple[str, ...]:
    figures = run.figures
    return (
        run.name,
        run.status if not run.problem else "damaged",
        "" if run.config is None else run.config.hidden or "none",
        f"{figures.epochs:.2f}".rstrip("0").rstrip("."),
        _share(figures.validation_accuracy),
        _share(figures.test_accuracy),
        _best(figures),
        duration(run.metadata.seconds),
        run.metadata.started[:16].replace("T", " "),
    )


def _best(figures: Figures) -> str:
    """Return the best validation accuracy, and its epoch."""
    epoch = figures.best_epoch
    return _share(figures.best_validation_accuracy) + ("" if epoch is None else f" @{epoch:g}")


def _show(options: argparse.Namespace) -> int:
    run = RunStore().find(options.name)
    measured = history.read(run.folder) if not run.problem else history.History()
    kept = snapshots.kept_in(run.folder, measured.measured)
    if options.json:
        more: dict[str, Any] = {"note": run.metadata.note, "parent": run.metadata.parent and run.metadata.parent.name}
        more |= {"failure": run.metadata.failure or None, "networks": [words(snapshot) for snapshot in kept]}
        more |= {"findings": [dataclasses.asdict(finding) for finding in consulted(run, measured)]}
        print(json.dumps(run.as_dict() | more, allow_nan=False))
        return 0
    print(f"{run.name}: {run.status}, started {run.metadata.started}, training time {duration(run.metadata.seconds)}")
    print(f"folder: {run.folder} ({disk_use(run.folder) / 1e6:,.1f} MB)")
    for sentence in (run.problem, run.metadata.failure, run.metadata.note):
        if sentence:
            print(sentence)
    if run.metadata.parent is not None:
        print(f"continued from: {run.metadata.parent.words}")
    if run.config is not None:
        changed = setting_differences.in_words(run.config, TrainingConfig())
        print(f"layers: {run.config.hidden or 'none'}; other than the defaults: {changed or 'nothing'}")
    _print_measurements(run.folder, measured)
    for finding in consulted(run, measured):
        print(finding.text)
    print("networks kept: " + (", ".join(f"@{words(snapshot)}" for snapshot in kept) or "none"))
    return 0


def _print_measurements(folder: Path, measured: history.History) -> None:
    rows: list[tuple[str, ...]] = [("EPOCH", "STEP", "TIME", "COST", "TRAINING", "VAL. COST", "VALIDATION")]
    best = measured.best
    for number, snapshot in enumerate(measured.measured):
        if not snapshot.is_epoch and snapshot.epoch > 1:
            continue
        figures = {name: column[number] for name, column in measured.columns.items()}
        row = (
            f"{snapshot.epoch:.3f}".rstrip("0").rstrip("."),
            str(snapshot.step),
            duration(figures["seconds"]),
            _cost(figures["train_cost"]),
            _share(figures["train_accuracy"]),
            _cost(figures["validation_cost"]),
            _share(figures["validation_accuracy"]) + (" best" if number == best else ""),
        )
        rows.append(row)
    _print_table(rows)
    if best is not None and best < len(matrices := layout.confusions(folder)):
        shares = Measurement(0.0, matrices[best][1].astype(np.int64)).per_digit
        print("best epoch, digit by digit: " + ", ".join(f"{d} {_share(share)}" for d, share in enumerate(shares)))
    if measured.test_accuracy is not None:
        print(f"test accuracy {measured.test_accuracy:.2%}")


def _rename(options: argparse.Namespace) -> int:
    store = RunStore()
    run = store.find(options.name)
    store.rename(run, options.new)
    print(f"{run.name} is called {store.summary(run.folder).name} now")
    return 0


def _delete(options: argparse.Namespace) -> int:
    store = RunStore()
    deleted = store.delete(store.find(options.name))
    trashed, folder = _told(deleted.trashed), _told(deleted.folder)
    print(
        f"Moved {deleted.name} to {trashed}; move that folder back to {folder} within {OLD_DAYS} days to have it again"
    )
    return 0


def _told(path: Path) -> str:
    """Return a path in one line, whatever is in its name."""
    return str(path) if str(path).isprintable() else repr(str(path))


def _compare(options: argparse.Namespace) -> int:
    store = RunStore()
    runs = [store.find(name) for name in (options.first, options.second)]
    for run in runs:
        if run.problem:
            raise RunError(run.problem)
    configs = [run.config or TrainingConfig() for run in runs]
    differing = setting_differences.difference(configs[0], configs[1])
    figures: dict[str, list[float | None]] = {
        "validation_accuracy": [run.figures.validation_accuracy for run in runs],
        "best_validation_accuracy": [run.figures.best_validation_accuracy for run in runs],
        "test_accuracy": [run.figures.test_accuracy for run in runs],
        "epochs": [run.figures.epochs for run in runs],
        "seconds": [run.metadata.seconds for run in runs],
    }
    if options.json:
        settings = {name: list(values) for name, values in differing.items()}
        print(json.dumps({"runs": [run.name for run in runs], "settings": settings, **figures}, allow_nan=False))
        return 0
    rows: list[tuple[str, ...]] = [("", *(run.name for run in runs))]
    rows += [
        (SETTINGS[name].label, *(setting_differences.value(value, name) for value in values))
        for name, values in differing.items()
    ]
    if not differing:
        print("The settings are the same.")
    parents = [run.metadata.parent for run in runs]
    if any(parents):
        rows += [("Went on from", *(parent.words if parent else "-" for parent in parents))]
    rows += [("Validation accuracy", *map(_share, figures["validation_accuracy"]))]
    rows += [("Test accuracy", *map(_share, figures["test_accuracy"]))]
    rows += [("Best validation accuracy", *(_best(run.figures) for run in runs))]
    rows += [("Epochs trained", *(f"{epochs:g}" for epochs in figures["epochs"] if epochs is not None))]
    rows += [("Time", *(duration(run.metadata.seconds) for run in runs))]
    _print_table(rows)
    return 0


def _share(accuracy: float | None) -> str:
    return "-" if accuracy is None or accuracy != accuracy else f"{accuracy:.2%}"


def _cost(cost: float) -> str:
    return "-" if cost != cost else f"{cost:.4f}" if cost < 1e4 else f"{cost:.3g}"


def _print_table(rows: list[tuple[str, ...]]) -> None:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    width = max(20, shutil.get_terminal_size((200, 24)).columns)
    for row in rows:
        print("  ".join(cell.ljust(size) for cell, size in zip(row, widths, strict=True)).rstrip()[:width])
