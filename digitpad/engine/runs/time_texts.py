"""Durations in words, and dates out of texts."""

import math
from datetime import datetime

#: Seconds that are not told any shorter.
SHORTEST = 0.05
#: Seconds from which single ones are not told any more.
_IN_SECONDS = 600


def duration(seconds: float) -> str:
    """Return a time as people say it: 8 s, 3 min 20 s, 36 min, 2 h 5 min."""
    if seconds < SHORTEST:
        return "< 0.1 s"
    if seconds < 9.5:
        return f"{seconds:.1f} s" if seconds < 0.95 else f"{seconds:.0f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < _IN_SECONDS:
        return f"{whole // 60} min {whole % 60} s"
    minutes = round(whole / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def seconds_since_1970(text: str) -> float:
    """Return an ISO 8601 date as seconds since 1970, NaN for a text that is none."""
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError, OSError):
        return math.nan
