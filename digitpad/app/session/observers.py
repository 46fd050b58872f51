"""A fact that others follow, for models that need no Qt."""

from collections.abc import Callable
from typing import Any


class Observers:
    """Calls everything that was connected, in that order, with each `emit`."""

    def __init__(self) -> None:
        self._followers: list[Callable[..., Any]] = []

    def connect(self, follower: Callable[..., Any]) -> None:
        """Call `follower` from now on, for as long as this lives."""
        self._followers.append(follower)

    def emit(self, *arguments: object) -> None:
        """Tell all followers."""
        for follower in self._followers:
            follower(*arguments)
