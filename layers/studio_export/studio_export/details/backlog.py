"""Find the objects of `executions/` whose children are not all written, by listings alone.

A mark says that they are. It is a hint: who loses marks reads the children again.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from studio_export.log import keys
from studio_export.log.keys import LogKey
from studio_export.model import RETENTION_SECONDS
from studio_export.ports import DatedStore, Store

# The last Steps of an Execution may be listed after its end; nobody knows how soon.
SETTLED = timedelta(minutes=10)
# Twilio deletes an Execution 30 days after its start; the hour is for its clock and ours.
_CLOSED = timedelta(seconds=RETENTION_SECONDS, hours=1)
_KNOWN_DAYS = 34  # so many days back are looked at: three after the last one was closed
URGENT = timedelta(hours=72)
# Listing every older day at each run would cost more. But what the last sweep finds, Twilio deletes
# within a day, so hourly runs cannot look once in 24.
_MAX_RUNS_BETWEEN_LOOKS = 24
_MAX_SECONDS_BETWEEN_LOOKS = 6 * 3600
_DAY = timedelta(days=1)


class Undone(NamedTuple):
    """An object of `executions/`.

    Attributes:
        written: when it was put.
        folders: those of the datasets that lack its mark.
    """

    parent: LogKey
    key: str
    written: datetime
    folders: tuple[str, ...]

    @property
    def began(self) -> datetime:
        """The hour in which its Executions began."""
        return datetime.fromisoformat(f"{self.parent.day}T{self.parent.hour}:00:00+00:00")

    def is_settled(self, now: datetime) -> bool:
        return now - self.written >= SETTLED

    def is_closed(self, now: datetime) -> bool:
        """Whether Twilio has deleted all that began on its day."""
        return now >= midnight(self.parent.day) + _DAY + _CLOSED

    def headroom(self, now: datetime) -> timedelta:
        """The time until Twilio deletes the first of its Executions."""
        return self.began + timedelta(seconds=RETENTION_SECONDS) - now


def midnight(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def all_days(now: datetime) -> list[str]:
    """Return the days, newest first, whose Executions may lack a line."""
    return [(now - age * _DAY).date().isoformat() for age in range(_KNOWN_DAYS)]


def forgotten_from(day: str) -> datetime:
    """Return when no run and no replay writes a line of the day any more.

    The hour is for one that is in progress.
    """
    return midnight(day) + _KNOWN_DAYS * _DAY + timedelta(hours=1)


def runs_between_looks(period_seconds: int) -> int:
    """Return n: every nth run looks at a day before yesterday, at least once in six hours."""
    within = _MAX_SECONDS_BETWEEN_LOOKS // period_seconds
    return min(_MAX_RUNS_BETWEEN_LOOKS, max(1, within))


def days_of_run(now: datetime, period_seconds: int) -> list[str]:
    """Return the days to look at in one of the runs that come every `period_seconds`.

    Today and yesterday are looked at in each run, every older day in one of several.
    """
    run = int(now.timestamp()) // period_seconds
    today, yesterday, *older = all_days(now)
    several = runs_between_looks(period_seconds)
    turn = [day for day in older if (run + midnight(day).toordinal()) % several == 0]
    return [today, yesterday, *turn]


def undone(
    store: DatedStore,
    folders: Sequence[str],
    day: str,
    flow_sids: Collection[str] = (),
    *,
    marks: bool = True,
) -> list[Undone]:
    """List the day's objects that lack the mark of a dataset; without `marks`, all objects."""
    done = {folder: marked(store, folder, day) if marks else frozenset() for folder in folders}
    found = []
    for key, written in store.written(keys.logs_folder(day)):
        parent = keys.parse_log_key(key)
        if parent is None or (flow_sids and parent.flow_sid not in flow_sids):
            continue
        without = tuple(folder for folder in folders if parent not in done[folder])
        if without:
            found.append(Undone(parent, key, written, without))
    return found


def due(found: Iterable[Undone], now: datetime, since: datetime | None = None) -> list[Undone]:
    """Return those that were written long enough ago, the first to do first.

    The newest day comes first, so that analysts see today during a backfill; but while the oldest
    is about to be deleted, the oldest comes first.
    """
    settled = [
        each for each in found if each.is_settled(now) and (since is None or each.began >= since)
    ]
    urgent = any(each.headroom(now) < URGENT for each in settled if not each.is_closed(now))
    if urgent:
        return sorted(settled, key=lambda each: each.key)
    return sorted(settled, key=lambda each: (each.parent.day, each.key), reverse=True)


def marked(store: Store, folder: str, day: str = "") -> frozenset[LogKey | None]:
    """List the objects that have the mark of a dataset, of one day or of all."""
    return frozenset(map(keys.parse_done_key, store.list(keys.done_folder(folder, day))))
