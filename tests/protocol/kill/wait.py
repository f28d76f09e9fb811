"""Processes that work at the same time, each of which may have an instant at which it dies."""

import selectors
import time
from collections.abc import Callable, Mapping
from typing import Any

from tests.protocol.kill.process_factory import HandlerProcess

Answer = dict[str, Any]


def await_all(
    kill_after_seconds: Mapping[HandlerProcess, float | None],
    patience_seconds: float,
    ended: Callable[[HandlerProcess], object],
) -> dict[HandlerProcess, Answer | None]:
    """The answer of each process, which was told its tick; None of one that died before.

    A process that has answered before its instant is killed at once: at rest. One that has not
    answered in `patience_seconds` is killed too, as Lambda would. `ended` hears of each that has
    answered or died.
    """
    begun = time.monotonic()
    ends = {
        process: begun + min(patience_seconds if after is None else after, patience_seconds)
        for process, after in kill_after_seconds.items()
    }
    answers: dict[HandlerProcess, Answer | None] = {}
    with selectors.DefaultSelector() as selector:
        for process in ends:
            selector.register(process.wire, selectors.EVENT_READ, process)
        while len(answers) < len(ends):
            now = time.monotonic()
            waiting = [process for process in ends if process not in answers]
            for process in waiting:
                if ends[process] <= now:
                    process.kill()
            pauses = [ends[process] - now for process in waiting if not process.killed]
            for key, _ in selector.select(min(pauses, default=1.0)):
                answer = key.data.answer(timeout_seconds=0)
                if answer is not None or key.data.dead:
                    answers[key.data] = answer
                    selector.unregister(key.fileobj)
                    ended(key.data)
    for process, after in kill_after_seconds.items():
        if after is not None:
            process.kill()
    return answers
