"""Training as a generator of frozen events. They depend on neither clocks nor threads: same seed, same events."""

import dataclasses
import math
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from digitpad.data import ink_digits, mnist
from digitpad.data.dataset import CLASSES, PICTURE, Dataset, Digits
from digitpad.engine.training.blas import one_blas_thread
from digitpad.engine.training.checkpoint import Checkpoint
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.early_stopping import EarlyStopping
from digitpad.engine.training.evaluation import Measurement, measuring
from digitpad.engine.training.events import (
    Change,
    Changed,
    Command,
    EpochEnd,
    Evaluation,
    Event,
    Progress,
    Started,
    Stop,
    TrainingEnd,
)
from digitpad.engine.training.random_streams import Stream
from digitpad.engine.training.synthetic_digits import with_synthetic
from digitpad.engine.training.training_loop import TrainingLoop
from digitpad.engine.training.validation_split import split
from digitpad.errors import DigitpadError
from digitpad.nn import initializers
from digitpad.nn.network import Network
from digitpad.nn.workspace import Workspace

EVALUATIONS_PER_EPOCH = 5
#: Digits of each kind in the fixed sample that is measured within an epoch.
SAMPLE = 2_000
#: Steps after which a new network is measured within its first epoch, where most is learned.
FIRST_STEPS = tuple(k * 10**power for power in range(6) for k in (1, 3))
#: Digits between two reports of the running cost, and the most of them in an epoch.
_DIGITS_PER_PROGRESS, _MOST_PROGRESS = 1_000, 50

#: A digit's pixels are bytes; the network's inputs are those divided by 255.
INPUT_SCALE = 1 / 255

E = TypeVar("E", bound=Evaluation)
Training = Generator[Event | None, Command | None, None]


class TrainingError(DigitpadError):
    """The training cannot go on: its cost is no longer a finite number.

    It failed at `step`, in `epoch`. `last_good` is the last measurement that was no worse than the one before the first
    step, else that one; None if nothing was measured.
    """

    def __init__(self, sentence: str, step: int, epoch: float, last_good: Evaluation | None) -> None:
        super().__init__(sentence)
        self.step = step
        self.epoch = epoch
        self.last_good = last_good


def train(
    config: TrainingConfig,
    network: Network | None = None,
    digits: Digits | None = None,
    *,
    checkpoint: Checkpoint | None = None,
    own: Dataset | None = None,
    threads: int = 1,
) -> Training:
    """Yield the events of a training, or None, after every piece of work of some milliseconds.

    A copy of `network` is trained further where given (its layers, not the config's); else a new one by `config`.
    `digits` stands in for loading ``config.data``, and `own` for ``config.ink``, which is learned besides. With a
    `checkpoint` the training goes on from there. The number of `threads` changes the speed, not the events. Commands
    come in through ``send``: `Change`, answered by `Changed`, and `Stop`, answered by `TrainingEnd`. The first event is
    `Started`, then, unless it goes on, an `Evaluation` of the network before the first step; the last is `TrainingEnd`.
    Raises `DatasetError`, `InkError`, `FileError`, `ConfigError`, `SpecError`, `CheckpointError` or `TrainingError`.
    """
    with one_blas_thread():
        loaded = mnist.load(config.data) if digits is None else digits
        if own is None and config.ink is not None:
            own = ink_digits.load(Path(config.ink))
        training = _Training(config, network, loaded, own, checkpoint, threads)
        try:
            yield from training.run()
        finally:
            training.loop.close()


def new_network(config: TrainingConfig, digits: Digits) -> Network:
    """Return an untrained network by `config`, for pixels minus their mean over all training digits, the held out too.

    That is what the homework subtracts; it says nothing about any label.
    """
    mean = (digits.training.mean() * INPUT_SCALE).astype(np.float32).reshape(PICTURE)
    rng = np.random.default_rng([config.seed, Stream.WEIGHTS])
    new = initializers.drawn(config.initialization, rng)
    return Network.new(config.hidden, mean, INPUT_SCALE, new, outputs=CLASSES)


class _Training:
    """The story of one training: what is measured and told between the steps."""

    def __init__(
        self,
        config: TrainingConfig,
        network: Network | None,
        digits: Digits,
        own: Dataset | None,
        checkpoint: Checkpoint | None,
        threads: int,
    ) -> None:
        self.config = config
        training, self.validation = split(config, digits)
        if own is not None:
            training = training.with_more(own)
        self.training, self.synthesis = with_synthetic(training, config.synthetic, config.outliers, config.seed)
        #: What a prediction can be right or wrong on.
        self.digits = self.training.take(slice(len(self.training) - config.outliers))
        self.test = digits.test
        network = new_network(config, digits) if network is None else network.copy()
        self.loop = TrainingLoop(config, network, self.training, threads)
        self.early_stopping = EarlyStopping(config.patience)
        #: The sum of costs, and the digits, since the last report of the running cost.
        self.running = (0.0, 0)
        #: The offset of the last measurement within this epoch.
        self.measured_at = 0
        self.first_cost = math.inf
        self.last_good: Evaluation | None = None
        # A step's buffers are its own: measuring in between uses others.
        self.workspace = Workspace()
        if checkpoint is not None:
            self._restore(checkpoint)

    def run(self) -> Training:
        """Yield all events, and obey commands at every yield."""
        for event in self._whole_story():
            if isinstance(event, Evaluation):
                self._remember(event)
            command = yield event
            if isinstance(event, TrainingEnd):
                return
            while isinstance(command, Change):
                self.loop.change(command.settings)
                command = yield Changed(**self.loop.settings.as_dict(), step=self.loop.step, epoch=self._epoch)
            if isinstance(command, Stop):
                figures = yield from self._figures(SAMPLE)
                yield self._evaluated(TrainingEnd, *figures, test=None, stopped=True, checkpoint=self._checkpoint())
                return

    def _whole_story(self) -> Iterator[Event | None]:
        loop, config = self.loop, self.config
        parameters = sum(parameter.size for parameter in loop.network.parameters)
        steps = config.epochs * math.ceil(len(self.training) / config.batch_size)
        yield Started(len(self.training), len(self.validation), config.epochs, steps, parameters)
        yield from self.synthesis
        if math.isinf(self.first_cost):
            figures = yield from self._figures(SAMPLE)
            yield self._evaluated(Evaluation, *figures)
        elif self.last_good is None:
            # The training goes on: the network that it goes on from is what can be fallen back on.
            self._remember(self._evaluated(Evaluation, *(yield from self._figures(SAMPLE))))
        last: Evaluation | None = None
        while loop.epoch < config.epochs and not self.early_stopping.is_exhausted:
            yield from self._one_epoch()
            figures = yield from self._figures(None)
            loop.end_epoch()
            self.measured_at = 0
            last = self._evaluated(Evaluation, *figures)
            self.early_stopping.consider(last)
            yield EpochEnd(**_fields(last), checkpoint=self._checkpoint())
        yield from self._the_end(self.early_stopping.best or last)

    def _one_epoch(self) -> Iterator[Event | None]:
        count = len(self.training)
        marks = self._marks()
        while (before := self.loop.offset) < count:
            # Checked before a step, not after it: a training that was stopped while it measured will measure again.
            if any(self.measured_at < mark <= before for mark in marks):
                figures = yield from self._figures(SAMPLE)
                self.measured_at = before
                yield self._evaluated(Evaluation, *figures)
            next_mark = min([mark for mark in marks if mark > before], default=count)
            mean_cost = yield from self.loop.advance(next_mark - before)
            self._require_finite(mean_cost)
            taken = self.loop.offset - before
            cost, digits = self.running[0] + mean_cost * taken, self.running[1] + taken
            self.running = (cost, digits)
            if digits >= max(_DIGITS_PER_PROGRESS, count / _MOST_PROGRESS) or self.loop.offset == count:
                self.running = (0.0, 0)
                yield Progress(self.loop.step, self._epoch, cost / digits)
            else:
                # Not before the step is counted: a training that is stopped here loses nothing of it.
                yield None

    def _marks(self) -> list[int]:
        """The offsets within this epoch after which the sample is measured."""
        count = len(self.training)
        marks = {math.ceil(count * i / EVALUATIONS_PER_EPOCH) for i in range(1, EVALUATIONS_PER_EPOCH)}
        if self.loop.epoch == 0:
            marks |= {steps * self.config.batch_size for steps in FIRST_STEPS}
        return sorted(mark for mark in marks if mark < count)

    def _the_end(self, final: Evaluation | None) -> Iterator[Event | None]:
        """Measure the network of `final`, which is the last epoch or the best one, on the test digits."""
        if final is None:
            # A training that had come to its end was resumed.
            final = self._evaluated(Evaluation, *(yield from self._figures(None)))
        test = yield from measuring(final.network, self.test, self.workspace, self.loop.workers)
        here = {"step": self.loop.step, "epoch": self._epoch}
        yield TrainingEnd(**{**_fields(final), **here}, test=test, stopped=False, checkpoint=self._checkpoint())

    def _figures(self, sample: int | None) -> Generator[None, None, tuple[Measurement, Measurement | None]]:
        """Measure the network on the first `sample` training and validation digits, or on all."""
        on_training = yield from self._measured(self.digits, sample)
        on_validation = (yield from self._measured(self.validation, sample)) if len(self.validation) else None
        return on_training, on_validation

    def _measured(self, dataset: Dataset, sample: int | None) -> Generator[None, None, Measurement]:
        measurement = yield from measuring(
            self.loop.shown, dataset.take(slice(sample)), self.workspace, self.loop.workers
        )
        self._require_finite(measurement.cost)
        return measurement

    def _evaluated(self, event: type[E], training: Measurement, validation: Measurement | None, **more: Any) -> E:
        return event(
            step=self.loop.step,
            epoch=self._epoch,
            training=training,
            validation=validation,
            network=self.loop.shown.copy(),
            **more,
        )

    def _remember(self, event: Evaluation) -> None:
        """Keep what to fall back on if the cost explodes."""
        if event.step == 0:
            self.first_cost = event.train_cost
            self.last_good = event
        elif event.train_cost <= self.first_cost:
            self.last_good = event

    def _checkpoint(self) -> Checkpoint:
        numbers = dataclasses.replace(
            self.loop.numbers,
            first_cost=None if math.isinf(self.first_cost) else self.first_cost,
            running=self.running,
            measured_at=self.measured_at,
        )
        return Checkpoint(self.loop.tensors | self.early_stopping.tensors, self.early_stopping.noted_in(numbers))

    def _restore(self, checkpoint: Checkpoint) -> None:
        tensors, numbers = checkpoint.tensors, checkpoint.numbers
        self.loop.restore(tensors, numbers)
        self.early_stopping.restore(tensors, numbers, self.loop.network)
        self.first_cost = math.inf if numbers.first_cost is None else numbers.first_cost
        self.running = numbers.running
        self.measured_at = numbers.measured_at

    @property
    def _epoch(self) -> float:
        return self.loop.epoch + self.loop.offset / len(self.training)

    def _require_finite(self, cost: float) -> None:
        if not math.isfinite(cost):
            rate = self.loop.settings.learning_rate
            sentence = f"cost is {cost} at step {self.loop.step}: lower the learning rate (now {rate:g})"
            raise TrainingError(sentence, self.loop.step, self._epoch, self.last_good)


def _fields(event: Evaluation) -> dict[str, Any]:
    return {field.name: getattr(event, field.name) for field in dataclasses.fields(Evaluation)}
