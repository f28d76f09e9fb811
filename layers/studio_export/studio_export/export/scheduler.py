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
    FlowNotFoundError,
    StudioExportError,
)
from studio_export.export.flow_plan import FlowPlan
from studio_export.export.run_state import RunState
from studio_export.export.sweep import Sweeper, SweepResult, sweep
from studio_export.export.workers import Task, WorkerPool
from studio_export.model import Counts, FlowSummary, Span, Summary

# Listings in a row without an answer: then it is Twilio that fails, not what is listed.
_MAX_FRUITLESS = 12


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
        self._stopped: str | None = None
        # What Twilio refused, for a Flow; it is everybody's trouble if no listing was answered.
        self._refusal: str | None = None
        self._answered = False
        self._fruitless = 0

    def run(self, flow_sids: Sequence[str], crew: WorkerPool, first: int = 0) -> Summary:
        """Serve the Flows, from the `first` on and then those before it."""
        self._waiting.extend((*flow_sids[first:], *flow_sids[:first]))
        self._sweep_all(crew)
        for work in list(self._open.values()):
            self._close(work)
        not_reached = {sid: FlowSummary(sid, still_due=1) for sid in self._waiting}
        summaries = {**self._summaries, **not_reached}
        stopped = self._stopped or (None if self._answered else self._refusal)
        return Summary(tuple(summaries[sid] for sid in flow_sids), stopped)

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
        sweeper, watermarks, span = self._sweeper, work.watermarks(), work.start()
        exact = work.is_exact(span)
        return Task(
            work,
            span,
            sweeper.clock.monotonic(),
            partial(
                sweep,
                sweeper,
                work.flow_sid,
                span,
                watermarks,
                self._deadline,
                exact=exact,
            ),
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
            self._summaries[flow_sid] = FlowSummary(flow_sid, error=self._told(error))
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
            self._take(work, task.span, came)
        elif isinstance(came, Exception):
            counts = came.counts if isinstance(came, StudioExportError) else Counts()
            work.fail(task.span, self._told(came), counts)
        else:
            raise came
        if work.over:
            self._close(work)
        elif work.checkpoint is not before:
            self._save(work, release=False)
        self._progress(self._run_state.summary(work))

    def _take(self, work: FlowPlan, span: Span, swept: SweepResult) -> None:
        """Take a sweep's result, and decide by what failed whether the Flow goes on."""
        failure = swept.failure
        if swept.counts.pages:
            self._answered, self._fruitless = True, 0
        match failure:
            case AccessDeniedError():  # nothing narrower is let in
                self._refusal = self._refusal or failure.told
                work.fail(span, failure.told, swept.counts)
            case FlowNotFoundError():
                self._answered = True
                work.fail(span, failure.told, swept.counts)
            case DeadlineExceededError():  # narrower, it may fit between two throttles
                work.finish(span, replace(swept, failure=None))
                work.stop(None)
            case None:
                work.finish(span, swept)
            case _:  # narrower, it may be answered
                self._fruitless += not swept.counts.pages
                work.finish(span, swept)
                if self._fruitless >= _MAX_FRUITLESS:
                    work.stop(failure.told)

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
            work.stop(self._told(error))
            return True
        if not kept:
            work.stop(None)
        return kept

    def _told(self, error: Exception) -> str:
        """What a person reads of the error; no other Flow could do better without access."""
        if isinstance(error, AccessDeniedError | ConfigurationError):
            self._stopped = self._stopped or error.told
        if isinstance(error, StudioExportError):
            return error.told
        # A fault of ours: where it is, but not its text, which might quote an Execution.
        frame = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} at {PurePath(frame.filename).name}:{frame.lineno}"


def _nearest_to_deletion(work: FlowPlan) -> float:
    return work.next_span.start.timestamp() if work.next_span else float("inf")
