"""A fact that others follow, for models that need no Qt."""

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Observers(Generic[T]):
    """Calls everything that was connected, in that order, with the value of each `emit`."""

    def __init__(self) -> None:
        self._followers: list[Callable[[T], object]] = []

    def connect(self, follower: Callable[[T], object]) -> None:
        """Call `follower` from now on, for as long as this lives."""
        self._followers.append(follower)

    def emit(self, value: T) -> None:
        """Tell all followers."""
        for follower in self._followers:
            follower(value)
