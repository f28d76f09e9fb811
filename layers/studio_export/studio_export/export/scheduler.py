"""Schedule a run's sweeps: heads first, then spans nearest to deletion.

Only the calling thread plans and saves checkpoints. A pool runs up to `concurrency` sweeps at once.
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
    """One run over many Flows. An instance is used once."""

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

    def run(self, flow_sids: Sequence[str], pool: WorkerPool, first: int = 0) -> Summary:
        """Export the Flows in order, beginning with the one at index `first`."""
        self._waiting.extend((*flow_sids[first:], *flow_sids[:first]))
        self._sweep_all(pool)
        for plan in list(self._open.values()):
            self._close(plan)
        not_reached = {sid: FlowSummary(sid, still_due=1) for sid in self._waiting}
        summaries = {**self._summaries, **not_reached}
        return Summary(tuple(summaries[sid] for sid in flow_sids), self._stopped)

    def _sweep_all(self, pool: WorkerPool) -> None:
        under_way = 0
        while True:
            while under_way < self._concurrency and (plan := self._next()):
                pool.start(self._task(plan))
                under_way += 1
            if not under_way:
                return
            task, outcome = pool.next_done()
            under_way -= 1
            self._finish(task, outcome)

    def _task(self, plan: FlowPlan) -> Task:
        sweeper, watermarks, span = self._sweeper, plan.watermarks(), plan.start_next()
        return Task(
            plan,
            span,
            sweeper.clock.monotonic(),
            partial(sweep, sweeper, plan.flow_sid, span, watermarks, self._deadline),
        )

    def _next(self) -> FlowPlan | None:
        """Return the Flow to sweep next; None if none is ready, or no time is left."""
        if self._must_stop():
            return None
        while self._waiting:
            plan = self._try_open(self._waiting.popleft())
            if plan:
                return plan
            if self._must_stop():
                return None
        ready = (plan for plan in self._open.values() if plan.next_span)
        return min(ready, key=_nearest_to_deletion, default=None)

    def _must_stop(self) -> bool:
        remaining_seconds = self._deadline - self._sweeper.clock.monotonic()
        return self._stopped is not None or remaining_seconds <= self._slowest_seconds

    def _try_open(self, flow_sid: str) -> FlowPlan | None:
        try:
            plan = self._run_state.open(flow_sid)
        except StudioExportError as error:
            self._summaries[flow_sid] = FlowSummary(flow_sid, error=self._failure(error))
            return None
        if plan is None:
            self._summaries[flow_sid] = FlowSummary(flow_sid, leased=True)
            return None
        self._open[flow_sid] = plan
        if plan.is_finished:
            self._close(plan)
            return None
        return plan

    def _finish(self, task: Task, outcome: SweepResult | BaseException) -> None:
        plan = task.plan
        took_seconds = self._sweeper.clock.monotonic() - task.started
        self._slowest_seconds = max(self._slowest_seconds, took_seconds)
        before = plan.checkpoint
        if isinstance(outcome, SweepResult):
            plan.record_result(task.span, outcome)
        elif isinstance(outcome, DeadlineExceededError):
            # A quarter of the span may fit between two throttles.
            plan.record_result(task.span, SweepResult(outcome.counts, complete=False))
            plan.stop(None)
        elif isinstance(outcome, UnavailableError):
            # Twilio may be able to answer for a quarter of the span.
            plan.record_result(task.span, SweepResult(outcome.counts, complete=False))
            plan.stop(self._failure(outcome))
        elif isinstance(outcome, Exception):
            counts = outcome.counts if isinstance(outcome, StudioExportError) else Counts()
            plan.record_failure(task.span, self._failure(outcome), counts)
        else:
            raise outcome
        if plan.is_finished:
            self._close(plan)
        elif plan.checkpoint is not before:
            self._save(plan, release=False)
        self._progress(self._run_state.summary(plan))

    def _close(self, plan: FlowPlan) -> None:
        leased = not self._save(plan, release=True)
        del self._open[plan.flow_sid]
        summary = self._run_state.summary(plan)
        self._summaries[plan.flow_sid] = replace(summary, leased=leased)

    def _save(self, plan: FlowPlan, *, release: bool) -> bool:
        """Save the checkpoint; return False, and stop the Flow, if the lease was lost."""
        try:
            saved = self._run_state.save(plan, release=release)
        except StudioExportError as error:
            plan.stop(self._failure(error))
            return True
        if not saved:
            plan.stop(None)
        return saved

    def _failure(self, error: Exception) -> Failure:
        """Return the failure; stop the run if every other Flow would fail too."""
        if not isinstance(error, StudioExportError):
            return _unexpected(error)
        failure = failure_of(error)
        if isinstance(error, AccessDeniedError | ConfigurationError):
            self._stopped = self._stopped or failure
        return failure


def _unexpected(error: Exception) -> Failure:
    """Name the error's class and place. Its text might quote an Execution."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{PurePath(frame.filename).name}:{frame.lineno}"
    return Failure(UnexpectedError, f"{type(error).__name__} at {place}")


def _nearest_to_deletion(plan: FlowPlan) -> float:
    return plan.next_span.start.timestamp() if plan.next_span else float("inf")
