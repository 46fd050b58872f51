"""The system's lock on a run that is being written. It ends with the process."""

from pathlib import Path

from digitpad.engine.runs import layout
from digitpad.engine.runs.metadata import RunError, is_hollow
from digitpad.files import FileError

#: Somebody who merely looks whether a run is being written holds its lock for less than this many seconds.
_PATIENCE = 0.5


class RunLock:
    """Held by whoever writes to a run's folder. Raises `FileError` where something else is in the lock's place."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        from filelock import FileLock

        # It is taken in one thread and may be given back in another.
        self._lock = FileLock(layout.part(folder, layout.LOCK), thread_local=False, is_singleton=False)

    def acquire(self) -> None:
        """Take the lock. Raises `RunError` where somebody else has it, `FileError` where there can be none."""
        from filelock import Timeout

        try:
            self._lock.acquire(timeout=_PATIENCE, poll_interval=0.02)
        except Timeout as error:
            raise _written(self._folder) from error
        except OSError as error:
            raise FileError(f"cannot write to {self._folder}: {error.strerror}; choose another place") from error

    def release(self) -> None:
        """Give the lock back."""
        self._lock.release()


def require_free(folder: Path) -> None:
    """Raise `RunError` where the run in `folder` is being written."""
    if is_held(folder):
        raise _written(folder)


def is_held(folder: Path) -> bool:
    """Tell whether the run in `folder` is being written, by this process or another."""
    if not layout.has(folder, layout.LOCK):
        return False
    from filelock import FileLock, Timeout

    lock = FileLock(layout.part(folder, layout.LOCK), thread_local=False, is_singleton=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    except OSError:
        return False
    lock.release()
    is_hollow(folder)
    return False


def _written(folder: Path) -> RunError:
    return RunError(f"the run in {folder} is being written by another digitpad: wait for its end, or stop it there")
