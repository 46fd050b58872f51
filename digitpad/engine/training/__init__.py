"""Training: a generator of frozen events. It knows no file but the digits, no clock and no window.

What is named here is imported when it is asked for: the window's first sight needs no training.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from digitpad.engine.training.config import TrainingConfig
    from digitpad.engine.training.events import TrainingEnd
    from digitpad.engine.training.generator import train

__all__ = ["TrainingConfig", "TrainingEnd", "train"]

_MODULES = {"TrainingConfig": "config", "TrainingEnd": "events", "train": "generator"}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
