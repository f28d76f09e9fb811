"""The use case: export what is due, or replay a range, until a deadline."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import randrange
from typing import TYPE_CHECKING

from studio_export.errors import DeadlineExceededError, InvalidEventError, failure_of
from studio_export.export.freshness import DEFAULT_FRESHNESS, Freshness
from studio_export.export.run_state import ReplayRun, RunState, ScheduledRun
from studio_export.export.scheduler import Scheduler
from studio_export.export.sweeper import Sweeper
from studio_export.model import Replay
from studio_export.ports import Checkpoints
from studio_export.shard import ALL_FLOWS, Shard
from studio_export.summary import FlowSummary, Summary
from studio_export.twilio.listing import FlowList, list_flows
from studio_export.workers import OpenPool, worker_pool

if TYPE_CHECKING:  # wiring loads them where they are exported
    from studio_export.details.detail_export import DetailExport

_CLOSING_SECONDS = 5.0  # reserved for releasing the leases and returning the summary


def no_preparation() -> None:
    """Prepare nothing."""


@dataclass(frozen=True, slots=True)
class Exporter:
    """The export and its dependencies.

    Attributes:
        flow_sids: the Flows to export; empty for every Flow of the account, listed on each run.
        scale: the ages at which an Execution is listed, in seconds, ascending.
        concurrency: how many sweeps run at once.
        progress: called with a Flow's summary after each of its sweeps.
        worker_pool: opens the pool that runs the sweeps.
        prepare: called before anything else; raises if a later step would fail.
        details: exports Steps and Contexts after all sweeps; None if they are not exported.
        shard: the share of these Flows to export, and of their details.
        first: chooses the index of the first Flow. It is random by default, so that a run without
            enough time does not always leave out the same Flows.
    """

    sweeper: Sweeper
    checkpoints: Checkpoints
    flow_sids: tuple[str, ...]
    scale: tuple[int, ...]
    lookback_seconds: int
    concurrency: int
    freshness: Freshness = DEFAULT_FRESHNESS
    progress: Callable[[FlowSummary], None] | None = None
    worker_pool: OpenPool = worker_pool
    prepare: Callable[[], object] = no_preparation
    details: "DetailExport | None" = None
    shard: Shard = ALL_FLOWS
    first: Callable[[int], int] = randrange

    def export(self, replay: Replay | None, owner: str, remaining_seconds: float) -> Summary:
        """Export what is due, or the range of a replay, until the remaining time is used.

        Work that is left stays due for the next run. A replay changes no cursor and takes no
        lease, so any number of replays may run at once. `owner` identifies this run in the leases.

        Raises:
            AccessDeniedError, ConfigurationError, UnavailableError, InvalidPageError: the Flows
                could not be listed, `prepare` failed, or details are to be replayed that are not
                exported. The summary holds every later error.
        """
        self.prepare()
        clock = self.sweeper.clock
        closing = min(_CLOSING_SECONDS, remaining_seconds / 10)
        deadline = clock.monotonic() + remaining_seconds - closing
        if replay and replay.details:
            return self._replay_details(replay, deadline)
        run_state: RunState
        if replay:
            run_state, sids = ReplayRun(replay), replay.flow_sids or self.flow_sids
        else:
            run_state, sids = self._scheduled_run(owner, deadline), self.flow_sids
        try:
            flows = FlowList(sids) if sids else list_flows(self.sweeper.source, deadline)
        except DeadlineExceededError as error:
            return Summary(
                (),
                out_of_time=True,
                listing=error.counts,
                is_replay=bool(replay),
                shard=self.shard,
            )
        sids = tuple(filter(self.shard.includes, flows.sids))
        scheduler = Scheduler(self.sweeper, run_state, self.concurrency, deadline, self.progress)
        with self.worker_pool(self.concurrency) as pool:
            summary = scheduler.run(sids, pool, self.first(len(sids) or 1))
        failures = tuple(map(failure_of, flows.failures))
        summary = replace(
            summary,
            listing_failures=failures,
            is_replay=bool(replay),
            flow_names=flows.names,
            shard=self.shard,
        )
        if replay or summary.stopped or not self.details:
            return summary
        return replace(summary, details=self.details.export(deadline, shard=self.shard))

    def _replay_details(self, replay: Replay, deadline: float) -> Summary:
        if not self.details:
            raise InvalidEventError(
                "details are to be replayed, but DATASETS names executions alone. Add steps,"
                " contexts or flow-revisions to it."
            )
        details = self.details.export(deadline, replay, self.shard)
        return Summary((), is_replay=True, shard=self.shard, details=details)

    def _scheduled_run(self, owner: str, deadline: float) -> ScheduledRun:
        return ScheduledRun(
            self.checkpoints,
            self.sweeper.clock,
            owner,
            deadline,
            self.scale,
            self.lookback_seconds,
            self.freshness,
        )
