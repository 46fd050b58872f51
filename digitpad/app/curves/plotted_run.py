"""One run as it is plotted: its history, its settings, its color and its marks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from digitpad.engine.runs.history import History
from digitpad.engine.runs.metadata import RunMetadata
from digitpad.engine.runs.setting_differences import value
from digitpad.engine.training.config import SETTINGS, LiveSettings, TrainingConfig

#: Where there is room between the curves of training and validation.
_BETWEEN = 0.4
#: Guessing costs 2.3; what once was beyond this was a divergence, and would flatten everything else.
HIGHEST_COST = 20.0


@dataclass(frozen=True, slots=True)
class Mark:
    """An event at `epoch`, with a few words as its label.

    `height`, 0-1, is where the label covers nothing. Without it, labels start near the top, each lower than the last.
    """

    epoch: float
    text: str
    is_bad: bool = False
    height: float | None = None


@dataclass(slots=True, eq=False)
class PlottedRun:
    """One run: `history` may still grow; `color_index` is a number into the theme's colors of runs."""

    folder: Path
    name: str
    history: History = field(default_factory=History)
    config: TrainingConfig = field(default_factory=TrainingConfig)
    metadata: RunMetadata = field(default_factory=lambda: RunMetadata("", ""))
    color_index: int = 0
    #: Whether `history` and `config` are known: they are read in the background.
    is_read: bool = False
    is_live: bool = False
    #: The histories whose mean this one is.
    siblings: list[History] = field(default_factory=list)

    @property
    def epochs(self) -> float:
        """How far it goes, in epochs: one that is training as far as its settings say, any other to where it ended."""
        return self.config.epochs if self.is_live or not len(self.history) else self.history.epoch

    @property
    def turns(self) -> list[Mark]:
        """Where it was resumed, where settings changed, where it failed."""
        marks = [Mark(epoch, "continued") for epoch in self.metadata.continued]
        before = LiveSettings.of(self.config).as_dict()
        for change in self.history.changes:
            now = LiveSettings.of(change).as_dict()
            different = [f"{SETTINGS[name].label} {value(now[name])}" for name in now if now[name] != before[name]]
            marks.append(Mark(change.epoch, ", ".join(different) or "no change"))
            before = now
        if self.metadata.failed_at is not None:
            marks.append(Mark(self.metadata.failed_at, "diverged", is_bad=True))
        return marks

    @property
    def marks(self) -> list[Mark]:
        """Its turns, where validation parts from training, and where the cost goes beyond what is shown."""
        marks = self.turns
        if (gap := self.history.gap) is not None:
            marks.append(Mark(self.history.columns["epoch"][gap], "overfitting starts", height=_BETWEEN))
        if self.metadata.failed_at is None and (beyond := self._beyond()) is not None:
            marks.append(beyond)
        return marks

    def _beyond(self) -> Mark | None:
        """Return where the cost goes beyond what curves show, and how far; None where it never does."""
        costs = np.array([self.history.columns[name] for name in ("train_cost", "validation_cost")])
        places = np.flatnonzero((costs > HIGHEST_COST).any(axis=0))
        if not len(places):
            return None
        most = float(np.nanmax(costs))
        return Mark(self.history.columns["epoch"][int(places[0])], f"cost up to {most:.3g}", is_bad=True)


def usual(runs: Sequence[PlottedRun], foremost: PlottedRun | None) -> list[PlottedRun]:
    """Return the foremost run and those whose cost has not exploded; all `runs` if none is left.

    Beside a run whose cost has exploded, all other curves would be flat.
    """
    return [run for run in runs if run is foremost or not run.history.has_exploded] or list(runs)
