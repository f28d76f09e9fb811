"""How far a run came: bars on a terminal, a line now and then elsewhere. On stderr, both."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, track

from studio_export.export.ages import RETENTION
from studio_export.model import FlowSummary, Span
from studio_export_cli.output import duration
from studio_export_cli.run_loop import Listener

_T = TypeVar("_T")

_QUIET_SECONDS = 10.0


class _Pace:
    """How much of a Flow's work is done, and how fast, from its summaries."""

    def __init__(self, replayed: Span | None, clock: Callable[[], float]) -> None:
        self._replayed = replayed
        self._clock = clock
        self._begun = clock()
        self._most_behind = 0

    def done(self, flow: FlowSummary) -> float:
        """From 0 to 1; the whole is what there was to list when the run began."""
        if not flow.still_due:
            return 1.0
        behind = self._behind_seconds(flow)
        self._most_behind = max(self._most_behind, behind)
        whole = self._replayed.seconds if self._replayed else self._most_behind
        return 1.0 - behind / whole if whole else 0.0

    def rate(self, flow: FlowSummary) -> float:
        """Lines a second."""
        return flow.counts.lines / max(0.001, self._clock() - self._begun)

    def _behind_seconds(self, flow: FlowSummary) -> int:
        if self._replayed and flow.swept_to:
            return Span(flow.swept_to, self._replayed.stop).seconds
        return RETENTION - (flow.headroom_seconds or 0)


class Bars:
    """A bar for each Flow."""

    def __init__(self, progress: Progress, replayed: Span | None) -> None:
        self._progress = progress
        self._replayed = replayed
        self._tasks: dict[str, tuple[TaskID, _Pace]] = {}

    def __call__(self, flow: FlowSummary) -> None:
        if flow.flow_sid not in self._tasks:
            task = self._progress.add_task(flow.flow_sid, total=1.0, said="")
            self._tasks[flow.flow_sid] = task, _Pace(self._replayed, time.monotonic)
        task, pace = self._tasks[flow.flow_sid]
        self._progress.update(task, completed=pace.done(flow), said=said(flow, pace.rate(flow)))


class Lines:
    """A line for a Flow that is still at work, at most every ten seconds."""

    def __init__(
        self,
        say: Callable[[str], None],
        replayed: Span | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._say = say
        self._clock = clock
        self._pace = _Pace(replayed, clock)
        self._last: dict[str, float] = {}

    def __call__(self, flow: FlowSummary) -> None:
        now = self._clock()
        last = self._last.setdefault(flow.flow_sid, now)
        if flow.still_due and now - last >= _QUIET_SECONDS:
            self._last[flow.flow_sid] = now
            self._say(f"{flow.flow_sid}  {said(flow, self._pace.rate(flow))}")


def said(flow: FlowSummary, rate: float) -> str:
    words = [f"{flow.counts.lines:>9,} lines", f"{rate:>6,.0f}/s"]
    if flow.leased:
        words.append("waiting for another run")
    elif flow.error:
        words.append("failed")
    elif flow.swept_to:
        words.append(f"at {flow.swept_to:%Y-%m-%d %H:%M}")
    elif flow.head_lag_seconds is not None:
        words.append(f"lag {duration(flow.head_lag_seconds)}")
    return "  ".join(words)


@contextmanager
def shown(replayed: Span | None) -> Iterator[Listener]:
    """A listener that shows on stderr what it hears, until the end of the block."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Lines(lambda line: print(line, file=sys.stderr, flush=True), replayed)  # noqa: T201
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TaskProgressColumn(),
        TextColumn("{task.fields[said]}"),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        yield Bars(progress, replayed)


def counted(done: Iterable[_T], whole: int, what: str) -> Iterator[_T]:
    """Pass on what is done, and show on stderr how much of the whole that is."""
    console = Console(stderr=True)
    if console.is_terminal:
        yield from track(done, what, total=whole, console=console, transient=True)
        return
    last = time.monotonic()
    for number, each in enumerate(done, 1):
        yield each
        if time.monotonic() - last >= _QUIET_SECONDS:
            last = time.monotonic()
            print(f"{number:,} of {whole:,} {what}", file=sys.stderr, flush=True)  # noqa: T201
