"""A worker pool hands back what a task raises; else the scheduler would wait for ever."""

from datetime import UTC, datetime, timedelta
from typing import NoReturn

import pytest

from studio_export.export.flow_plan import FlowPlan
from studio_export.export.order import Order
from studio_export.export.workers import Task, worker_pool
from studio_export.model import Checkpoint, Span

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
SPAN = Span(NOW - timedelta(hours=1), NOW)
WORK = FlowPlan("FW1", NOW, Checkpoint({120: NOW}, {120: 3600}))


@pytest.mark.parametrize("many", [1, 2])
@pytest.mark.parametrize("error", [KeyError("ours"), SystemExit(1), KeyboardInterrupt()])
def test_what_a_task_raises_is_handed_back(many: int, error: BaseException) -> None:
    def fails() -> NoReturn:
        raise error

    task = Task(WORK, Order(SPAN), 0.0, fails)
    with worker_pool(many) as pool:
        pool.start(task)
        assert pool.next_done() == (task, error)
