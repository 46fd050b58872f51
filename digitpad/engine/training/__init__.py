"""Training: a generator of frozen events. It knows no file but the digits, no clock and no window."""

from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.events import TrainingEnd
from digitpad.engine.training.generator import train

__all__ = ["TrainingConfig", "TrainingEnd", "train"]
