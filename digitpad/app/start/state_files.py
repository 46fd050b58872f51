"""The files of a window's saved state, and the lock that says that the window is open."""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from digitpad import folders

if TYPE_CHECKING:
    from filelock import FileLock

STATE, NETWORK, DAMAGED = ".state", ".safetensors", ".damaged"
_LOCK = ".lock"
#: Added to a state's file name each time it is restored. A state with so many marks has ended as many windows at once,
#: and is not restored again.
TRIED, MOST_TRIES = "+", 3


def folder() -> Path:
    """Return where the windows that are open keep their states."""
    return folders.data() / "windows"


def take_lock(path: Path) -> "FileLock | None":
    """Take the lock of a window's state; None where that window is open."""
    # It takes half as long to import as all of digitpad, and is needed only where a window was killed, or later.
    from filelock import FileLock, Timeout

    lock = FileLock(path.with_suffix(_LOCK), thread_local=False, is_singleton=False)
    try:
        # The system may take a moment to let go of what a killed process held.
        lock.acquire(timeout=0.2, poll_interval=0.02)
    except (Timeout, OSError):
        return None
    return lock


def mark_tried(path: Path, lock: "FileLock") -> "tuple[Path, FileLock]":
    """Add a mark to the name of a state that is to be restored; return the new path and its lock."""
    tried = path.with_name(f"{path.stem}{TRIED}{STATE}")
    other = take_lock(tried)
    if other is None:
        return path, lock
    with contextlib.suppress(OSError):
        for suffix in (NETWORK, STATE):
            if path.with_suffix(suffix).exists():
                path.with_suffix(suffix).replace(tried.with_suffix(suffix))
    delete(path)
    lock.release()
    return tried, other


def release(path: Path, lock: "FileLock") -> None:
    """Give back the lock of a state that is not there any more."""
    lock.release()
    path.with_suffix(_LOCK).unlink(missing_ok=True)


def delete(path: Path) -> None:
    """Delete the state at `path`, with its network and its lock, as far as that is possible."""
    for suffix in (STATE, NETWORK, _LOCK):
        with contextlib.suppress(OSError):
            path.with_suffix(suffix).unlink(missing_ok=True)
