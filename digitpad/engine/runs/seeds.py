"""Runs that differ only in their seed, as one: mean and spread."""

from collections.abc import Hashable, Sequence
from typing import TypeVar

import numpy as np

from digitpad.engine.runs.history import AXES, FIGURES, Floats, History
from digitpad.engine.runs.metadata import Parent
from digitpad.engine.runs.setting_differences import alike
from digitpad.engine.training.config import LiveSettings, TrainingConfig

T = TypeVar("T")


def grouped(items: Sequence[tuple[Hashable, T]]) -> list[list[T]]:
    """Return `items` by their kinds, in the order in which those came first (see `kind_of`)."""
    groups: dict[Hashable, list[T]] = {}
    for kind, item in items:
        groups.setdefault(kind, []).append(item)
    return list(groups.values())


def kind_of(config: TrainingConfig, parent: Parent | None, history: History) -> Hashable:
    """Return what runs have in common that differ in nothing but their seed.

    Those are their settings, what they went on from, and what was changed on the way.
    """
    changes = tuple((c.step, LiveSettings.of(c)) for c in history.changes)
    return alike(config), parent, changes, tuple(history.plans)


def measured(histories: Sequence[History]) -> list[History]:
    """Return those of which anything is measured."""
    return [history for history in histories if len(history)]


def mean_of(histories: Sequence[History]) -> History:
    """Return the mean of all figures at the measurements of the first run, up to the epoch that all runs have reached.

    Runs without measurements are left out.
    """
    mean, histories = History(), measured(histories)
    if not histories:
        return mean
    first = histories[0]
    end = min(history.columns["epoch"][-1] for history in histories)
    epochs = np.array([epoch for epoch in first.columns["epoch"] if epoch <= end + 1e-9])
    columns = {name: np.mean([_at(h, name, epochs) for h in histories], axis=0) for name in (*AXES, *FIGURES)}
    for number in range(len(epochs)):
        mean.append({name: float(column[number]) for name, column in columns.items()}, first.is_epoch[number])
    # The same in all of them (see `kind_of`).
    mean.changes, mean.plans = list(first.changes), list(first.plans)
    return mean


def spread_of(histories: Sequence[History], name: str, axis: str) -> tuple[Floats, Floats, Floats]:
    """Return x, and the lowest and the highest of a figure there (n,), where it `tells` something."""
    mean = mean_of(histories)
    epochs = np.array(mean.columns["epoch"])
    if not len(epochs):
        return epochs, epochs, epochs
    values = np.array([_at(history, name, epochs) for history in measured(histories)])
    tells = mean.tells(name)
    return np.array(mean.columns[axis])[tells], values.min(axis=0)[tells], values.max(axis=0)[tells]


def _at(history: History, name: str, epochs: Floats) -> Floats:
    return np.interp(epochs, history.columns["epoch"], history.columns[name])
