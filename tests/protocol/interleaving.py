"""Sweeps side by side, on one thread: they take turns at their I/Os, so a life can be replayed."""

import random
from collections.abc import Iterator
from contextlib import contextmanager

from greenlet import GreenletExit, getcurrent, greenlet

from studio_export.export.workers import Done, OpenPool, Task, WorkerPool, run_task
from studio_export.log.cache import LogCache
from studio_export.log.hour_log import HourLog


def take_turn() -> None:
    """Let the others go on. What nobody weaves just goes on itself."""
    scheduler = getcurrent().parent
    if scheduler is not None:
        scheduler.switch()


class InterleavedPool:
    """Each task runs to its next I/O; then chance says which goes on."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._under_way: list[greenlet] = []

    def start(self, task: Task) -> None:
        self._under_way.append(greenlet(lambda: run_task(task)))

    def next_done(self) -> Done:
        while True:
            sweeping = self._chance.choice(self._under_way)
            done: Done = sweeping.switch()
            if sweeping.dead:
                self._under_way.remove(sweeping)
                return done
            take_turn()  # this invocation may be one of several itself

    def die(self) -> None:
        """The process is gone, with all that was under way in it."""
        for sweeping in self._under_way:
            sweeping.throw(GreenletExit)


def weaver(chance: random.Random) -> OpenPool:
    @contextmanager
    def worker_pool(_: int) -> Iterator[WorkerPool]:
        crew = InterleavedPool(chance)
        try:
            yield crew
        finally:
            crew.die()

    return worker_pool


class TurnLock:
    """A lock that lets the others go on while it waits: a real one would wait for ever."""

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
    """The logs of a process whose sweeps are woven."""

    def get(self, flow_sid: str, hour: str) -> HourLog:
        log = super().get(flow_sid, hour)
        if not isinstance(log.lock, TurnLock):
            log.lock = TurnLock()  # type: ignore[assignment]  # all of a Lock that is used
        return log
