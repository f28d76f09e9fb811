"""The progress of a command on stderr: bars on a terminal, elsewhere a line every ten seconds."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from studio_export_cli.heartbeat import Heartbeat

_INTERVAL_SECONDS = 10.0


class Progress(Protocol):
    """The display. Any number of tasks are shown side by side."""

    def update(self, task: str, share: float, text: str) -> None:
        """Show that a share of the task, from 0 to 1, is done; `text` has the figures."""
        ...


class Lines:
    """A line for a task that is not done, at most every ten seconds."""

    def __init__(
        self, write: Callable[[str], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._write = write
        self._clock = clock
        self._last: dict[str, float] = {}

    def update(self, task: str, share: float, text: str) -> None:
        now = self._clock()
        last = self._last.setdefault(task, now)
        if share < 1 and now - last >= _INTERVAL_SECONDS:
            self._last[task] = now
            self._write(f"{task}  {text}")


@dataclass(frozen=True, slots=True)
class Watched:
    """A display whose tasks the heartbeat names if nothing moves."""

    display: Progress
    heartbeat: Heartbeat
    is_live: bool  # it shows each update at once

    def update(self, task: str, share: float, text: str) -> None:
        self.heartbeat.on_progress(task, text)
        self.display.update(task, share, text)
        if self.is_live:
            self.heartbeat.record_shown()


@contextmanager
def show_progress(heartbeat: Heartbeat) -> Iterator[Progress]:
    """Show what the block passes to `update`; bars disappear at its end."""
    heartbeat.restart()
    if sys.stderr is None or not sys.stderr.isatty():
        yield Watched(Lines(heartbeat.write), heartbeat, is_live=False)
        return
    from studio_export_cli.bars import show_bars  # noqa: PLC0415  rich is slow to load

    with show_bars() as bars:
        yield Watched(bars, heartbeat, is_live=True)
