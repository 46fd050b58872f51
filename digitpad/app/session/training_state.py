"""What a training in the window is doing, and how far it is."""

from dataclasses import dataclass
from enum import Enum, auto

from digitpad.engine.training.events import Progress


class TrainingState(Enum):
    """What the training is doing."""

    IDLE = auto()
    RUNNING = auto()
    PAUSED = auto()
    STOPPING = auto()
    ABANDONED = auto()


@dataclass(frozen=True, slots=True)
class Pace:
    """How far and how fast: the latest progress, total epochs, digits a second, seconds left (None: not known yet)."""

    progress: Progress
    epochs: int
    digits_per_second: float
    seconds_left: float | None
