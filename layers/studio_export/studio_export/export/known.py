"""Decide which records of a listing must be compared with the logs. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from studio_export.export import ages, hints
from studio_export.export.hints import DAY, Shown
from studio_export.model import Checkpoint, Span
from studio_export.twilio.record import ACTIVE, ENDED, Record

_HOUR = 3600
_NEW_LOG_SECONDS = 2 * _HOUR
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
        always: the range that is compared whatever the hints say; None for none.
    """

    watched: Sequence[int]
    totals: Mapping[int, int]
    head: int
    compared: Span | None
    always: Span | None

    def unknown(self, records: Sequence[Record], shown: Shown, listed: Span) -> Unknown:
        """Select from the records of a complete listing."""
        start, stop = hints.epoch(listed.start), hints.epoch(listed.stop)
        differing = set(hints.differing(self.watched, shown.active, listed))
        counts = hints.by_day(shown.created, start, self.head)
        vouched = {
            day
            for day, total in self.totals.items()
            if total == counts[day] and hints.covers(start, stop, day, self.head)
        }
        # If older ones are new to the hints, these were lost, and the logs may have everything.
        new_log = max(self.head, stop - _NEW_LOG_SECONDS)
        chosen: list[Record] = []
        hours: set[int] = set()
        used: set[int] = set()
        for record in records:
            second = hints.epoch(record.created)
            new = second >= self.head
            if not new:
                used.add(second // _HOUR)
            if (
                new
                or second in differing
                or record.status not in _KNOWN_STATUSES
                or _contains(self.always, record.created)
                or (_contains(self.compared, record.created) and second // DAY not in vouched)
            ):
                chosen.append(record)
                hours.add(second // _HOUR)
        empty = {
            datetime.fromtimestamp(hour * _HOUR, UTC).isoformat()[:13]
            for hour in hours - used
            if hour * _HOUR >= new_log or hour * _HOUR // DAY in vouched
        }
        return Unknown(chosen, frozenset(empty))


def known_of(checkpoint: Checkpoint, compared: Span | None, now: datetime) -> Known | None:
    """Return what the hints of a checkpoint vouch for; None compares everything."""
    watching = hints.usable(checkpoint)
    if watching is None:
        return None
    last = max(checkpoint.cursors)
    always = Span(checkpoint.cursors[last], ages.instant_at_age(now, last))
    head = hints.epoch(hints.head_of(checkpoint))
    return Known(watching.watched, watching.totals, head, compared, always)


def _contains(span: Span | None, instant: datetime) -> bool:
    return span is not None and span.start <= instant < span.stop
