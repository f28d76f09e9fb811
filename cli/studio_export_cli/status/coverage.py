"""The share of each day that was listed, of what should be listed by now. Pure.

An age is late only if its sweep has been due for longer than the grace period. With a grace period
of the time between two runs, a healthy Flow is never late.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from studio_export.export import ages
from studio_export.model import Span

DAYS = 30
_DAY = timedelta(days=1)

Cursors = Mapping[int, datetime]


def late(cursors: Cursors, now: datetime, grace_seconds: int) -> dict[int, Span]:
    """Return the range that each late age should have listed already."""
    due_until = _due_until(cursors, now, grace_seconds)
    return {
        age: Span(cursor, ages.instant_at_age(now, age))
        for age, cursor in cursors.items()
        if cursor < due_until[age]
    }


def coverage(cursors: Cursors, now: datetime, grace_seconds: int) -> dict[date, float | None]:
    """Return for each of the last 30 days the share of its due listings that are done.

    None for a day that has no due listing yet. A listing that covers a part of the day counts in
    part.
    """
    due_until = _due_until(cursors, now, grace_seconds)
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    days = [today - n * _DAY for n in reversed(range(DAYS))]
    return {day.date(): _share(cursors, due_until, day) for day in days}


def _due_until(cursors: Cursors, now: datetime, grace_seconds: int) -> dict[int, datetime]:
    """Return the instant up to which each age should be listed."""
    head = min(cursors)
    return {
        age: ages.instant_at_age(now, age + ages.min_range_seconds(age, head) + grace_seconds)
        for age in cursors
    }


def _share(cursors: Cursors, due_until: Cursors, day: datetime) -> float | None:
    due = sum(_overlap(day, due_until[age]) for age in cursors)
    if not due:
        return None
    return sum(_overlap(day, min(cursors[age], due_until[age])) for age in cursors) / due


def _overlap(day: datetime, until: datetime) -> float:
    """Count the seconds of the day before an instant."""
    return max(0.0, (min(until, day + _DAY) - day).total_seconds())
