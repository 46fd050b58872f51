"""digitpad: draw a digit, train a network on MNIST, and watch it learn to read you.

nn         the network: layers, loss, optimizer, gradient check; NumPy only
data       MNIST, pictures and ink: everything that becomes a 28x28 image
engine     what the app can do without a window: train, recognize, evaluate, save
cli        the command line over the engine
app        the window over the engine; the only place that imports Qt
Imports run downhill: app | cli -> engine -> nn | data -> files, resources, folders, errors.

The public names for other programs are defined here. Each is imported on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from digitpad.data.ink import Ink
    from digitpad.data.ink_files import read as read_ink
    from digitpad.data.mnist import load as load_mnist
    from digitpad.data.pictures import read as read_picture
    from digitpad.engine.files.weights import load as load_weights
    from digitpad.engine.files.weights import save as save_weights
    from digitpad.engine.reading.recognizer import Recognizer
    from digitpad.engine.training.config import TrainingConfig
    from digitpad.engine.training.events import TrainingEnd
    from digitpad.engine.training.generator import train
    from digitpad.errors import DigitpadError

__version__ = "0.1.0"

#: Where each name is, and what it is called there.
_PUBLIC = {
    "DigitpadError": ("errors", "DigitpadError"),
    "Ink": ("data.ink", "Ink"),
    "Recognizer": ("engine.reading.recognizer", "Recognizer"),
    "TrainingConfig": ("engine.training.config", "TrainingConfig"),
    "TrainingEnd": ("engine.training.events", "TrainingEnd"),
    "load_mnist": ("data.mnist", "load"),
    "load_weights": ("engine.files.weights", "load"),
    "read_ink": ("data.ink_files", "read"),
    "read_picture": ("data.pictures", "read"),
    "save_weights": ("engine.files.weights", "save"),
    "train": ("engine.training.generator", "train"),
}

__all__ = [
    "DigitpadError",
    "Ink",
    "Recognizer",
    "TrainingConfig",
    "TrainingEnd",
    "load_mnist",
    "load_weights",
    "read_ink",
    "read_picture",
    "save_weights",
    "train",
]


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, own = _PUBLIC[name]
    return getattr(import_module(f"{__name__}.{module}"), own)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
