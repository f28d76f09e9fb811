"""Decide which records of a listing must be compared with the logs. Pure."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from studio_export.export import ages, hints
from studio_export.export.ages import DAY, HOUR
from studio_export.export.hints import Shown
from studio_export.instants import from_epoch, to_epoch
from studio_export.model import Checkpoint, Span
from studio_export.twilio.record import ACTIVE, ENDED, Record

_NEW_LOG_SECONDS = 2 * HOUR
# The hints know only who has ended: a change to another status is seen by comparing.
_KNOWN_STATUSES = (ACTIVE, ENDED)


class Unknown(NamedTuple):
    """The records to compare, and the hours (`2026-11-23T14`) whose logs should be empty."""

    records: Sequence[Record]
    empty_hours: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Known:
    """What the hints vouch for.

    Attributes:
        head: the head cursor of the hints, in epoch seconds. What was created later is new.
        compared: the range whose records are compared, unless their day has as many as before.
        always: the range that is due at the last age. Where it overlaps `compared`, records are
            compared whatever the hints say. The rest of it stays due.
    """

    watched: Sequence[int]
    totals: Mapping[int, int]
    head: int
    compared: Span | None
    always: Span

    def unknown(self, records: Sequence[Record], shown: Shown, listed: Span) -> Unknown:
        """Select from the records of a complete listing."""
        start, stop = to_epoch(listed.start), to_epoch(listed.stop)
        vouched = self._vouched_days(shown, start, stop)
        chosen, hours, used = records, hints.hours(shown.created), set[int]()
        # In a backfill all are new: looking at each of them took 0.4 us a record.
        old = shown.created[: bisect_left(shown.created, from_epoch(self.head))]
        if old:
            differing = frozenset(hints.differing(self.watched, shown.active, listed))
            chosen = [each for each in records if self._is_unknown(each, differing, vouched)]
            hours = hints.hours(sorted(record.created for record in chosen))
            used = hints.hours(old)
        # If older ones are new to the hints, these were lost, and the logs may have everything.
        new_log = max(self.head, stop - _NEW_LOG_SECONDS)
        empty = [
            hour for hour in hours - used if hour * HOUR >= new_log or hour * HOUR // DAY in vouched
        ]
        names = (from_epoch(hour * HOUR).isoformat()[:13] for hour in empty)
        return Unknown(chosen, frozenset(names))

    def _vouched_days(self, shown: Shown, start: int, stop: int) -> frozenset[int]:
        """Return the days that the listing shows as a whole, with as many Executions as before."""
        counts = hints.by_day(shown.created, start, self.head)
        return frozenset(
            day
            for day, total in self.totals.items()
            if total == counts[day] and hints.covers(start, stop, day, self.head)
        )

    def _is_unknown(
        self, record: Record, differing: frozenset[int], vouched: frozenset[int]
    ) -> bool:
        second = to_epoch(record.created)
        return (
            second >= self.head
            or second in differing
            or record.status not in _KNOWN_STATUSES
            or (
                _contains(self.compared, record.created)
                and (second // DAY not in vouched or _contains(self.always, record.created))
            )
        )


def known_of(checkpoint: Checkpoint, compared: Span | None, now: datetime) -> Known | None:
    """Return what the hints of a checkpoint vouch for; None compares everything."""
    watching = hints.usable(checkpoint)
    if watching is None:
        return None
    last = max(checkpoint.cursors)
    always = Span(checkpoint.cursors[last], ages.instant_at_age(now, last))
    head = to_epoch(checkpoint.head)
    return Known(watching.watched, watching.totals, head, compared, always)


def _contains(span: Span | None, instant: datetime) -> bool:
    return span is not None and span.start <= instant < span.stop
