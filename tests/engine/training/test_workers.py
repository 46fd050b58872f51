"""Threads that share a piece of work."""

import threading

import pytest

from digitpad.engine.training.workers import Workers, all_of


def fail() -> int:
    raise ValueError("no result")


@pytest.mark.parametrize("count", [1, 2, 3])
def test_results_come_in_the_order_of_the_jobs(count: int) -> None:
    workers = Workers(count)
    try:
        for first in range(20):
            numbers = range(first, first + 1 + first % count)
            assert workers.run([lambda number=number: number for number in numbers]) == list(numbers)
    finally:
        workers.close()


def test_jobs_are_done_at_the_same_time() -> None:
    meeting = threading.Barrier(3, timeout=30)
    workers = Workers(3)
    try:
        assert sorted(workers.run([meeting.wait] * 3)) == [0, 1, 2]
    finally:
        workers.close()


@pytest.mark.parametrize("failing", [0, 1])
def test_an_error_is_raised_and_leaves_nothing_to_the_next_jobs(failing: int) -> None:
    workers = Workers(2)
    jobs = [lambda: 1, lambda: 2]
    jobs[failing] = fail
    try:
        with pytest.raises(ValueError, match="no result"):
            workers.run(jobs)
        assert workers.run([lambda: 3, lambda: 4]) == [3, 4]
    finally:
        workers.close()


def test_a_job_goes_on_beside_others_until_its_result_is_asked_for() -> None:
    may_end = threading.Event()
    workers = Workers(2)
    try:
        wait = workers.begin(lambda: may_end.wait(30))
        may_end.set()
        assert wait() is True
        failed = workers.begin(fail)
        with pytest.raises(ValueError, match="no result"):
            failed()
    finally:
        workers.close()
    # Who asks too late gets its result nevertheless.
    assert workers.run([lambda: 1, lambda: 2]) == [1, 2]


def test_all_are_waited_for_before_the_error_of_one_is_raised() -> None:
    waited: list[int] = []
    with pytest.raises(ValueError, match="no result"):
        all_of([fail, lambda: waited.append(1)])
    assert waited == [1]


def test_threads_end_with_their_owner() -> None:
    before = set(threading.enumerate())
    workers = Workers(3)
    workers.run([threading.get_ident] * 3)
    threads = set(threading.enumerate()) - before
    assert len(threads) == 2
    del workers
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)


def test_closing_ends_the_threads() -> None:
    before = set(threading.enumerate())
    workers = Workers(3)
    workers.run([threading.get_ident] * 3)
    workers.close()
    assert set(threading.enumerate()) <= before
