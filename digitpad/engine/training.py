"""Training as a generator of frozen events. It reads no clock and knows no thread: same seed, same events."""

import math
from collections.abc import Generator, Iterator
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from digitpad.data import mnist
from digitpad.data.dataset import CLASSES, Dataset, Digits, batches
from digitpad.engine.blas import one_blas_thread
from digitpad.engine.config import ConfigError, TrainingConfig
from digitpad.engine.evaluation import Measurement, measuring
from digitpad.engine.events import (
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
from digitpad.errors import DigitpadError
from digitpad.nn.losses import softmax_cross_entropy
from digitpad.nn.network import Network
from digitpad.nn.optimizers import SGD
from digitpad.nn.schedules import SCHEDULES
from digitpad.nn.workspace import Array, Workspace

EVALUATIONS_PER_EPOCH = 5
#: Digits of each kind in the fixed sample that is measured within an epoch.
SAMPLE = 2_000
#: Digits between two reports of the running cost.
_DIGITS_PER_PROGRESS = 1_000

_SPLIT_SEED = 0
#: Rows times parameters of one piece of a batch: about two milliseconds of work.
_WORK = 25_000_000
#: Fewer rows at once would spend their time on fetching the weights.
_FEWEST_ROWS = 64

#: A digit's pixels are bytes; the network's inputs are those divided by 255.
INPUT_SCALE = 1 / 255

E = TypeVar("E", bound=Evaluation)
Training = Generator[Event | None, Command | None, None]


class TrainingError(DigitpadError):
    """The training cannot go on: its cost is no longer a finite number.

    `last_good` is the last measurement that was no worse than the one before the first step, None if there is none.
    """

    def __init__(self, sentence: str, last_good: Evaluation | None) -> None:
        super().__init__(sentence)
        self.last_good = last_good


def train(config: TrainingConfig, network: Network | None = None, digits: Digits | None = None) -> Training:
    """Yield the events of a training, or None, after every piece of work of a millisecond or two.

    A copy of `network` is trained further where given (its layers, not the config's); else a new one by `config`.
    `digits` stands in for loading ``config.data``. Commands come in through ``send``: `Change`, answered by `Changed`,
    and `Stop`, answered by `TrainingEnd`. The first event is `Started`, then an `Evaluation` of the network before
    the first step; the last is `TrainingEnd`. Raises `DatasetError`, `ConfigError` or `TrainingError`.
    """
    with one_blas_thread():
        training = _Training(config, network, mnist.load(config.data) if digits is None else digits)
        yield from training.run()


def untrained(config: TrainingConfig, digits: Digits | None = None) -> Training:
    """Yield the events of `train` up to the first `Evaluation`, of the new network before its first step."""
    training = train(config, digits=digits)
    event = next(training)
    while not isinstance(event, Evaluation):
        event = training.send((yield event))
    yield event


class _Training:
    """The state of one training between two steps."""

    def __init__(self, config: TrainingConfig, network: Network | None, digits: Digits) -> None:
        if config.validation >= len(digits.training):
            raise ConfigError(
                f"the validation size is {config.validation}: hold out fewer than the {len(digits.training)} digits"
            )
        # The same digits are held out whatever the seed: a network that is trained further never learns them.
        split_rng = np.random.default_rng(_SPLIT_SEED)
        # Streams of their own, so that another architecture sees the same order of digits.
        weights_rng, self.order_rng = (np.random.default_rng([config.seed, i]) for i in range(2))
        self.config = config
        self.training, self.validation = digits.training.split(config.validation, split_rng)
        self.test = digits.test
        self.network = self._new_network(weights_rng) if network is None else network.copy()
        self.parameters = self.network.parameters
        self.optimizer = SGD(config.momentum)
        self.learning_rate = config.learning_rate
        self.schedule = SCHEDULES[config.schedule]
        self.steps_per_epoch = math.ceil(len(self.training) / config.batch_size)
        self.steps = config.epochs * self.steps_per_epoch
        self.step = 0
        self.first_cost = math.inf
        self.last_good: Evaluation | None = None
        # A step's buffers are its own: measuring in between uses others.
        self.step_workspace, self.measure_workspace = Workspace(), Workspace()
        self.rows_at_once = max(_FEWEST_ROWS, _WORK // sum(parameter.size for parameter in self.parameters))

    def _new_network(self, rng: np.random.Generator) -> Network:
        mean = (self.training.mean() * INPUT_SCALE).astype(np.float32)
        return Network.new(self.config.hidden, mean, INPUT_SCALE, outputs=CLASSES, rng=rng)

    def run(self) -> Training:
        """Yield all events, and obey commands at every yield."""
        for event in self._whole_story():
            command = yield event
            if isinstance(event, TrainingEnd):
                return
            while isinstance(command, Change):
                self.learning_rate = command.learning_rate
                command = yield Changed(self.step, self.learning_rate)
            if isinstance(command, Stop):
                figures = yield from self._figures(SAMPLE)
                yield self._evaluated(TrainingEnd, *figures, test_accuracy=None, stopped=True)
                return

    def _whole_story(self) -> Iterator[Event | None]:
        parameters = sum(parameter.size for parameter in self.parameters)
        yield Started(len(self.training), len(self.validation), self.config.epochs, self.steps, parameters)
        figures = yield from self._figures(SAMPLE)
        yield self._evaluated(Evaluation, *figures)
        for _ in range(self.config.epochs):
            yield from self._one_epoch()
            figures = yield from self._figures(None)
            yield self._evaluated(EpochEnd, *figures)
        test = yield from measuring(self.network, self.test, self.measure_workspace)
        yield self._evaluated(TrainingEnd, *figures, test_accuracy=test.accuracy, stopped=False)

    def _one_epoch(self) -> Iterator[Event | None]:
        steps_per_progress = max(1, _DIGITS_PER_PROGRESS // self.config.batch_size)
        steps_per_evaluation = math.ceil(self.steps_per_epoch / EVALUATIONS_PER_EPOCH)
        costs: list[float] = []
        order = batches(len(self.training), self.config.batch_size, self.order_rng)
        for step_in_epoch, indices in enumerate(order, 1):
            costs.append((yield from self._take_step(indices)))
            if len(costs) == steps_per_progress or step_in_epoch == self.steps_per_epoch:
                yield Progress(self.step, self._epoch, sum(costs) / len(costs))
                costs.clear()
            if step_in_epoch % steps_per_evaluation == 0 and step_in_epoch < self.steps_per_epoch:
                figures = yield from self._figures(SAMPLE)
                yield self._evaluated(Evaluation, *figures)

    def _take_step(self, indices: npt.NDArray[np.intp]) -> Generator[None, None, float]:
        """One step of gradient descent on the digits at `indices`; return their mean cost before it.

        A batch that is too much work for one piece is cut in the same way each time, and the pieces' gradients added.
        """
        pieces = [indices[i : i + self.rows_at_once] for i in range(0, len(indices), self.rows_at_once)]
        cost, gradients = self._pass(pieces[0], len(indices))
        if len(pieces) > 1:
            # The next pass reuses the buffers of this one.
            gradients = [gradient.copy() for gradient in gradients]
            for piece in pieces[1:]:
                yield
                more_cost, more_gradients = self._pass(piece, len(indices))
                cost += more_cost
                for gradient, more in zip(gradients, more_gradients, strict=True):
                    np.add(gradient, more, out=gradient)
        self._require_finite(cost)
        rate = self.learning_rate * self.schedule(self.step / self.steps)
        with np.errstate(over="ignore", invalid="ignore"):
            self.optimizer.step(self.parameters, gradients, rate)
        self.step += 1
        yield
        return cost

    def _pass(self, indices: npt.NDArray[np.intp], batch_size: int) -> tuple[float, list[Array]]:
        """Return what the digits at `indices` add to their batch's mean cost and to its gradients."""
        pixels = self.step_workspace.array("pixels", (len(indices), self.training.images.shape[1]), np.uint8)
        # Every index is valid; "clip" spares the copy that checking them would need.
        np.take(self.training.images, indices, axis=0, out=pixels, mode="clip")
        share = len(indices) / batch_size
        with np.errstate(over="ignore", invalid="ignore"):
            logits, backward = self.network.forward(pixels, self.step_workspace)
            cost, d_logits = softmax_cross_entropy(logits, self.training.labels[indices], self.step_workspace)
            if share != 1:
                np.multiply(d_logits, share, out=d_logits)
            return cost * share, backward(d_logits)

    def _figures(self, sample: int | None) -> Generator[None, None, tuple[Measurement, Measurement | None]]:
        """Measure the network on the first `sample` training and validation digits, or on all."""
        on_training = yield from self._measured(self.training, sample)
        on_validation = (yield from self._measured(self.validation, sample)) if len(self.validation) else None
        return on_training, on_validation

    def _measured(self, dataset: Dataset, sample: int | None) -> Generator[None, None, Measurement]:
        measurement = yield from measuring(self.network, dataset.take(slice(sample)), self.measure_workspace)
        self._require_finite(measurement.cost)
        return measurement

    def _evaluated(
        self, event: type[E], training: Measurement, validation: Measurement | None, **more: float | bool | None
    ) -> E:
        result = event(
            step=self.step,
            epoch=self._epoch,
            train_cost=training.cost,
            train_accuracy=training.accuracy,
            validation_cost=validation.cost if validation else None,
            validation_accuracy=validation.accuracy if validation else None,
            network=self.network.copy(),
            **more,
        )
        if self.step == 0:
            self.first_cost = result.train_cost
        elif result.train_cost <= self.first_cost:
            self.last_good = result
        return result

    @property
    def _epoch(self) -> float:
        return self.step / self.steps_per_epoch

    def _require_finite(self, cost: float) -> None:
        if not math.isfinite(cost):
            sentence = f"cost is {cost} at step {self.step}: lower the learning rate (now {self.learning_rate:g})"
            raise TrainingError(sentence, self.last_good)
