"""Everything that a run has measured: the model that curves are drawn from."""

import contextlib
import copy
import json
import math
from array import array
from bisect import bisect_right
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from digitpad.data.dataset import CLASSES
from digitpad.engine.runs import layout
from digitpad.engine.runs.metadata import Figures, RunMetadata
from digitpad.engine.runs.snapshot import Snapshots
from digitpad.engine.training.config import LIVE, TrainingConfig
from digitpad.engine.training.events import Changed, EpochEnd, Evaluation, Event, Progress, TrainingEnd
from digitpad.files import FileError

Floats = npt.NDArray[np.float64]
#: What can be on the horizontal axis.
AXES = ("epoch", "step", "seconds")
FIGURES = ("train_cost", "train_accuracy", "validation_cost", "validation_accuracy")
RUNNING_COST = "running_cost"
#: Times its lowest that a validation cost must reach to have risen noticeably.
_RISEN = 1.05
#: Whole epochs from which on they tell enough by themselves.
_MANY = 10


class History:
    """The measurements of one run, in their order, as columns; costs in nats, accuracies 0-1, NaN where there is none.

    `changes` are the settings that were changed during training. `plans`, of a run that was continued, are pairs: an
    epoch, and the number of epochs that were planned up to there.
    """

    def __init__(self) -> None:
        self.columns: dict[str, array[float]] = {name: array("d") for name in (*AXES, *FIGURES)}
        self.running: dict[str, array[float]] = {name: array("d") for name in (*AXES, RUNNING_COST)}
        self.changes: list[Changed] = []
        self.plans: list[tuple[float, float]] = []
        self.is_epoch: list[bool] = []
        #: How many whole epochs were measured, and the number of the newest one's measurement.
        self.epochs, self._newest = 0, 0
        #: Of the network that the training ended with; with early stopping, that is the best one.
        self.test_accuracy: float | None = None
        self._end_accuracy: float | None = None
        #: The number of the whole epoch's measurement with the lowest validation cost, None if there is none.
        self.best: int | None = None
        self._most_accurate: int | None = None
        self._highest_cost = 0.0
        #: Grows with each addition.
        self.version = 0

    def __len__(self) -> int:
        """Return how many measurements there are."""
        return len(self.is_epoch)

    def add(self, event: Event, seconds: float) -> None:
        """Take in what a running training tells after `seconds` at work."""
        if isinstance(event, Progress):
            values = {"epoch": event.epoch, "step": event.step, "seconds": seconds, RUNNING_COST: event.cost}
            for name, value in values.items():
                self.running[name].append(value)
        elif isinstance(event, Changed):
            self.changes.append(event)
        elif isinstance(event, TrainingEnd) and not event.stopped:
            # The figures are those of an epoch that was told before.
            self.test_accuracy, self._end_accuracy = event.test_accuracy, event.validation_accuracy
        elif isinstance(event, Evaluation):
            figures = {name: getattr(event, name) for name in FIGURES}
            self.append(
                {"epoch": event.epoch, "step": event.step, "seconds": seconds, **figures}, isinstance(event, EpochEnd)
            )
        self.version += 1

    def copy(self) -> "History":
        """Return one that does not grow with this one."""
        other = copy.copy(self)
        other.columns = {name: column[:] for name, column in self.columns.items()}
        other.running = {name: column[:] for name, column in self.running.items()}
        other.changes, other.plans, other.is_epoch = self.changes[:], self.plans[:], self.is_epoch[:]
        return other

    def series(self, name: str, axis: str = "epoch", begin: int = 0) -> tuple[Floats, Floats]:
        """Return x and y (n,) of a figure over an axis from the point number `begin` on; NaN was not measured."""
        columns = self.running if name == RUNNING_COST else self.columns
        return _floats(columns[axis][begin:]), _floats(columns[name][begin:])

    def count(self, name: str) -> int:
        """Return how many points a figure has."""
        return len((self.running if name == RUNNING_COST else self.columns)[name])

    @property
    def measured(self) -> Snapshots:
        """All places that were measured, in their order."""
        return Snapshots(self.columns["step"], self.columns["epoch"], self.is_epoch)

    @property
    def has_many_epochs(self) -> bool:
        """Whether it has so many whole epochs that what lies between them can be left out."""
        return self.epochs >= _MANY

    def tells(self, name: str, begin: int = 0) -> npt.NDArray[np.bool_]:
        """Return which points (n,) of a figure a line is drawn through, from the point number `begin` on.

        Between epoch ends only a sample of the digits is measured, which may be easier than all of them: a line through
        both would be jagged. So with many epochs, points between epoch ends are drawn only in the first epoch and after
        the newest epoch end.
        """
        if name == RUNNING_COST or not self.has_many_epochs:
            return np.ones(self.count(name) - begin, bool)
        tells = np.array(self.is_epoch, bool)
        ends = np.flatnonzero(tells)
        tells[: ends[0]] = tells[ends[-1] :] = True
        return tells[begin:]

    def rates(self, config: TrainingConfig, axis: str = "epoch", count: int = 120) -> tuple[Floats, Floats]:
        """Return x and the learning rate (n,) at about `count` places from the start to now."""
        end = self.epoch
        turns = [change.epoch for change in self.changes] + [until for until, _ in self.plans]
        # It may leap where it turns: right before it is what it was.
        turns = [place for turn in turns for place in (math.nextafter(turn, 0), turn) if place <= end]
        # NumPy's `unique` imports a tenth of a second of modules first, in the thread that draws.
        epochs = np.array(sorted({*np.linspace(0, end, count).tolist(), *turns}))
        return self.place(epochs, axis), np.array([self.rate(config, epoch) for epoch in epochs])

    def rate(self, config: TrainingConfig, epoch: float) -> float:
        """Return the learning rate at `epoch`, by the schedule and by what was changed or planned until then."""
        base = [config.learning_rate, *(change.learning_rate for change in self.changes)]
        planned = next((max(epochs, epoch) for until, epochs in self.plans if epoch < until), None)
        return config.scheduled(base[bisect_right([change.epoch for change in self.changes], epoch)], epoch, planned)

    def place(self, epochs: Floats, axis: str) -> Floats:
        """Return where `epochs` lie on `axis`."""
        if axis == "epoch" or not len(self):
            return epochs
        return np.interp(epochs, _floats(self.columns["epoch"]), _floats(self.columns[axis]))

    def epoch_at(self, place: float, axis: str) -> float:
        """Return the epoch of a `place` on `axis`."""
        if axis == "epoch" or not len(self):
            return place
        return float(np.interp(place, _floats(self.columns[axis]), _floats(self.columns["epoch"])))

    @property
    def epoch(self) -> float:
        """How far the run is, in epochs."""
        measured, running = self.columns["epoch"], self.running["epoch"]
        return max(measured[-1] if measured else 0.0, running[-1] if running else 0.0)

    @property
    def best_step(self) -> int | None:
        """The step of the best epoch, None if there is none."""
        return None if self.best is None else self.measured[self.best].step

    @property
    def gap(self) -> int | None:
        """The index of the measurement after which the network overfits; None if it does not.

        It is that of the lowest validation cost, if at the newest epoch end the validation cost is noticeably higher
        and the training cost is lower.
        """
        if self.best is None:
            return None
        training, validation = self.columns["train_cost"], self.columns["validation_cost"]
        has_risen = validation[self._newest] > _RISEN * validation[self.best]
        return self.best if has_risen and training[self._newest] < training[self.best] else None

    @property
    def has_exploded(self) -> bool:
        """Whether a cost was ever more than twice the first training cost and more than twice the cost of guessing."""
        # `max` in this order ignores a first cost that is NaN.
        return len(self) > 0 and self._highest_cost > 2 * max(math.log(CLASSES), self.columns["train_cost"][0])

    @property
    def figures(self) -> Figures:
        """What the run has come to."""
        accuracies, number = self.columns["validation_accuracy"], self._most_accurate
        return Figures(
            epochs=self.epoch,
            validation_accuracy=self._end_accuracy if self._end_accuracy is not None else self._newest_accuracy,
            best_validation_accuracy=None if number is None else accuracies[number],
            best_epoch=None if number is None else self.columns["epoch"][number],
            test_accuracy=self.test_accuracy,
        )

    @property
    def _newest_accuracy(self) -> float | None:
        newest = self.columns["validation_accuracy"][self._newest] if self.epochs else math.nan
        return None if math.isnan(newest) else newest

    def append(self, values: dict[str, Any], is_epoch: bool) -> None:
        """Take in a measurement; what is missing, or None, was not measured."""
        for name, column in self.columns.items():
            value = values.get(name)
            column.append(math.nan if value is None else value)
        self.is_epoch.append(is_epoch)
        self.epochs += is_epoch
        costs = (self.columns[name][-1] for name in ("train_cost", "validation_cost"))
        self._highest_cost = max(self._highest_cost, *(cost for cost in costs if not math.isnan(cost)), 0.0)
        if is_epoch:
            # What was tested before is not the network that there is now.
            self.test_accuracy = self._end_accuracy = None
            self._newest = len(self) - 1
            self._compare(len(self) - 1)

    def _compare(self, number: int) -> None:
        """Take note of an epoch that is better than those before it."""
        costs, accuracies = self.columns["validation_cost"], self.columns["validation_accuracy"]
        if not math.isnan(costs[number]) and (self.best is None or costs[number] < costs[self.best]):
            self.best = number
        most = self._most_accurate
        if not math.isnan(accuracies[number]) and (most is None or accuracies[number] > accuracies[most]):
            self._most_accurate = number

    def _add_line(self, line: dict[str, Any]) -> None:
        """Take in a line of ``events.jsonl``; what makes no sense is passed over."""
        kind = line.get("event")
        numbers = {k: v for k, v in line.items() if type(v) in (int, float) and abs(v) < 1e300}
        if kind == "changed" and {"step", *LIVE} <= numbers.keys():
            names = ("step", *LIVE)
            self.changes.append(Changed(epoch=numbers.get("epoch", 0.0), **{n: numbers[n] for n in names}))
        elif kind == "end" and not line.get("stopped"):
            self.test_accuracy = numbers.get("test_accuracy")
            self._end_accuracy = numbers.get("validation_accuracy")
        elif kind in ("evaluation", "epoch", "end") and {"step", "epoch"} <= numbers.keys():
            self.append({"seconds": 0.0, **numbers}, kind == "epoch")


def read(folder: Path) -> History:
    """Return the history of the run in `folder`, as far as it is written and intact. Raises `FileError`."""
    history = History()
    history.plans = RunMetadata.read(folder).plans
    for line in layout.lines(folder) if layout.part(folder, layout.EVENTS).exists() else []:
        # The last line may be torn, or be written just now.
        with contextlib.suppress(ValueError, RecursionError):
            event = json.loads(line)
            if isinstance(event, dict):
                history._add_line(event)
    try:
        reports = layout.running(folder)
    except OSError as error:
        raise FileError(f"cannot read {folder}: {error.strerror}; choose another run") from error
    seconds = np.zeros(len(reports))
    if len(history):
        # The clock is read at measurements only.
        seconds = np.interp(reports[:, 0], history.columns["step"], history.columns["seconds"])
    for name, column in zip(("step", "epoch", RUNNING_COST, "seconds"), (*reports.T, seconds), strict=True):
        history.running[name].frombytes(np.ascontiguousarray(column).tobytes())
    return history


def _floats(column: "array[float]") -> Floats:
    # A copy: an array that is looked into cannot grow.
    return np.array(column, np.float64)
