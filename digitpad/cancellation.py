"""Cancelling long work: between its pieces it checks a token."""

from collections.abc import Generator
from typing import TypeVar

T = TypeVar("T")


class Cancelled(Exception):  # noqa: N818 - no error, as `CancelledError` would say
    """The result is not wanted any more. Whoever asked for it expects this."""


class CancelToken:
    """Passed to long work, which calls `check` every few milliseconds. This one is never cancelled."""

    def check(self) -> None:
        """Give way to whoever must not wait; raise `Cancelled` where the result is not wanted any more."""


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
