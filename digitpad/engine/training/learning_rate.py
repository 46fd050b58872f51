"""The learning rate at each point of a training."""

from digitpad.engine.training.config import TrainingConfig
from digitpad.nn.schedules import SCHEDULES, Moment


def scheduled(config: TrainingConfig, learning_rate: float, epoch: float, planned: float | None = None) -> float:
    """Return what the schedule of `config` makes of `learning_rate` at `epoch`, which counts from 0 with fractions.

    So many epochs were `planned` then; as many as `config` has if that is None.
    """
    now = Moment(epoch / (planned or config.epochs), epoch, config.drop_every, config.drop_factor)
    return learning_rate * SCHEDULES[config.schedule](now)
