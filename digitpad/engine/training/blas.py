"""Holds BLAS to one thread."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any


class _OneBlasThread:
    """Contexts in which matrix products use one thread, in the whole process, until the last of them is left."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._holders = 0
        self._limits: Any = None

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Hold BLAS to one thread.

        More of them spin while they wait for each other: with one other core busy a training fell from 242,000 to 668
        samples a second.
        """
        # It looks through all loaded libraries; the window is painted before it comes to that.
        from threadpoolctl import threadpool_limits

        with self._lock:
            self._holders += 1
            if self._holders == 1:
                self._limits = threadpool_limits(limits=1, user_api="blas")
        try:
            yield
        finally:
            with self._lock:
                self._holders -= 1
                if not self._holders:
                    self._limits.restore_original_limits()


one_blas_thread = _OneBlasThread()
