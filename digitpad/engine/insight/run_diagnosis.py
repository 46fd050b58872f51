"""Diagnoses a run on disk."""

from pathlib import Path

from digitpad.data import mnist
from digitpad.data.dataset import Dataset
from digitpad.engine.files import weights
from digitpad.engine.insight import diagnosis
from digitpad.engine.insight.diagnosis_case import DiagnosisCase, Finding
from digitpad.engine.insight.mistakes import validation_digits
from digitpad.engine.runs import layout, snapshots
from digitpad.engine.runs.history import History
from digitpad.engine.runs.snapshot import Snapshot
from digitpad.engine.runs.summary import RunSummary
from digitpad.errors import DigitpadError
from digitpad.nn.network import Network


def consulted(run: RunSummary, measured: History) -> list[Finding]:
    """Return what is wrong with `run`, by what it has `measured`; nothing where its settings cannot be read."""
    if run.config is None:
        return []
    config = run.config.with_live(measured.changes[-1]) if measured.changes else run.config
    newest = _newest(run, measured)
    held_out = None if newest is None else newest[1].held_out

    def look() -> tuple[Network, Dataset] | None:
        try:
            if newest is None:
                return None
            return newest[0], validation_digits(newest[1], mnist.load(config.data)).dataset
        except DigitpadError:
            # Digits that are gone: what was measured has to do.
            return None

    return diagnosis.findings(
        DiagnosisCase(measured, config, run.metadata.failure, run.status == "ended", held_out, look)
    )


def last_good(folder: Path, measured: History) -> Snapshot | None:
    """Return the snapshot with the lowest training cost among those that the run in `folder` has kept."""
    costs = dict(zip((snapshot.step for snapshot in measured.measured), measured.series("train_cost")[1], strict=True))
    kept = snapshots.kept_in(folder, measured.measured)
    return min(kept, key=lambda snapshot: costs[snapshot.step], default=None)


def _newest(run: RunSummary, measured: History) -> tuple[Network, weights.TrainingRecord] | None:
    """Return the last network that the run has kept, and its record."""
    kept = snapshots.kept_in(run.folder, measured.measured)
    try:
        return weights.load(layout.weights_after(run.folder, kept[-1].step)) if kept else None
    except DigitpadError:
        return None
