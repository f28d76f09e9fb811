"""Which Steps, Contexts and Flow revisions `verify` looks at, and when their lines are due."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from studio_export.detail_settings import DATASETS, DetailSettings
from studio_export.details import backlog
from studio_export.details.backlog import Undone
from studio_export.details.parent_work import EMPTY_IS_FINAL
from studio_export.env_values import DEFAULT_PERIOD_SECONDS
from studio_export.log import keys
from studio_export.model import Span
from studio_export.ports import Store
from studio_export.shard import ALL_FLOWS, Shard


@dataclass(frozen=True, slots=True)
class DetailScope:
    """What is compared.

    Attributes:
        folders: those of the datasets.
        flow_sids: the Flows that are exported, and those that are asked for; empty for every Flow.
        shard: the share of these Flows.
        since: Executions created earlier are left alone; None for no limit.
        period_seconds: how often a run comes.
        grace_seconds: how long a run that is due may be late.
    """

    folders: tuple[str, ...]
    flow_sids: tuple[Collection[str], ...] = ()
    since: datetime | None = None
    shard: Shard = ALL_FLOWS
    period_seconds: int = DEFAULT_PERIOD_SECONDS
    grace_seconds: int = 0

    def includes(self, parent: Undone, span: Span) -> bool:
        """Whether an object is compared, by the hour of its Executions."""
        asked_for = self.since is None or parent.began >= self.since
        flow_sid = parent.parent.flow_sid
        of_flow = all(not sids or flow_sid in sids for sids in self.flow_sids)
        if not (of_flow and self.shard.includes(flow_sid)):
            return False
        return asked_for and span.start <= parent.began < span.stop

    def due(self, parent: Undone, now: datetime) -> datetime:
        """Return when every line of an object must be there, if runs succeed and catch up."""
        yesterday = (now - timedelta(days=1)).date().isoformat()
        each_run = parent.parent.day >= yesterday
        runs = 1 if each_run else backlog.runs_between_looks(self.period_seconds)
        seconds = runs * self.period_seconds + self.grace_seconds
        return parent.written + max(backlog.SETTLED, EMPTY_IS_FINAL) + timedelta(seconds=seconds)


def scope_of(
    store: Store,
    details: DetailSettings | None,
    days: Sequence[Span],
    flow_sids: Collection[str],
    grace_seconds: int,
) -> DetailScope:
    """Return the scope of the datasets that the settings name, or else of those with objects.

    Raises:
        StudioExportError: the store raised it.
    """
    if details is None:
        found = [folder for folder in DATASETS.values() if _has_objects(store, folder, days)]
        return DetailScope(tuple(found), (flow_sids,), grace_seconds=grace_seconds)
    return DetailScope(
        details.folders,
        (details.flow_sids, flow_sids),
        since=details.since,
        period_seconds=details.period_seconds or DEFAULT_PERIOD_SECONDS,
        grace_seconds=grace_seconds,
    )


def _has_objects(store: Store, folder: str, days: Sequence[Span]) -> bool:
    dates = [f"{span.start:%Y-%m-%d}" for span in days]
    return any(
        store.list(keys.done_folder(folder, day)) or store.list(keys.day_folder(folder, day))
        for day in dates
    )
