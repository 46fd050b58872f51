"""Threads that share a piece of work. They know nothing of what it is."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


#: More threads than this were never seen to help.
MOST_HELPFUL = 8


def helpful(spare: int = 0) -> int:
    """Return how many threads a training does well with on this machine, leaving `spare` cores to others."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores - spare, MOST_HELPFUL))


class Workers:
    """A number of threads, the one that asks among them."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._others = ThreadPoolExecutor(count - 1, "digitpad-training") if count > 1 else None

    def close(self) -> None:
        """End the threads."""
        if self._others is not None:
            self._others.shutdown(cancel_futures=True)

    def run(self, jobs: Sequence[Callable[[], T]]) -> list[T]:
        """Return the results of at most `count` jobs, in their order: the first is done here, the others beside it."""
        if self._others is None:
            return [job() for job in jobs]
        others = [self._others.submit(job) for job in jobs[1:]]
        return [jobs[0](), *(other.result() for other in others)]
