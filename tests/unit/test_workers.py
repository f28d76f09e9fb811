"""A worker pool hands back what a task raises; else its caller would wait for ever."""

from typing import NoReturn

import pytest

from studio_export.workers import Task, worker_pool


@pytest.mark.parametrize("many", [1, 2])
@pytest.mark.parametrize("error", [KeyError("ours"), SystemExit(1), KeyboardInterrupt()])
def test_what_a_task_raises_is_handed_back(many: int, error: BaseException) -> None:
    def fails() -> NoReturn:
        raise error

    with worker_pool(many) as pool:
        pool.start(Task("which", fails))
        assert pool.next_done() == ("which", error)
