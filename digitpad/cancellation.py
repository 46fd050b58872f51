"""Cancels long work, which checks a token between its pieces."""

from collections.abc import Generator
from typing import TypeVar

T = TypeVar("T")


class Cancelled(Exception):  # noqa: N818 - no error, as `CancelledError` would say
    """The result is not wanted any more. Whoever asked for it expects this."""


class CancelToken:
    """Passed to long work, which calls `check` every few milliseconds. This one is never canceled."""

    def check(self) -> None:
        """Do nothing. A subclass may wait for more urgent work, and raises `Cancelled` if the work was canceled."""


NEVER = CancelToken()


def completed(work: Generator[None, None, T], token: CancelToken = NEVER) -> T:
    """Return what the generator `work` returns; `token` is checked before each of its pieces. Raises `Cancelled`."""
    while True:
        token.check()
        try:
            next(work)
        except StopIteration as end:
            result: T = end.value
            return result
