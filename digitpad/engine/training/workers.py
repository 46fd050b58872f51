"""Threads that share a piece of work. They know nothing of what it is."""

import os
import threading
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")


#: More threads than this were never seen to help.
MOST_HELPFUL = 8


def helpful(spare: int = 0) -> int:
    """Return how many threads a training does well with on this machine, leaving `spare` cores to others."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores - spare, MOST_HELPFUL))


class Workers:
    """A number of threads, the one that asks among them.

    Each of the others has queues of its own: the futures of a pool would cost a step of a small convolutional network
    some hundredths.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self._others = [_Other() for _ in range(count - 1)]

    def close(self) -> None:
        """End the threads."""
        for other in self._others:
            other.jobs.put(None)
        for other in self._others:
            other.thread.join()

    def run(self, jobs: Sequence[Callable[[], T]]) -> list[T]:
        """Return the results of at most `count` jobs, in their order: the first is done here, the others beside it.

        If one fails its error is raised once all have ended.
        """
        if not self._others:
            return [job() for job in jobs]
        at_work = list(zip(self._others, jobs[1:], strict=False))
        for other, job in at_work:
            other.jobs.put(job)
        try:
            first = jobs[0]()
        finally:
            # Nothing may be left for the next jobs to find.
            outcomes = [other.outcomes.get() for other, _ in at_work]
        for _, error in outcomes:
            if error is not None:
                raise error
        return [first, *(result for result, _ in outcomes)]


class _Other:
    """A thread that does one job after the other until it is given None."""

    def __init__(self) -> None:
        self.jobs = SimpleQueue[Callable[[], Any] | None]()
        self.outcomes = SimpleQueue[tuple[Any, BaseException | None]]()
        self.thread = threading.Thread(target=self._work, name="digitpad-training", daemon=True)
        self.thread.start()

    def _work(self) -> None:
        while (job := self.jobs.get()) is not None:
            try:
                self.outcomes.put((job(), None))
            except BaseException as error:
                self.outcomes.put((None, error))
