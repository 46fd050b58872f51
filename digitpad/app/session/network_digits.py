"""The digits that belong to networks, read once; called from background threads."""

from functools import lru_cache

from digitpad.app.session.network_handle import NetworkHandle
from digitpad.data import mnist
from digitpad.data.dataset import Dataset, Digits
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.validation_split import split
from digitpad.errors import DigitpadError


@lru_cache(maxsize=1)
def digits_of(data: str | None) -> Digits:
    """Return the digits in the folder `data`, None for the embedded ones. Raises `DatasetError`."""
    return mnist.load(data)


def data_of(shown: NetworkHandle) -> str | None:
    """Return the folder of the digits that a network was trained on."""
    return shown.record.config.data if shown.record.config is not None else None


def training_digits(shown: NetworkHandle) -> Dataset:
    """Return the digits that the training of a network learns from. Raises `DatasetError`."""
    config = shown.record.config or TrainingConfig()
    digits = digits_of(config.data)
    try:
        return split(config, digits)[0]
    except DigitpadError:
        # Its settings fit other digits than these.
        return digits.training
