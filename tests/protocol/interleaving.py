"""Interleave sweeps on one thread: they switch at their I/Os, so a case can be replayed."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from greenlet import GreenletExit, getcurrent, greenlet

from studio_export.log.cache import LogCache
from studio_export.log.hour_log import HourLog
from studio_export.workers import OpenPool, Task, WorkerPool, run_task


def take_turn() -> None:
    """Switch to the scheduler, if there is one."""
    scheduler = getcurrent().parent
    if scheduler is not None:
        scheduler.switch()


class InterleavedPool:
    """A `WorkerPool` that runs each task to its next I/O, then picks the next task at random."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._under_way: list[greenlet] = []

    def start(self, task: Task[Any, Any]) -> None:
        self._under_way.append(greenlet(lambda: run_task(task)))

    def next_done(self) -> tuple[Any, Any]:
        while True:
            sweeping = self._chance.choice(self._under_way)
            done: tuple[Any, Any] = sweeping.switch()
            if sweeping.dead:
                self._under_way.remove(sweeping)
                return done
            take_turn()  # this invocation may be one of several itself

    def kill(self) -> None:
        """Kill every task that has not ended."""
        for sweeping in self._under_way:
            sweeping.throw(GreenletExit)


def interleaved_pool(chance: random.Random) -> OpenPool:
    @contextmanager
    def worker_pool(_: int) -> Iterator[WorkerPool[Any, Any]]:
        pool = InterleavedPool(chance)
        try:
            yield pool
        finally:
            pool.kill()

    return worker_pool


class TurnLock:
    """A lock that switches to other tasks while it waits; a real one would deadlock."""

    def __init__(self) -> None:
        self._held = False

    def locked(self) -> bool:
        return self._held

    def __enter__(self) -> None:
        while self._held:
            take_turn()
        self._held = True

    def __exit__(self, *_: object) -> None:
        self._held = False


class InterleavedLogCache(LogCache):
    """A `LogCache` whose logs have locks for interleaved sweeps."""

    def get(self, flow_sid: str, hour: str) -> HourLog:
        log = super().get(flow_sid, hour)
        if not isinstance(log.lock, TurnLock):
            log.lock = TurnLock()  # type: ignore[assignment]  # all of a Lock that is used
        return log
