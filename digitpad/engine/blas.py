"""Holding BLAS to one thread. It knows nothing of what is computed."""

from contextlib import AbstractContextManager


def one_blas_thread() -> AbstractContextManager[object]:
    """Return a context in which matrix products use one thread.

    More of them spin while they wait for each other: with one other core busy a training fell from 242,000 to 668
    samples a second. The limit holds for the whole process.
    """
    # It looks through all loaded libraries; the window is painted before it comes to that.
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[object] = threadpool_limits(limits=1, user_api="blas")
    return limits
