"""A tick and a replay: which Flows, in which order, how many sweeps at once, and until when."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import randrange

from studio_export.errors import DeadlineExceededError
from studio_export.export.run_state import ReplayRun, RunState, ScheduledRun
from studio_export.export.scheduler import Scheduler
from studio_export.export.sweep import Sweeper
from studio_export.export.workers import OpenPool, worker_pool
from studio_export.model import FlowSummary, Replay, Summary
from studio_export.ports import Checkpoints
from studio_export.twilio.listing import FlowList, list_flows

_CLOSING_SECONDS = 5.0  # kept to give leases back and to say what was done


def _unheard(_: FlowSummary) -> None:
    """Nobody listens to the progress."""


def ready() -> None:
    """Nothing has to be there beforehand."""


@dataclass(frozen=True, slots=True)
class Exporter:
    """The export, with everything that it needs.

    `flow_sids` is empty for every Flow of the account, listed afresh each time; `concurrency` is
    how many sweeps run at once; `scale` are the ages at which an Execution is listed, in seconds;
    `progress` hears how far a Flow came, after each step; `hire` finds who runs them. `prepare`
    comes before all else, and raises if something is not there that it would want in the middle.
    `first` says with which of so many Flows to begin: where time is short, the last must not always
    be the same.
    """

    sweeper: Sweeper
    checkpoints: Checkpoints
    flow_sids: tuple[str, ...]
    scale: tuple[int, ...]
    lookback_seconds: int
    concurrency: int
    progress: Callable[[FlowSummary], None] = _unheard
    worker_pool: OpenPool = worker_pool
    prepare: Callable[[], object] = ready
    first: Callable[[int], int] = randrange

    def export(self, replay: Replay | None, owner: str, remaining_seconds: float) -> Summary:
        """Export what is due, or the range of a replay, as far as the remaining time goes.

        What is left of a tick is due at the next one. A replay touches no cursor and no lease, so
        any number may run at once. `holder` names this invocation in the leases.

        Raises:
            AccessDeniedError, ConfigurationError, UnavailableError, InvalidPageError: the Flows could not be
                listed, or `prepare` failed. What goes wrong later is told in the summary.
        """
        self.prepare()
        clock = self.sweeper.clock
        closing = min(_CLOSING_SECONDS, remaining_seconds / 10)
        deadline = clock.monotonic() + remaining_seconds - closing
        run_state: RunState
        if replay:
            run_state, sids = ReplayRun(replay), replay.flow_sids or self.flow_sids
        else:
            run_state, sids = self._scheduled_run(owner, deadline), self.flow_sids
        try:
            flows = FlowList(sids) if sids else list_flows(self.sweeper.source, deadline)
        except DeadlineExceededError as error:
            return Summary(flows=(), out_of_time=True, listing=error.counts)
        invocation = Scheduler(self.sweeper, run_state, self.concurrency, deadline, self.progress)
        with self.worker_pool(self.concurrency) as crew:
            summary = invocation.run(flows.sids, crew, self.first(len(flows.sids) or 1))
        return replace(summary, listing_errors=tuple(error.told for error in flows.failures))

    def _scheduled_run(self, owner: str, deadline: float) -> ScheduledRun:
        return ScheduledRun(
            self.checkpoints,
            self.sweeper.clock,
            owner,
            deadline,
            self.scale,
            self.lookback_seconds,
        )
