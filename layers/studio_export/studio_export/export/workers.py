"""Who runs the sweeps of an invocation: its own thread, or several side by side."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Protocol

from studio_export.export.flow_plan import FlowPlan
from studio_export.export.sweep import SweepResult
from studio_export.model import Span


@dataclass(frozen=True, slots=True)
class Task:
    """A span of a Flow that was handed out. `started` is of `Clock.monotonic`."""

    work: FlowPlan
    span: Span
    started: float
    sweep: Callable[[], SweepResult]


Done = tuple[Task, SweepResult | BaseException]


class WorkerPool(Protocol):
    """Runs the tasks that it is given, and hands each back with what came of it."""

    def start(self, task: Task) -> None: ...

    def next_done(self) -> Done:
        """Wait for one of the tasks that were started."""
        ...


OpenPool = Callable[[int], AbstractContextManager[WorkerPool]]


@contextmanager
def worker_pool(many: int) -> Iterator[WorkerPool]:
    """So many threads; with one, the caller's own."""
    if many == 1:
        yield InlinePool()
        return
    with ThreadPoolExecutor(many, thread_name_prefix="sweep") as executor:
        yield ThreadPool(executor)


class InlinePool:
    """Runs each task when it is asked for."""

    def __init__(self) -> None:
        self._started: deque[Task] = deque()

    def start(self, task: Task) -> None:
        self._started.append(task)

    def next_done(self) -> Done:
        return outcome(self._started.popleft())


class ThreadPool:
    def __init__(self, executor: ThreadPoolExecutor) -> None:
        self._executor = executor
        self._done: SimpleQueue[Done] = SimpleQueue()

    def start(self, task: Task) -> None:
        self._executor.submit(lambda: self._done.put(outcome(task)))

    def next_done(self) -> Done:
        return self._done.get()


def outcome(task: Task) -> Done:
    """What the sweep returns or raises: the thread that plans must hear of either."""
    try:
        return task, task.sweep()
    except BaseException as error:  # noqa: BLE001  raised again there, if it is no Exception
        return task, error
