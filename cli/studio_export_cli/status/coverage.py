"""How much of what was to be listed by now was listed, of each day. Pure.

An age is late only if its range has been wide enough for a sweep for longer than the time that
ticks may be apart. So between two ticks a Flow that is well looks well.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from studio_export.export import ages
from studio_export.model import Span

DAYS = 30
_DAY = timedelta(days=1)

Cursors = Mapping[int, datetime]


def late(cursors: Cursors, now: datetime, patience_seconds: int) -> dict[int, Span]:
    """The range of each age that should have been listed already."""
    wanted = _wanted(cursors, now, patience_seconds)
    return {
        age: Span(cursor, ages.instant_at_age(now, age))
        for age, cursor in cursors.items()
        if cursor < wanted[age]
    }


def coverage(cursors: Cursors, now: datetime, patience_seconds: int) -> dict[date, float | None]:
    """For each of the last 30 days, its ages that are done as a share of those that have come.

    None for a day of which nothing has come yet. What the newest age of a day has listed in part
    counts in part.
    """
    wanted = _wanted(cursors, now, patience_seconds)
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    days = [today - n * _DAY for n in reversed(range(DAYS))]
    return {day.date(): _share(cursors, wanted, day) for day in days}


def _wanted(cursors: Cursors, now: datetime, patience_seconds: int) -> dict[int, datetime]:
    """Up to where each age should be, at the least."""
    head = min(cursors)
    return {
        age: ages.instant_at_age(now, age + ages.min_range_seconds(age, head) + patience_seconds)
        for age in cursors
    }


def _share(cursors: Cursors, wanted: Cursors, day: datetime) -> float | None:
    come = sum(_overlap(day, wanted[age]) for age in cursors)
    if not come:
        return None
    return sum(_overlap(day, min(cursors[age], wanted[age])) for age in cursors) / come


def _overlap(day: datetime, until: datetime) -> float:
    """Seconds of the day that lie before an instant."""
    return max(0.0, (min(until, day + _DAY) - day).total_seconds())
