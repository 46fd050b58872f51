"""Holding BLAS to one thread. It knows nothing of what is computed."""

from contextlib import AbstractContextManager

from threadpoolctl import threadpool_limits


def one_blas_thread() -> AbstractContextManager[object]:
    """Return a context in which matrix products use one thread.

    More of them spin while they wait for each other: with one other core busy a training fell from 242,000 to 668
    samples a second. The limit holds for the whole process.
    """
    limits: AbstractContextManager[object] = threadpool_limits(limits=1, user_api="blas")
    return limits
