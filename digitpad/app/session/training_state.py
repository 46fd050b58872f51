"""What a training in the window is doing."""

from enum import Enum, auto


class TrainingState(Enum):
    """What the training is doing."""

    IDLE = auto()
    RUNNING = auto()
    PAUSED = auto()
    STOPPING = auto()
    ABANDONED = auto()
