"""Wait for processes that run in parallel, and kill each at its planned instant."""

import selectors
import time
from collections.abc import Callable, Mapping
from typing import Any

from tests.protocol.kill.process_factory import HandlerProcess

Answer = dict[str, Any]


def await_all(
    kill_after_seconds: Mapping[HandlerProcess, float | None],
    timeout_seconds: float,
    ended: Callable[[HandlerProcess], object],
) -> dict[HandlerProcess, Answer | None]:
    """Return the answer of each process; None if it died before it answered.

    A process that answers before its planned instant is killed at once, at rest. One that has
    not answered in `timeout_seconds` is killed too, as Lambda does. `ended` is called for each
    process that answered or died.
    """
    begun = time.monotonic()
    ends = {
        process: begun + min(timeout_seconds if after is None else after, timeout_seconds)
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
