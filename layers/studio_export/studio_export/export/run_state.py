"""Open a Flow's plan and save its checkpoint, for a run and for a replay."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

from studio_export.export import ages, hints
from studio_export.export.flow_plan import FlowPlan
from studio_export.export.freshness import DEFAULT_FRESHNESS, Freshness
from studio_export.model import Checkpoint, Replay, Span
from studio_export.ports import Checkpoints, Clock
from studio_export.summary import FlowSummary

_GRACE_PERIOD = timedelta(seconds=5)  # a lease ends this long after its owner's deadline


class RunState(Protocol):
    def open(self, flow_sid: str) -> FlowPlan | None:
        """Return the Flow's plan; None if another run holds its lease."""
        ...

    def save(self, plan: FlowPlan, *, release: bool) -> bool:
        """Save the checkpoint; return False if another run took the lease."""
        ...

    def summary(self, plan: FlowPlan) -> FlowSummary: ...


@dataclass(frozen=True, slots=True)
class ScheduledRun:
    """Plans from the stored checkpoints, each under a lease.

    The clock is read once per Flow, when its plan is opened: the end of the work must not move.
    """

    checkpoints: Checkpoints
    clock: Clock
    owner: str
    deadline: float
    scale: tuple[int, ...]
    lookback_seconds: int
    freshness: Freshness = DEFAULT_FRESHNESS

    def open(self, flow_sid: str) -> FlowPlan | None:
        now = self.clock.now().replace(microsecond=0)
        remaining = timedelta(seconds=self.deadline - self.clock.monotonic())
        lease_end = now + remaining + _GRACE_PERIOD
        checkpoint = self.checkpoints.acquire(flow_sid, self.owner, now, lease_end)
        if checkpoint is None:
            return None
        known = hints.begin(checkpoint, now)
        scale = self.scale if hints.are_blind(known.hints) else ages.thin(self.scale)
        begun = ages.initialize(known, scale, now, self.lookback_seconds)
        begun = hints.after_head_moved(begun, known)
        is_measured = bool(checkpoint.spans)
        return FlowPlan(flow_sid, now, begun, self.freshness, is_measured=is_measured)

    def save(self, plan: FlowPlan, *, release: bool) -> bool:
        return self.checkpoints.save(plan.flow_sid, self.owner, plan.checkpoint, release=release)

    def summary(self, plan: FlowPlan) -> FlowSummary:
        return plan.summary()


@dataclass(frozen=True, slots=True)
class ReplayRun:
    """A replay's plans: one cursor that is not saved, and no lease.

    A replay is planned as a Flow with the single age 0, with `now` at the end of the range. Its
    first listing is the whole range, as a new Flow's is.
    """

    replay: Replay

    def open(self, flow_sid: str) -> FlowPlan:
        span = Span(self.replay.start_of(flow_sid), self.replay.span.stop)
        checkpoint = Checkpoint(cursors={0: span.start}, spans={0: span.seconds})
        return FlowPlan(flow_sid, span.stop, checkpoint, is_measured=False)

    def save(self, plan: FlowPlan, *, release: bool) -> bool:  # noqa: ARG002  nothing to save
        return True

    def summary(self, plan: FlowPlan) -> FlowSummary:
        return replace(
            plan.summary(),
            head_lag_seconds=None,
            headroom_seconds=None,
            overdue_seconds=None,
            swept_to=plan.checkpoint.cursors[0],
        )
