"""Run sweeps inline or in threads, and return their results one at a time."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Protocol

from studio_export.export.flow_plan import FlowPlan
from studio_export.export.order import Order, SweepResult


@dataclass(frozen=True, slots=True)
class Task:
    """One sweep, or one question.

    Attributes:
        started: when the task was made, in seconds of `Clock.monotonic`.
    """

    plan: FlowPlan
    order: Order
    started: float
    sweep: Callable[[], SweepResult]


Done = tuple[Task, SweepResult | BaseException]


class WorkerPool(Protocol):
    """Run tasks, and return each with its result or its exception."""

    def start(self, task: Task) -> None: ...

    def next_done(self) -> Done:
        """Wait until one of the started tasks is done."""
        ...


OpenPool = Callable[[int], AbstractContextManager[WorkerPool]]


@contextmanager
def worker_pool(threads: int) -> Iterator[WorkerPool]:
    """Open a pool of threads; for a single one, use the caller's own thread."""
    if threads == 1:
        yield InlinePool()
        return
    with ThreadPoolExecutor(threads, thread_name_prefix="sweep") as executor:
        yield ThreadPool(executor)


class InlinePool:
    """Run each task in the caller's thread, when its result is requested."""

    def __init__(self) -> None:
        self._started: deque[Task] = deque()

    def start(self, task: Task) -> None:
        self._started.append(task)

    def next_done(self) -> Done:
        return run_task(self._started.popleft())


class ThreadPool:
    def __init__(self, executor: ThreadPoolExecutor) -> None:
        self._executor = executor
        self._done: SimpleQueue[Done] = SimpleQueue()

    def start(self, task: Task) -> None:
        self._executor.submit(lambda: self._done.put(run_task(task)))

    def next_done(self) -> Done:
        return self._done.get()


def run_task(task: Task) -> Done:
    """Return the sweep's result or its exception; the scheduler handles both."""
    try:
        return task, task.sweep()
    except BaseException as error:  # noqa: BLE001  the scheduler raises what is not an Exception
        return task, error
