import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock

import pytest

from studio_export.adapters.concurrency_limit import AdaptiveConcurrencyLimit


def test_no_more_than_the_limit_are_in_at_once() -> None:
    gate = AdaptiveConcurrencyLimit(3)
    lock = Lock()
    inside, most = 0, 0

    def visit(_: int) -> None:
        nonlocal inside, most
        assert gate.enter(30)
        with lock:
            inside += 1
            most = max(most, inside)
        time.sleep(0.001)
        with lock:
            inside -= 1
        gate.leave()

    with ThreadPoolExecutor(12) as threads:
        list(threads.map(visit, range(120)))

    assert most == 3


def test_who_waits_too_long_is_not_let_in() -> None:
    gate = AdaptiveConcurrencyLimit(1)
    assert gate.enter(0)

    assert not gate.enter(0.01)

    gate.leave()
    assert gate.enter(0)


def test_who_waits_is_let_in_when_another_leaves() -> None:
    gate = AdaptiveConcurrencyLimit(1)
    gate.enter(0)
    waiting = Event()

    def wait() -> bool:
        waiting.set()
        return gate.enter(30)

    with ThreadPoolExecutor(1) as threads:
        entered = threads.submit(wait)
        waiting.wait()
        gate.leave()
        assert entered.result()


def test_each_429_halves_the_limit_down_to_one() -> None:
    gate = AdaptiveConcurrencyLimit(9)

    limits = []
    for _ in range(5):
        gate.throttled()
        limits.append(gate.limit)

    assert limits == [4, 2, 1, 1, 1]


def test_a_lower_limit_holds_back_the_next_and_not_those_inside() -> None:
    gate = AdaptiveConcurrencyLimit(4)
    for _ in range(4):
        gate.enter(0)
    gate.throttled()

    gate.leave()
    gate.leave()
    assert not gate.enter(0)
    gate.leave()
    assert gate.enter(0)


@pytest.mark.parametrize(("limit", "answers"), [(1, 10), (2, 20), (3, 30)])
def test_quiet_raises_the_limit_by_one_after_ten_times_it(limit: int, answers: int) -> None:
    gate = AdaptiveConcurrencyLimit(limit * 2)
    gate.throttled()
    assert gate.limit == limit

    for _ in range(answers - 1):
        gate.answered()
    assert gate.limit == limit
    gate.answered()
    assert gate.limit == limit + 1


def test_a_429_ends_the_quiet() -> None:
    gate = AdaptiveConcurrencyLimit(2)
    gate.throttled()
    for _ in range(9):
        gate.answered()
    gate.throttled()
    for _ in range(9):
        gate.answered()

    assert gate.limit == 1


def test_quiet_never_raises_the_limit_above_its_start() -> None:
    gate = AdaptiveConcurrencyLimit(2)
    for _ in range(1000):
        gate.answered()

    assert gate.limit == 2
