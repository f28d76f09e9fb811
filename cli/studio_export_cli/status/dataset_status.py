"""The state of Steps, Contexts and Flow revisions, by listings alone."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from studio_export.detail_settings import DATASETS, DetailSettings
from studio_export.details import backlog
from studio_export.details.backlog import Undone
from studio_export.log import keys
from studio_export.ports import DatedStore


@dataclass(frozen=True, slots=True)
class DatasetStatus:
    """The state of a dataset beside Executions at `now`.

    Attributes:
        name: `steps`.
        objects: how many objects of `executions/` it follows, of the days that runs look at.
        undone: those of them that lack its mark, the newest day first.
    """

    name: str
    now: datetime
    objects: int
    undone: tuple[Undone, ...] = ()

    @property
    def due(self) -> list[Undone]:
        return backlog.due(self.undone, self.now)

    @property
    def done(self) -> int:
        return self.objects - len(self.undone)

    @property
    def not_due(self) -> int:
        """How many objects were written so recently that no run asks for their Steps yet."""
        return len(self.undone) - len(self.due)

    @property
    def oldest(self) -> Undone | None:
        """The due object with the oldest Executions."""
        return min(self.due, key=lambda each: each.key, default=None)

    @property
    def headroom_seconds(self) -> int | None:
        """The time until Twilio deletes the first of the oldest's; None if nothing is due."""
        oldest = self.oldest
        return max(0, int(oldest.headroom(self.now).total_seconds())) if oldest else None

    @property
    def ok(self) -> bool:
        headroom = self.headroom_seconds
        return headroom is None or headroom >= backlog.URGENT.total_seconds()


def dataset_statuses(
    store: DatedStore,
    now: datetime,
    details: DetailSettings | None,
    flow_sids: Collection[str] = (),
) -> list[DatasetStatus]:
    """Return each dataset that the settings name, or that has an object in the store.

    Raises:
        StudioExportError: the store raised it.
    """
    chosen = details.folders if details else ()
    marked = {name: backlog.marked(store, folder) for name, folder in DATASETS.items()}
    names = [
        name
        for name, folder in DATASETS.items()
        if folder in chosen or marked[name] or store.list(folder)
    ]
    if not names:
        return []
    since = details.since if details else None
    exported = details.flow_sids if details else ()
    found = [
        undone
        for day in backlog.all_days(now)
        for undone in backlog.undone(store, (keys.EXECUTIONS,), day, exported, marks=False)
        if (since is None or undone.began >= since)
        and (not flow_sids or undone.parent.flow_sid in flow_sids)
    ]
    return [
        DatasetStatus(
            name,
            now,
            len(found),
            tuple(each for each in found if each.parent not in marked[name]),
        )
        for name in names
    ]
