"""The progress of a command as bars on a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn


class Bars:
    """A bar for each task."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def update(self, task: str, share: float, text: str) -> None:
        if task not in self._tasks:
            self._tasks[task] = self._progress.add_task(task, total=1.0, text="")
        self._progress.update(self._tasks[task], completed=share, text=text)


@contextmanager
def show_bars() -> Iterator[Bars]:
    """Show bars on stderr; they disappear at the end of the block."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TaskProgressColumn(),
        TextColumn("{task.fields[text]}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield Bars(progress)
