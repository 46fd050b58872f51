"""Early stopping: which epoch was the best, and whether it is time to end. It knows no steps."""

from typing import Any

from digitpad.engine.training.checkpoint import Tensors, fill, tensors_of
from digitpad.engine.training.events import Evaluation
from digitpad.nn.network import Network

_FIGURES = ("step", "epoch", "train_cost", "train_accuracy", "validation_cost", "validation_accuracy")


def are_figures(found: Any) -> bool:
    """Tell whether `found`, out of a file, is what `Selection.state` says of the best epoch."""
    if not isinstance(found, dict) or set(found) != set(_FIGURES):
        return False
    return all(type(value) in (int, float) for value in found.values())


class Selection:
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
    def state(self) -> tuple[Tensors, dict[str, Any]]:
        """Copies of all tensors, and all numbers, that `restore` needs."""
        if self.best is None:
            return {}, {}
        figures = {name: getattr(self.best, name) for name in _FIGURES}
        return tensors_of("best", self.best.network), {"best": figures, "epochs_since_best": self._since}

    def restore(self, tensors: Tensors, numbers: dict[str, Any], like: Network) -> None:
        """Go on from a `state`, of a network with the layers of `like`."""
        if not self._patience or "best" not in numbers:
            return
        network = like.copy()
        fill(network, tensors, "best")
        self.best = Evaluation(**numbers["best"], network=network)
        self._since = numbers["epochs_since_best"]
