"""The digits of the networks that are looked at, read once. It knows no widget; it is asked in other threads."""

from functools import lru_cache

from digitpad.data import mnist
from digitpad.data.dataset import Digits


@lru_cache(maxsize=1)
def digits_of(data: str | None) -> Digits:
    """Return the digits in the folder `data`, None for the embedded ones. Raises `DatasetError`."""
    return mnist.load(data)
