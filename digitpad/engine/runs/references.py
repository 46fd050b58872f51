"""Finds the network that a person names: a file, RUN or RUN@EPOCH.

A file that exists is a file, then a run's folder, then a run's name. Without ``@`` a run stands for what it ended with
(the best epoch if it had patience), or its newest network; ``@0`` is the network before the first step, ``@3`` after
three epochs, ``@best`` at the epoch with the lowest validation cost, ``@step:30`` after thirty steps. Where that
network was not kept, the nearest one that was is meant.
"""

from dataclasses import dataclass
from pathlib import Path

from digitpad.engine.files import weights
from digitpad.engine.runs import history, layout, snapshots
from digitpad.engine.runs.history import History
from digitpad.engine.runs.metadata import RunError
from digitpad.engine.runs.snapshot import Snapshot
from digitpad.engine.runs.store import RunStore
from digitpad.engine.runs.summary import RunSummary, is_there
from digitpad.nn.network import Network

_MOMENTS = "use RUN@0, RUN@3, RUN@best or RUN@step:30"


@dataclass(frozen=True, slots=True)
class Reference:
    """The weights file that is meant, its run and snapshot if it has any, and a note to the user, or ""."""

    path: Path
    run: RunSummary | None = None
    snapshot: Snapshot | None = None
    note: str = ""

    def load(self) -> tuple[Network, weights.TrainingRecord]:
        """Return the network and its record. Raises `DigitpadError`."""
        return weights.load(self.path)


def resolve(text: str, store: RunStore) -> Reference:
    """Return what `text` means. Raises `RunError` where it means nothing."""
    if Path(text).is_file():
        return Reference(Path(text))
    name, sign, moment = (text, "", "") if is_there(Path(text)) else text.rpartition("@")
    if not sign:
        name, moment = text, ""
    if Path(name).suffix.lower() in weights.SUFFIXES and not is_there(Path(name)):
        raise RunError(f"{name} does not exist: choose a file that is there")
    run = store.find(name)
    found = history.read(run.folder)
    if not sign:
        ending = layout.part(run.folder, layout.WEIGHTS)
        if run.status not in ("running", "interrupted") and ending.is_file():
            return Reference(ending, run)
    return _kept(run, found, moment if sign else None)


def _kept(run: RunSummary, measured: History, moment: str | None) -> Reference:
    """Return the kept network that `moment` names, None naming the newest."""
    kept = snapshots.kept_in(run.folder, measured.measured)
    if not kept:
        if layout.has(run.folder, layout.WEIGHTS) and moment is None:
            return Reference(layout.part(run.folder, layout.WEIGHTS), run)
        raise RunError(f"the run {run.name!r} has kept no network: choose another")
    if moment is None:
        snapshot = kept[-1]
    elif moment == "best":
        snapshot = _best(run, measured, kept)
    elif moment.startswith("step:"):
        step = _whole(moment.removeprefix("step:"), moment)
        _require_reached(step <= kept[-1].step, run, f"step {step}", f"step {kept[-1].step}")
        snapshot = min(kept, key=lambda k: (abs(k.step - step), k.step))
        return _reference(run, snapshot, is_exact=snapshot.step == step)
    else:
        epoch = _whole(moment, moment)
        last = max(snapshot.epoch for snapshot in kept)
        _require_reached(epoch <= last, run, f"epoch {epoch}", f"epoch {last:.2f}".rstrip("0").rstrip("."))
        snapshot = min(kept, key=lambda k: (abs(k.epoch - epoch), k.step))
        return _reference(run, snapshot, is_exact=snapshot.epoch == epoch)
    return _reference(run, snapshot, is_exact=True)


def _best(run: RunSummary, measured: History, kept: list[Snapshot]) -> Snapshot:
    step = measured.best_step
    if step is None:
        raise RunError(
            f"the run {run.name!r} has no best epoch: it held out no digits, or finished no epoch; {_MOMENTS}"
        )
    return min(kept, key=lambda k: (abs(k.step - step), k.step))


def _reference(run: RunSummary, snapshot: Snapshot, *, is_exact: bool) -> Reference:
    note = f"that network of {run.name!r} was not kept; this is the nearest, {words(snapshot)}" if not is_exact else ""
    return Reference(layout.weights_after(run.folder, snapshot.step), run, snapshot, note)


def words(snapshot: Snapshot) -> str:
    """Return a snapshot as people write it behind ``@``: ``3``, or ``step:30`` if it is not at an epoch's end."""
    return f"{snapshot.epoch:.0f}" if snapshot.is_epoch or snapshot.step == 0 else f"step:{snapshot.step}"


def _whole(text: str, moment: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        raise RunError(f"there is no snapshot {moment[:40]!r} in a run: {_MOMENTS}")
    return int(text)


def _require_reached(is_reached: bool, run: RunSummary, wanted: str, last: str) -> None:
    if not is_reached:
        raise RunError(f"the run {run.name!r} has not come to {wanted}: its last network is that of {last}")
