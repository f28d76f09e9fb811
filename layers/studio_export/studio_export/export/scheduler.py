"""One invocation over many Flows. Heads come first, then what is nearest to deletion.

This thread alone plans, and keeps the checkpoints; a crew runs the sweeps, up to `concurrency` at
once.
"""

import traceback
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import PurePath

from studio_export.errors import (
    AccessDeniedError,
    ConfigurationError,
    DeadlineExceededError,
    StudioExportError,
    UnavailableError,
    UnexpectedError,
    failure_of,
)
from studio_export.export.flow_plan import FlowPlan
from studio_export.export.run_state import RunState
from studio_export.export.sweep import Sweeper, SweepResult, sweep
from studio_export.export.workers import Task, WorkerPool
from studio_export.model import Counts, Failure, FlowSummary, Summary


class Scheduler:
    """The state of one run over the Flows; used once."""

    def __init__(
        self,
        sweeper: Sweeper,
        run_state: RunState,
        concurrency: int,
        deadline: float,
        progress: Callable[[FlowSummary], None],
    ) -> None:
        self._sweeper = sweeper
        self._run_state = run_state
        self._concurrency = concurrency
        self._deadline = deadline
        self._progress = progress
        self._waiting: deque[str] = deque()
        self._open: dict[str, FlowPlan] = {}
        self._summaries: dict[str, FlowSummary] = {}
        self._slowest_seconds = 0.0
        self._stopped: Failure | None = None

    def run(self, flow_sids: Sequence[str], crew: WorkerPool, first: int = 0) -> Summary:
        """Serve the Flows, from the `first` on and then those before it."""
        self._waiting.extend((*flow_sids[first:], *flow_sids[:first]))
        self._sweep_all(crew)
        for work in list(self._open.values()):
            self._close(work)
        not_reached = {sid: FlowSummary(sid, still_due=1) for sid in self._waiting}
        summaries = {**self._summaries, **not_reached}
        return Summary(tuple(summaries[sid] for sid in flow_sids), self._stopped)

    def _sweep_all(self, crew: WorkerPool) -> None:
        under_way = 0
        while True:
            while under_way < self._concurrency and (work := self._next()):
                crew.start(self._task(work))
                under_way += 1
            if not under_way:
                return
            task, came = crew.next_done()
            under_way -= 1
            self._finish(task, came)

    def _task(self, work: FlowPlan) -> Task:
        sweeper, watch, span = self._sweeper, work.watch(), work.start()
        return Task(
            work,
            span,
            sweeper.clock.monotonic(),
            partial(sweep, sweeper, work.flow_sid, span, watch, self._deadline),
        )

    def _next(self) -> FlowPlan | None:
        """The Flow to sweep next; None if there is none just now, or no time to start one."""
        if self._is_over():
            return None
        while self._waiting:
            work = self._opened(self._waiting.popleft())
            if work:
                return work
            if self._is_over():
                return None
        ready = (work for work in self._open.values() if work.next_span)
        return min(ready, key=_nearest_to_deletion, default=None)

    def _is_over(self) -> bool:
        left = self._deadline - self._sweeper.clock.monotonic()
        return self._stopped is not None or left <= self._slowest_seconds

    def _opened(self, flow_sid: str) -> FlowPlan | None:
        try:
            work = self._run_state.open(flow_sid)
        except StudioExportError as error:
            self._summaries[flow_sid] = FlowSummary(flow_sid, error=self._failure(error))
            return None
        if work is None:
            self._summaries[flow_sid] = FlowSummary(flow_sid, leased=True)
            return None
        self._open[flow_sid] = work
        if work.over:
            self._close(work)
            return None
        return work

    def _finish(self, task: Task, came: SweepResult | BaseException) -> None:
        work = task.work
        took_seconds = self._sweeper.clock.monotonic() - task.started
        self._slowest_seconds = max(self._slowest_seconds, took_seconds)
        before = work.checkpoint
        if isinstance(came, SweepResult):
            work.finish(task.span, came)
        elif isinstance(came, DeadlineExceededError):  # narrower, it may fit between two throttles
            work.finish(task.span, SweepResult(came.counts, complete=False))
            work.stop(None)
        elif isinstance(came, UnavailableError):  # narrower, it may be answered
            work.finish(task.span, SweepResult(came.counts, complete=False))
            work.stop(self._failure(came))
        elif isinstance(came, Exception):
            counts = came.counts if isinstance(came, StudioExportError) else Counts()
            work.fail(task.span, self._failure(came), counts)
        else:
            raise came
        if work.over:
            self._close(work)
        elif work.checkpoint is not before:
            self._save(work, release=False)
        self._progress(self._run_state.summary(work))

    def _close(self, work: FlowPlan) -> None:
        leased = not self._save(work, release=True)
        del self._open[work.flow_sid]
        summary = self._run_state.summary(work)
        self._summaries[work.flow_sid] = replace(summary, leased=leased)

    def _save(self, work: FlowPlan, *, release: bool) -> bool:
        """Keep the checkpoint; False if the lease was lost, and with it the right to go on."""
        try:
            kept = self._run_state.save(work, release=release)
        except StudioExportError as error:
            work.stop(self._failure(error))
            return True
        if not kept:
            work.stop(None)
        return kept

    def _failure(self, error: Exception) -> Failure:
        """Make a failure of the error; stop the run if every other Flow would meet it too."""
        if not isinstance(error, StudioExportError):
            return _unexpected(error)
        failure = failure_of(error)
        if isinstance(error, AccessDeniedError | ConfigurationError):
            self._stopped = self._stopped or failure
        return failure


def _unexpected(error: Exception) -> Failure:
    """Name the error's class and place. Its text is not quoted: it might hold an Execution."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{PurePath(frame.filename).name}:{frame.lineno}"
    return Failure(UnexpectedError, f"{type(error).__name__} at {place}")


def _nearest_to_deletion(work: FlowPlan) -> float:
    return work.next_span.start.timestamp() if work.next_span else float("inf")
