"""Where a Flow's work comes from, and where its checkpoint goes: for a tick and for a replay."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

from studio_export.export import ages
from studio_export.export.flow_plan import FlowPlan
from studio_export.model import Checkpoint, FlowSummary, Replay
from studio_export.ports import Checkpoints, Clock

_GRACE = timedelta(seconds=5)  # the lease outlives its holder's deadline by this


class RunState(Protocol):
    def open(self, flow_sid: str) -> FlowPlan | None:
        """The Flow's work; None if another invocation does it."""
        ...

    def save(self, work: FlowPlan, *, release: bool) -> bool:
        """Keep the checkpoint; False if another invocation took the work over."""
        ...

    def summary(self, work: FlowPlan) -> FlowSummary: ...


@dataclass(frozen=True, slots=True)
class ScheduledRun:
    """Work from the checkpoint table, under a lease.

    `now` is taken once per Flow, when it is opened: a sweep must not chase the clock.
    """

    checkpoints: Checkpoints
    clock: Clock
    owner: str
    deadline: float
    scale: tuple[int, ...]
    lookback_seconds: int

    def open(self, flow_sid: str) -> FlowPlan | None:
        now = self.clock.now().replace(microsecond=0)
        remaining = timedelta(seconds=self.deadline - self.clock.monotonic())
        checkpoint = self.checkpoints.acquire(flow_sid, self.owner, now, now + remaining + _GRACE)
        if checkpoint is None:
            return None
        return FlowPlan(
            flow_sid, now, ages.initialize(checkpoint, self.scale, now, self.lookback_seconds)
        )

    def save(self, work: FlowPlan, *, release: bool) -> bool:
        return self.checkpoints.save(work.flow_sid, self.owner, work.checkpoint, release=release)

    def summary(self, work: FlowPlan) -> FlowSummary:
        return work.summary()


@dataclass(frozen=True, slots=True)
class ReplayRun:
    """A range as it was asked for: one cursor that nobody keeps, and no lease.

    To the arithmetic of ages it is a Flow with the age 0 alone, seen at the end of the range.
    """

    replay: Replay

    def open(self, flow_sid: str) -> FlowPlan:
        span = self.replay.span
        checkpoint = Checkpoint(cursors={0: span.start}, spans={0: ages.FIRST_SPAN})
        return FlowPlan(flow_sid, span.stop, checkpoint)

    def save(self, work: FlowPlan, *, release: bool) -> bool:  # noqa: ARG002  nothing to keep
        return True

    def summary(self, work: FlowPlan) -> FlowSummary:
        return replace(
            work.summary(),
            head_lag_seconds=None,
            headroom_seconds=None,
            overdue_seconds=None,
            swept_to=work.checkpoint.cursors[0],
        )
