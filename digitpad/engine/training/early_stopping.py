"""Early stopping: which epoch was the best, and whether it is time to end."""

from dataclasses import replace

from digitpad.engine.training.checkpoint import Tensors, fill, tensors_of
from digitpad.engine.training.checkpoint_numbers import Best, CheckpointNumbers
from digitpad.engine.training.events import Evaluation
from digitpad.nn.network import Network


class EarlyStopping:
    """Keeps the epoch with the lowest validation cost, and counts those since; without patience it does nothing."""

    def __init__(self, patience: int) -> None:
        self._patience = patience
        self._since = 0
        self.best: Evaluation | None = None

    @property
    def is_exhausted(self) -> bool:
        """Whether the best epoch lies as far back as patience goes."""
        return self._patience > 0 and self._since >= self._patience

    def consider(self, event: Evaluation) -> None:
        """Take in one more epoch."""
        if not self._patience or event.validation_cost is None:
            return
        is_better = self.best is None or event.validation_cost < (self.best.validation_cost or 0)
        self._since = 0 if is_better else self._since + 1
        if is_better:
            self.best = event

    @property
    def tensors(self) -> Tensors:
        """Copies of the best network's parameters, if there is one."""
        return {} if self.best is None else tensors_of("best", self.best.network)

    def noted_in(self, numbers: CheckpointNumbers) -> CheckpointNumbers:
        """Return `numbers` with what `restore` needs of the best epoch."""
        if self.best is None or self.best.validation is None:
            return numbers
        best = Best(self.best.step, self.best.epoch, self.best.training, self.best.validation)
        return replace(numbers, best=best, epochs_since_best=self._since)

    def restore(self, tensors: Tensors, numbers: CheckpointNumbers, like: Network) -> None:
        """Restore the best epoch, with the layers of `like`, from `tensors` and the `numbers` that `noted_in` made."""
        best = numbers.best
        if not self._patience or best is None:
            return
        network = like.copy()
        fill(network, tensors, "best")
        self.best = Evaluation(best.step, best.epoch, best.training, best.validation, network)
        self._since = numbers.epochs_since_best
