"""Run tasks inline or in threads, and return their results one at a time."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, Generic, Protocol, TypeVar

About = TypeVar("About")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Task(Generic[About, Result]):
    """One piece of work; `about` says which, to whom it is returned."""

    about: About
    run: Callable[[], Result]


class WorkerPool(Protocol[About, Result]):
    """Run tasks, and return each with its result or its exception."""

    def start(self, task: Task[About, Result]) -> None: ...

    def next_done(self) -> tuple[About, Result | BaseException]:
        """Wait until one of the started tasks is done."""
        ...


OpenPool = Callable[[int], AbstractContextManager[WorkerPool[Any, Any]]]


@contextmanager
def worker_pool(threads: int) -> Iterator[WorkerPool[Any, Any]]:
    """Open a pool of threads; for a single one, use the caller's own thread."""
    if threads == 1:
        yield InlinePool()
        return
    with ThreadPoolExecutor(threads, thread_name_prefix="worker") as executor:
        yield ThreadPool(executor)


class InlinePool(Generic[About, Result]):
    """Run each task in the caller's thread, when its result is requested."""

    def __init__(self) -> None:
        self._started: deque[Task[About, Result]] = deque()

    def start(self, task: Task[About, Result]) -> None:
        self._started.append(task)

    def next_done(self) -> tuple[About, Result | BaseException]:
        return run_task(self._started.popleft())


class ThreadPool(Generic[About, Result]):
    def __init__(self, executor: ThreadPoolExecutor) -> None:
        self._executor = executor
        self._done: SimpleQueue[tuple[About, Result | BaseException]] = SimpleQueue()

    def start(self, task: Task[About, Result]) -> None:
        self._executor.submit(lambda: self._done.put(run_task(task)))

    def next_done(self) -> tuple[About, Result | BaseException]:
        return self._done.get()


def run_task(task: Task[About, Any]) -> tuple[About, Any]:
    """Return the task's result or its exception; its caller handles both."""
    try:
        return task.about, task.run()
    except BaseException as error:  # noqa: BLE001  the caller raises what is not an Exception
        return task.about, error
