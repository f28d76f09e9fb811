import threading

import pytest

from studio_export_cli.heartbeat import Heartbeat
from studio_export_cli.parallel import map_concurrently


def test_results_come_in_the_order_of_the_items() -> None:
    assert list(map_concurrently(lambda n: n * n, range(50), 4, "Square", Heartbeat())) == [
        n * n for n in range(50)
    ]


def test_an_error_ends_it_and_items_that_have_not_started_do_not_start() -> None:
    started: list[int] = []
    release = threading.Event()

    def work(number: int) -> None:
        started.append(number)
        if number == 0:
            release.set()
            raise ZeroDivisionError
        release.wait(5)
        threading.Event().wait(0.01)

    with pytest.raises(ZeroDivisionError):
        list(map_concurrently(work, range(10_000), 1, "Work", Heartbeat()))
    assert len(started) < 10_000


def test_no_items_have_no_results() -> None:
    assert list(map_concurrently(str, [], 4, "Nothing", Heartbeat())) == []


def test_a_caller_that_takes_results_slowly_holds_the_work_back() -> None:
    started: list[int] = []

    results = map_concurrently(started.append, range(1000), 2, "Work", Heartbeat())
    next(results)
    threading.Event().wait(0.1)

    assert len(started) <= 2 * 4 + 1
    results.close()  # type: ignore[attr-defined]  # it is a generator
