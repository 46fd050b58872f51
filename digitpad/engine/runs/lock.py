"""The system's lock on a run that is being written. It ends with the process."""

from pathlib import Path
from typing import TYPE_CHECKING

from digitpad.engine.runs import layout
from digitpad.engine.runs.metadata import RunError, is_hollow
from digitpad.files import FileError

if TYPE_CHECKING:
    from filelock import BaseFileLock

#: Somebody who merely looks whether a run is being written holds its lock for less than this many seconds.
_PATIENCE = 0.5


def acquired(folder: Path, patience: float = _PATIENCE) -> "BaseFileLock":
    """Return the lock of the run in `folder`, which is held from now on, by whoever writes there.

    Raises `RunError` where somebody else has it, `FileError` where there can be none or something else is in its place.
    """
    from filelock import FileLock, Timeout

    # It is taken in one thread and may be given back in another.
    lock = FileLock(layout.part(folder, layout.LOCK), thread_local=False, is_singleton=False)
    try:
        lock.acquire(timeout=patience, poll_interval=0.02)
    except Timeout as error:
        raise _written(folder) from error
    except OSError as error:
        raise FileError(f"cannot write to {folder}: {error.strerror}; choose another place") from error
    return lock


def require_free(folder: Path) -> None:
    """Raise `RunError` where the run in `folder` is being written."""
    if is_held(folder):
        raise _written(folder)


def is_held(folder: Path) -> bool:
    """Tell whether the run in `folder` is being written, by this process or another."""
    if not layout.has(folder, layout.LOCK):
        return False
    try:
        acquired(folder, 0).release()
    except RunError:
        return True
    except FileError:
        return False
    is_hollow(folder)
    return False


def _written(folder: Path) -> RunError:
    return RunError(f"the run in {folder} is being written by another digitpad: wait for its end, or stop it there")
