"""The facts that a diagnosis rests on, and its findings."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from digitpad.data.dataset import Dataset
from digitpad.engine.runs.history import History
from digitpad.engine.training.config import TrainingConfig
from digitpad.nn.network import Network


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: a sentence of what is `seen`, and one of the most likely `cause` and how that shows.

    `cure` are the settings to train with instead, `advice` says so in the imperative. With `goes_back` the last good
    network is worth having back.
    """

    name: str
    seen: str
    cause: str
    advice: str
    cure: dict[str, Any] = field(default_factory=dict)
    goes_back: bool = False

    @property
    def text(self) -> str:
        """All of it as sentences."""
        return f"{self.seen} {self.cause} {self.advice}."


#: A network and digits that it has not learned from; None where there is none.
Look = tuple[Network, Dataset] | None


@dataclass(frozen=True, slots=True)
class DiagnosisCase:
    """A training to look at: its measurements, its settings as they are now, and how it stands.

    `failure` is the sentence of what ended it; `is_over` tells whether it came to its end. `held_out` are the digits
    that the network has never learned, None if that is not known. `look` returns the newest network and digits that it
    did not learn from, or None where they cannot be had; it is asked only where the measurements need it.
    """

    history: History
    config: TrainingConfig
    failure: str = ""
    is_over: bool = False
    held_out: int | None = None
    look: Callable[[], Look] = lambda: None
