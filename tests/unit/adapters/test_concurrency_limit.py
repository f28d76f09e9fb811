import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock

import pytest

from studio_export.adapters.concurrency_limit import AdaptiveConcurrencyLimit


def test_no_more_than_the_limit_are_in_at_once() -> None:
    limit = AdaptiveConcurrencyLimit(3)
    lock = Lock()
    inside, most = 0, 0

    def visit(_: int) -> None:
        nonlocal inside, most
        assert limit.acquire(30)
        with lock:
            inside += 1
            most = max(most, inside)
        time.sleep(0.001)
        with lock:
            inside -= 1
        limit.release()

    with ThreadPoolExecutor(12) as threads:
        list(threads.map(visit, range(120)))

    assert most == 3


def test_who_waits_too_long_is_not_let_in() -> None:
    limit = AdaptiveConcurrencyLimit(1)
    assert limit.acquire(0)

    assert not limit.acquire(0.01)

    limit.release()
    assert limit.acquire(0)


def test_who_waits_is_let_in_when_another_leaves() -> None:
    limit = AdaptiveConcurrencyLimit(1)
    limit.acquire(0)
    waiting = Event()

    def wait() -> bool:
        waiting.set()
        return limit.acquire(30)

    with ThreadPoolExecutor(1) as threads:
        entered = threads.submit(wait)
        waiting.wait()
        limit.release()
        assert entered.result()


def test_each_429_halves_the_limit_down_to_one() -> None:
    limit = AdaptiveConcurrencyLimit(9)

    limits = []
    for _ in range(5):
        limit.record_throttle()
        limits.append(limit.limit)

    assert limits == [4, 2, 1, 1, 1]


def test_a_lower_limit_holds_back_the_next_and_not_those_inside() -> None:
    limit = AdaptiveConcurrencyLimit(4)
    for _ in range(4):
        limit.acquire(0)
    limit.record_throttle()

    limit.release()
    limit.release()
    assert not limit.acquire(0)
    limit.release()
    assert limit.acquire(0)


@pytest.mark.parametrize(("start", "answers"), [(1, 10), (2, 20), (3, 30)])
def test_quiet_raises_the_limit_by_one_after_ten_times_it(start: int, answers: int) -> None:
    limit = AdaptiveConcurrencyLimit(start * 2)
    limit.record_throttle()
    assert limit.limit == start

    for _ in range(answers - 1):
        limit.record_success()
    assert limit.limit == start
    limit.record_success()
    assert limit.limit == start + 1


def test_a_429_ends_the_quiet() -> None:
    limit = AdaptiveConcurrencyLimit(2)
    limit.record_throttle()
    for _ in range(9):
        limit.record_success()
    limit.record_throttle()
    for _ in range(9):
        limit.record_success()

    assert limit.limit == 1


def test_quiet_never_raises_the_limit_above_its_start() -> None:
    limit = AdaptiveConcurrencyLimit(2)
    for _ in range(1000):
        limit.record_success()

    assert limit.limit == 2
