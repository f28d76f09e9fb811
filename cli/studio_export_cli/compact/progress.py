"""How far `compact` came: a bar on a terminal, a line now and then elsewhere. On stderr, both."""

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

Listener = Callable[[str, int], None]  # of a day, and how many of its objects are read

_QUIET_SECONDS = 10.0


class Lines:
    """A line at most every ten seconds."""

    def __init__(
        self,
        say: Callable[[str], None],
        objects: Mapping[str, int],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._say = say
        self._objects = objects
        self._clock = clock
        self._last = clock()

    def __call__(self, day: str, read: int) -> None:
        now = self._clock()
        if now - self._last >= _QUIET_SECONDS:
            self._last = now
            self._say(f"{day}  {read:,} of {self._objects[day]:,} objects")


@contextmanager
def shown(objects: Mapping[str, int]) -> Iterator[Listener]:
    """A listener that shows on stderr what it hears, until the end of the block.

    `objects` are how many each day has to read.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Lines(lambda line: print(line, file=sys.stderr, flush=True), objects)  # noqa: T201
        return
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=24), TaskProgressColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=sum(objects.values()))
        read_of: dict[str, int] = {}

        def hear(day: str, read: int) -> None:
            read_of[day] = read
            progress.update(task, completed=sum(read_of.values()), description=day)

        yield hear
