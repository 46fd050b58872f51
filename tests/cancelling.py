"""Tokens that are cancelled."""

from digitpad.cancellation import Cancelled, CancelToken


class CancelledAt(CancelToken):
    """Is cancelled at its `last` check; `checks` counts them."""

    def __init__(self, last: int = 1) -> None:
        self.last, self.checks = last, 0

    def check(self) -> None:
        self.checks += 1
        if self.checks >= self.last:
            raise Cancelled
