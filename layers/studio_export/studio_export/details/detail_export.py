"""The use case: write Steps, Contexts and Flow revisions for what `executions/` has.

It runs after every sweep of a run, in the time that is left, so no new Execution waits for it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import chain

from studio_export.details import backlog
from studio_export.details.backlog import Undone
from studio_export.details.child_log import ChildLog
from studio_export.details.dependencies import Dependencies
from studio_export.details.detail_run import DetailRun, Job
from studio_export.details.parent_export import export_parent
from studio_export.errors import StudioExportError, failure_of
from studio_export.log import keys
from studio_export.log.keys import LogKey
from studio_export.model import Replay
from studio_export.shard import ALL_FLOWS, Shard
from studio_export.summary import DetailSummary
from studio_export.workers import OpenPool, worker_pool

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class DetailExport:
    """The export of details and its dependencies.

    Attributes:
        folders: those of the datasets that are exported.
        flow_sids: the Flows whose details are exported; empty for all.
        since: Executions created earlier are left alone; None for no limit.
        period_seconds: how often a scheduled run comes; None to look at every day in each run.
    """

    dependencies: Dependencies
    folders: tuple[str, ...]
    concurrency: int
    flow_sids: Collection[str] = ()
    since: datetime | None = None
    period_seconds: int | None = None
    on_wait: Callable[[str, float], None] = lambda _reason, _seconds: None
    worker_pool: OpenPool = worker_pool
    # A hint of a warm process: days that had work left are looked at again in the shard's next run.
    _unfinished_days: defaultdict[Shard, set[str]] = field(default_factory=lambda: defaultdict(set))

    def export(
        self, deadline: float, replay: Replay | None = None, shard: Shard = ALL_FLOWS
    ) -> DetailSummary:
        """Write what is due of a shard's Flows until the deadline, of `Clock.monotonic`.

        Of a replay, look at its hours alone, and at objects that have their mark, too.
        """
        now = self.dependencies.clock.now()
        try:
            found = self._found_in(replay, now, shard) if replay else self._found(now, shard)
            jobs = self._jobs(backlog.due(found, now, self.since))
        except StudioExportError as error:
            return DetailSummary(error=failure_of(error))
        clock, manners = self.dependencies.clock, self.dependencies.manners
        run = DetailRun(jobs, clock, manners, self.on_wait, deadline)
        with self.worker_pool(self.concurrency) as pool:
            run.run(pool)
        young = [undone for undone in found if not undone.is_settled(now)]
        if not replay:
            unfinished = (*young, *(job.undone for job in run.left))
            self._unfinished_days[shard] = {undone.parent.day for undone in unfinished}
        return replace(run.summary(now), objects_young=len(young))

    def _days(self, now: datetime, shard: Shard) -> list[str]:
        every_day = backlog.all_days(now)
        if self.period_seconds is None:
            return every_day
        days = {*backlog.days_of_run(now, self.period_seconds), *self._unfinished_days[shard]}
        return [day for day in every_day if day in days]

    def _found(self, now: datetime, shard: Shard) -> list[Undone]:
        days = self._days(now, shard)
        return list(chain.from_iterable(self._undone(day, shard) for day in days))

    def _found_in(self, replay: Replay, now: datetime, shard: Shard) -> list[Undone]:
        """Return the objects of a replay's hours, whether they have marks or not."""
        span, sids = replay.span, replay.flow_sids
        first, last = span.start.date().isoformat(), span.stop.date().isoformat()
        return [
            undone
            for day in backlog.all_days(now)
            if first <= day <= last
            for undone in self._undone(day, shard, marks=False)
            if undone.began < span.stop
            and undone.began + _HOUR > span.start
            and (not sids or undone.parent.flow_sid in sids)
        ]

    def _undone(self, day: str, shard: Shard, *, marks: bool = True) -> list[Undone]:
        store = self.dependencies.store
        found = backlog.undone(store, self.folders, day, self.flow_sids, marks=marks)
        return [undone for undone in found if shard.includes(undone.parent.flow_sid)]

    def _jobs(self, due: Sequence[Undone]) -> list[Job]:
        children = self._children({undone.parent.day for undone in due})
        return [self._job(undone, children) for undone in due]

    def _children(self, days: Collection[str]) -> Mapping[tuple[str, LogKey], list[str]]:
        """List the children of these days, by dataset and parent."""
        found: defaultdict[tuple[str, LogKey], list[str]] = defaultdict(list)
        for day in sorted(days):
            for folder in self.folders:
                if folder != keys.FLOW_REVISIONS:
                    for key in self.dependencies.store.list(keys.day_folder(folder, day)):
                        if child := keys.parse_child_key(key):
                            found[folder, child.parent].append(key)
        return found

    def _job(self, undone: Undone, children: Mapping[tuple[str, LogKey], list[str]]) -> Job:
        parent = undone.parent
        logs = {
            folder: ChildLog(folder, parent, children.get((folder, parent), ()))
            for folder in undone.folders
        }
        return Job(undone, partial(export_parent, self.dependencies, undone, logs))
