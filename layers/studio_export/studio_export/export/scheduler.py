"""Schedule a run's sweeps: heads first, then spans nearest to deletion.

Only the calling thread plans and saves checkpoints. A pool runs up to `concurrency` sweeps at once.
"""

import traceback
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import PurePath
from typing import NamedTuple

from studio_export.errors import (
    AccessDeniedError,
    ConfigurationError,
    DeadlineExceededError,
    FlowNotFoundError,
    StudioExportError,
    UnexpectedError,
    failure_of,
)
from studio_export.export.flow_plan import FlowPlan
from studio_export.export.order import Order, SweepResult
from studio_export.export.run_state import RunState
from studio_export.export.sweep import ask, sweep
from studio_export.export.sweeper import Sweeper
from studio_export.summary import Counts, Failure, FlowSummary, Summary
from studio_export.workers import Task, WorkerPool

# So many failed listings, or so long, without one answer: Twilio fails, not what is listed.
_MAX_FRUITLESS = 12
_MAX_FRUITLESS_SECONDS = 120.0
# One errand that takes so long to fail ends the Flow's errands of the run: the ages need the time.
_MAX_OPTIONAL_SECONDS = 30.0


class _Sweep(NamedTuple):
    """One sweep, or one question; `started` is in seconds of `Clock.monotonic`."""

    plan: FlowPlan
    order: Order
    started: float


class Scheduler:
    """One run over many Flows. An instance is used once."""

    def __init__(
        self,
        sweeper: Sweeper,
        run_state: RunState,
        concurrency: int,
        deadline: float,
        progress: Callable[[FlowSummary], None] | None,
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
        # A refusal is one Flow's error, unless no listing of the run is answered.
        self._refusal: Failure | None = None
        self._answered = False
        self._fruitless = 0
        self._answered_at = sweeper.clock.monotonic()

    def run(
        self, flow_sids: Sequence[str], pool: WorkerPool[_Sweep, SweepResult], first: int = 0
    ) -> Summary:
        """Export the Flows in order, beginning with the one at index `first`."""
        self._waiting.extend((*flow_sids[first:], *flow_sids[:first]))
        self._sweep_all(pool)
        for plan in list(self._open.values()):
            self._close(plan)
        not_reached = {sid: FlowSummary(sid, still_due=1) for sid in self._waiting}
        summaries = {**self._summaries, **not_reached}
        stopped = self._stopped or (None if self._answered else self._refusal)
        return Summary(tuple(summaries[sid] for sid in flow_sids), stopped)

    def _sweep_all(self, pool: WorkerPool[_Sweep, SweepResult]) -> None:
        under_way = 0
        while True:
            while under_way < self._concurrency and (plan := self._next()):
                pool.start(self._task(plan))
                under_way += 1
            if not under_way:
                return
            done, outcome = pool.next_done()
            under_way -= 1
            self._finish(done, outcome)

    def _task(self, plan: FlowPlan) -> Task[_Sweep, SweepResult]:
        sweeper, watermarks, order = self._sweeper, plan.watermarks(), plan.start_next()
        run = (
            partial(ask, sweeper, plan.flow_sid, order, self._deadline)
            if order.asks
            else partial(sweep, sweeper, plan.flow_sid, order, watermarks, self._deadline)
        )
        return Task(_Sweep(plan, order, sweeper.clock.monotonic()), run)

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
        ready = (plan for plan in self._open.values() if plan.next_order)
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

    def _finish(self, done: _Sweep, outcome: SweepResult | BaseException) -> None:
        plan = done.plan
        took_seconds = self._sweeper.clock.monotonic() - done.started
        self._slowest_seconds = max(self._slowest_seconds, took_seconds)
        before = plan.checkpoint
        if isinstance(outcome, SweepResult):
            self._record(plan, done.order, outcome, took_seconds)
        elif isinstance(outcome, Exception):
            counts = outcome.counts if isinstance(outcome, StudioExportError) else Counts()
            plan.record_failure(done.order, self._failure(outcome), counts)
        else:
            raise outcome
        if plan.is_finished:
            self._close(plan)
        elif plan.checkpoint.cursors != before.cursors or plan.checkpoint.holes != before.holes:
            self._save(plan, release=False)  # hints alone are saved with the lease's release
        if self._progress:
            self._progress(self._run_state.summary(plan))

    def _record(
        self, plan: FlowPlan, order: Order, swept: SweepResult, took_seconds: float
    ) -> None:
        """Record a sweep's result, and decide by what failed whether the Flow goes on."""
        now = self._sweeper.clock.monotonic()
        if swept.counts.pages:
            self._answered, self._fruitless, self._answered_at = True, 0, now
        match swept.failure:
            case None:
                plan.record_result(order, swept)
            case AccessDeniedError() as error:  # a narrower span is refused too
                self._refusal = self._refusal or failure_of(error)
                plan.record_failure(order, failure_of(error), swept.counts)
            case FlowNotFoundError() as error:
                self._answered = True
                plan.record_failure(order, failure_of(error), swept.counts)
            case DeadlineExceededError():  # a quarter of the span may fit between two throttles
                plan.record_result(order, replace(swept, failure=None))
                plan.stop(None)
            case _ if plan.is_optional(order):
                plan.record_result(order, swept)
                self._answered_at += took_seconds  # it says nothing of the other listings
                if took_seconds > _MAX_OPTIONAL_SECONDS:
                    plan.give_up_errands()
            case error:  # Twilio may be able to answer for a quarter of the span
                self._fruitless += not swept.counts.pages
                plan.record_result(order, swept)
                silent_seconds = now - self._answered_at
                if self._fruitless >= _MAX_FRUITLESS or silent_seconds > _MAX_FRUITLESS_SECONDS:
                    plan.stop(failure_of(error))

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
    return plan.next_order.span.start.timestamp() if plan.next_order else float("inf")
