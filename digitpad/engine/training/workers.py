"""Threads that share pieces of work."""

import itertools
import os
import threading
import weakref
from collections.abc import Callable, Iterable, Sequence
from queue import SimpleQueue
from typing import TypeVar, cast

T = TypeVar("T")


#: More threads than this were never seen to help.
MOST_HELPFUL = 8


def helpful(spare: int = 0) -> int:
    """Return how many threads a training does well with on this machine, leaving `spare` cores to others."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores - spare, MOST_HELPFUL))


class Workers:
    """`count` threads, including the calling one.

    Each of the others has a queue of its own: the futures of a pool would cost a step of a small convolutional network
    some hundredths. They end with `close`, or with their owner.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self._queues = [SimpleQueue[Callable[[], None] | None]() for _ in range(count - 1)]
        self._turns = itertools.cycle(self._queues)
        self._threads = [
            threading.Thread(target=_work, args=(queue,), name="digitpad-training", daemon=True)
            for queue in self._queues
        ]
        for thread in self._threads:
            thread.start()
        self._end = weakref.finalize(self, _tell_to_end, self._queues)

    def close(self) -> None:
        """End the threads; what is asked for later is done by who asks."""
        self._end()
        for thread in self._threads:
            thread.join()

    def run(self, jobs: Sequence[Callable[[], T]]) -> list[T]:
        """Return the results of at most `count` jobs, in order. The calling thread does the first, the others the rest.

        If one fails its error is raised once all have ended.
        """
        waits = [self.begin(job) for job in jobs[1:]]
        return all_of([jobs[0], *waits])

    def begin(self, job: Callable[[], T]) -> Callable[[], T]:
        """Start `job` in the next of the other threads, if there is one; return a function that waits for its result.

        That function must be called once, and raises the job's error.
        """
        if not self._end.alive or not self._queues:
            return job
        outcomes = SimpleQueue[tuple[T | None, BaseException | None]]()

        def do() -> None:
            try:
                outcomes.put((job(), None))
            except BaseException as error:
                outcomes.put((None, error))

        def wait() -> T:
            result, error = outcomes.get()
            if error is not None:
                raise error
            return cast(T, result)

        next(self._turns).put(do)
        return wait


def all_of(waits: Iterable[Callable[[], T]]) -> list[T]:
    """Return the results of `waits`, in their order; if one fails its error is raised once all have ended."""
    outcomes = list[T]()
    error: BaseException | None = None
    for wait in waits:
        try:
            outcomes.append(wait())
        except BaseException as failure:
            error = error or failure
    if error is not None:
        raise error
    return outcomes


def _work(queue: SimpleQueue[Callable[[], None] | None]) -> None:
    """Do one job after the other, until there comes None."""
    while (do := queue.get()) is not None:
        do()
        # What a job holds is not kept until the next one comes.
        del do


def _tell_to_end(queues: Sequence[SimpleQueue[Callable[[], None] | None]]) -> None:
    for queue in queues:
        queue.put(None)
