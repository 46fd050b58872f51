"""What the window shows of a training besides its events. It knows no widget and no thread."""

from dataclasses import dataclass
from enum import Enum, auto

from digitpad.engine.training.events import Progress


class TrainingState(Enum):
    """What the training is doing."""

    IDLE = auto()
    RUNNING = auto()
    PAUSED = auto()
    STOPPING = auto()


@dataclass(frozen=True, slots=True)
class Pace:
    """How far and how fast: the latest progress, total epochs, digits a second, seconds left."""

    progress: Progress
    epochs: int
    digits_per_second: float
    seconds_left: float


def duration(seconds: float) -> str:
    """Return a time as people say it: 8 s, 3 min 20 s, 2 h 5 min."""
    if seconds < 0.05:
        return "under 0.1 s"
    if seconds < 9.5:
        return f"{seconds:.1f} s" if seconds < 0.95 else f"{seconds:.0f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
