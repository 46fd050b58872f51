"""Lets all threads share the C library's memory arenas."""

import ctypes
import sys

#: glibc's name for the option, from its malloc.h.
_M_ARENA_MAX = -8
#: The main thread's, and one that all others share.
_ARENAS = 2


def share_arenas() -> None:
    """Let all threads but the main one take memory from one arena. Call it before any of them is started.

    glibc gives each thread an arena of its own, up to eight a core, and what is freed in one is of no use to another:
    in a window that was worked in for two hours they had grown by 20 MB, for nothing. Elsewhere nothing is done.
    """
    if sys.platform == "linux":
        # Other C libraries of Linux, as musl, have one heap for all.
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:
            mallopt(_M_ARENA_MAX, _ARENAS)
