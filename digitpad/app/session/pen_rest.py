"""Whether the pen moves, so that what can wait does."""

import time

#: A pen that has reported a point within this time moves; what can wait does, about as long as a stroke takes.
PEN_MS = 50
_LONGEST_REST_SECONDS = 1.5


class PenRest:
    """Is told of each point that is read, and tells what may be done meanwhile."""

    def __init__(self) -> None:
        self._read_at = self._refreshed_at = 0.0

    def note(self) -> None:
        """A point was read."""
        self._read_at = time.monotonic()

    @property
    def moves(self) -> bool:
        """Whether a stroke is being drawn: its verdict must not wait for what can."""
        return 1000 * (time.monotonic() - self._read_at) <= PEN_MS

    def may_refresh(self) -> bool:
        """Let curves rest while the pen moves, but not for ever; ask it only to refresh them."""
        now = time.monotonic()
        if self.moves and now - self._refreshed_at <= _LONGEST_REST_SECONDS:
            return False
        self._refreshed_at = now
        return True
