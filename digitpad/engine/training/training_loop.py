"""The training loop: takes steps from batch to batch."""

from collections.abc import Generator
from typing import Any

import numpy as np

from digitpad.data.dataset import Dataset, Images, Labels
from digitpad.engine.training.batch_gradients import BatchGradients
from digitpad.engine.training.batch_loader import BatchLoader
from digitpad.engine.training.checkpoint import Tensors, fill, restore_optimizer, tensors_of
from digitpad.engine.training.checkpoint_numbers import CheckpointError, CheckpointNumbers
from digitpad.engine.training.config import LiveSettings, TrainingConfig
from digitpad.engine.training.random_streams import Stream
from digitpad.engine.training.workers import Workers
from digitpad.nn.network import Network
from digitpad.nn.optimizers import OPTIMIZERS
from digitpad.nn.per_sample import BLOCK, PerSampleSGD
from digitpad.nn.weight_average import MovingAverage
from digitpad.nn.workspace import Workspace


class TrainingLoop:
    """Trains a network. `epoch`, `offset` digits into it, and `step` say how far it is.

    `network` is changed in place by each step; `shown` is what is to be measured and used, the moving average if there
    is one.
    """

    def __init__(self, config: TrainingConfig, network: Network, training: Dataset, threads: int) -> None:
        self.network = network
        self.epoch = self.offset = self.step = 0
        #: What can be changed on the way.
        self.settings = LiveSettings.of(config)
        self._config = config
        self._optimizer = OPTIMIZERS[config.optimizer](network.parameters, config.momentum)
        self.workers = Workers(threads)
        self._gradients = BatchGradients(network, config.label_smoothing, self.workers)
        # With convolutions, an augmentation thread would wait for the GIL as long as it saves: training would be no
        # faster, and the window would have one core less.
        self._loader = BatchLoader(
            training,
            config.augmentation,
            config.seed,
            with_replacement=config.sampling == "with-replacement",
            ahead=not network.takes_pictures,
        )
        #: Whether all work is done in the calling thread.
        self.is_alone = threads == 1 and self._loader.is_alone
        self._workspace = Workspace()
        self._parameters = network.parameters
        self.shown = network.copy() if config.ema_decay else network
        self._average = MovingAverage(self.shown.parameters, config.ema_decay) if config.ema_decay else None
        # A moving average takes in each step's weights, which a block of steps never forms.
        self._blocks = None if config.ema_decay else PerSampleSGD.fitting(network, self._optimizer)

    def close(self) -> None:
        """End all threads."""
        self.workers.close()
        self._loader.close()

    def change(self, settings: dict[str, Any]) -> None:
        """Use other settings from the next step that is begun; a batch is never larger than an epoch."""
        # A step that is under way keeps the old ones.
        settings = {**self.settings.as_dict(), **settings}
        self.settings = LiveSettings(**settings | {"batch_size": min(settings["batch_size"], len(self._loader))})

    def end_epoch(self) -> None:
        """Begin the next epoch."""
        self.epoch, self.offset = self.epoch + 1, 0

    def advance(self, at_most: int) -> Generator[None, None, float]:
        """Take one step, or, with a batch size of 1 and where possible, a block of up to `at_most` steps.

        Returns the mean cost of the digits, each before its step. Yields between the pieces of a step's work.
        """
        size = self.settings.batch_size
        in_blocks = size == 1 and self._blocks is not None
        count = min(BLOCK, at_most) if in_blocks else size
        l2, rate = self.settings.l2, self._rate(self.offset)
        images, labels = yield from self._loader.take(self.epoch, self.offset, count, self._workspace)
        with np.errstate(over="ignore", invalid="ignore"):
            if in_blocks:
                cost = self._take_steps(images, labels)
                self.step += len(labels)
            else:
                cost = yield from self._take_step(images, labels, l2, rate)
                self.step += 1
        self.offset += len(labels)
        return cost

    def _take_steps(self, images: Images, labels: Labels) -> float:
        """Take a step on each of some digits."""
        assert self._blocks is not None
        rates = [self._rate(self.offset + i) for i in range(len(labels))]
        costs = self._blocks.steps(images, labels, rates, self.settings.l2, self._config.label_smoothing)
        return float(costs.mean())

    def _take_step(self, images: Images, labels: Labels, l2: float, rate: float) -> Generator[None, None, float]:
        """Take one step on a batch."""
        seed = [self._config.seed, Stream.DROPOUT, self.epoch, self.offset]
        cost, gradients = yield from self._gradients.compute(images, labels, seed)
        self._optimizer.step(gradients, rate, l2)
        if self._average is not None:
            self._average.follow(self._parameters)
        return cost

    def _rate(self, offset: int) -> float:
        return self._config.scheduled(self.settings.learning_rate, self.epoch + offset / len(self._loader))

    @property
    def tensors(self) -> Tensors:
        """Copies of all tensors that `restore` needs."""
        tensors = tensors_of("network", self.network)
        tensors |= {f"optimizer.{name}": buffer for name, buffer in self._optimizer.state.items()}
        return tensors if self._average is None else tensors | tensors_of("average", self.shown)

    @property
    def numbers(self) -> CheckpointNumbers:
        """Where it is."""
        averaged_steps = None if self._average is None else self._average.steps
        return CheckpointNumbers(
            **self.settings.as_dict(),
            epoch=self.epoch,
            offset=self.offset,
            step=self.step,
            averaged_steps=averaged_steps,
        )

    def restore(self, tensors: Tensors, numbers: CheckpointNumbers) -> None:
        """Go on from `tensors` and `numbers`. Raises `CheckpointError` if they do not fit the network."""
        fill(self.network, tensors, "network")
        restore_optimizer(self._optimizer, tensors)
        if self._average is not None:
            fill(self.shown, tensors, "average")
            if numbers.averaged_steps is None:
                raise CheckpointError("its averaged_steps is None, not a whole number from 0; resume another run")
            self._average.steps = numbers.averaged_steps
        self.epoch, self.offset, self.step = numbers.epoch, numbers.offset, numbers.step
        self.settings = LiveSettings.of(numbers)
