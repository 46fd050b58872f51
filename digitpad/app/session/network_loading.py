"""Loads networks from the disk, as work for another thread."""

from collections.abc import Callable
from pathlib import Path

from digitpad.app.session.network_handle import NetworkHandle
from digitpad.cancellation import CancelToken
from digitpad.data import mnist
from digitpad.engine.files import weights
from digitpad.engine.files.weights import TrainingRecord
from digitpad.engine.runs import history, layout
from digitpad.engine.runs.references import resolve
from digitpad.engine.runs.snapshot import Snapshot
from digitpad.engine.runs.store import RunStore
from digitpad.engine.runs.summary import RunSummary
from digitpad.engine.training.config import TrainingConfig

#: What a `LatestTask` does; one file is too short to be cancelled.
Work = Callable[[CancelToken], NetworkHandle]


def at(folder: Path, name: str, snapshot: Snapshot) -> Work:
    """Return what reads the network of a run at `snapshot`."""

    def fetch(_: CancelToken) -> NetworkHandle:
        network, record = weights.load(layout.weights_after(folder, snapshot.step))
        return NetworkHandle(network, record, name, run=folder, snapshot=snapshot)

    return fetch


def at_end(run: RunSummary, store: RunStore) -> Work:
    """Return what reads the network that `run` ended with, or its newest."""

    def fetch(_: CancelToken) -> NetworkHandle:
        reference = resolve(str(run.folder), store)
        network, record = reference.load()
        # A run that failed, or had early stopping, does not end with its last network. Records count a parent's steps.
        measured, first = history.read(run.folder).measured, layout.weights_after(run.folder, 0)
        begun = weights.load(first)[1].step if run.metadata.parent is not None and first.exists() else 0
        step = record.step - begun
        snapshot = reference.snapshot or next((p for p in measured if p.step == step != measured[-1].step), None)
        step_of_newest = step if snapshot is None else None
        return NetworkHandle(network, record, run.name, run=run.folder, snapshot=snapshot, step=step_of_newest)

    return fetch


def untrained(config: TrainingConfig) -> Work:
    """Return what makes a new network by `config`, whose inputs are scaled as its digits need it."""

    def make(_: CancelToken) -> NetworkHandle:
        from digitpad.engine.training.generator import new_network

        network = new_network(config, mnist.load(config.data))
        return NetworkHandle(network, TrainingRecord(config=config), "New network")

    return make
