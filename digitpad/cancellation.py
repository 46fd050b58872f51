"""Cancelling long work: between its pieces it checks a token."""


class Cancelled(Exception):  # noqa: N818 - no error, as `CancelledError` would say
    """The result is not wanted any more. Whoever asked for it expects this."""


class CancelToken:
    """Passed to long work, which calls `check` every few milliseconds. This one is never cancelled."""

    def check(self) -> None:
        """Give way to whoever must not wait; raise `Cancelled` where the result is not wanted any more."""


NEVER = CancelToken()
