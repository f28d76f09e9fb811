"""`daily/`: the names of its objects, and when a day may be compacted. Pure.

A day is compacted twice: in its first part is what had ended two days after the day, and in its
second what ended later. Parts of a day are numbered like a log, each put if absent, and share no
row; so whoever reads all of them reads each final line once, at any time.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from studio_export.log import keys

# Counted from the end of the day: all of its Executions are as old, then.
_YOUNG = timedelta(days=2)
# Twilio has deleted the last of them after 30 days, so no listing can show another line. An hour
# more for what was listed just before, and for clocks.
_GROWING = timedelta(days=30, hours=1)


class Stage(StrEnum):
    """How far a day is. Young: not compacted. Growing: its logs may get more final lines."""

    YOUNG = "young"
    GROWING = "growing"
    COMPLETE = "complete"


@dataclass(slots=True)
class Parts:
    """What `daily/` has of a day: the numbers of its parts as JSON lines, and as Parquet.

    `complete` are numbers of parts of which it was said that they are all.
    """

    lines: set[int] = field(default_factory=set)
    parquet: set[int] = field(default_factory=set)
    complete: set[int] = field(default_factory=set)

    @property
    def without_parquet(self) -> set[int]:
        """The parts that are not there as Parquet."""
        return self.lines - self.parquet

    @property
    def all_there(self) -> bool:
        return len(self.lines) in self.complete


def stage_of(day: str, now: datetime) -> Stage:
    if now < ripe(day):
        return Stage.YOUNG
    return Stage.GROWING if now < complete_from(day) else Stage.COMPLETE


def ripe(day: str) -> datetime:
    """When it may be compacted for the first time."""
    return _end(day) + _YOUNG


def complete_from(day: str) -> datetime:
    return _end(day) + _GROWING


def is_due(day: str, parts: Parts, now: datetime) -> bool:
    """Whether a run that is not asked for this day in particular compacts it."""
    match stage_of(day, now):
        case Stage.YOUNG:
            return False
        case Stage.GROWING:
            return not parts.lines
        case Stage.COMPLETE:
            return not parts.all_there


def parts_by_day(names: Iterable[str]) -> dict[str, Parts]:
    """The parts that each day has, from the keys of compacted objects. Other keys are skipped."""
    days: dict[str, Parts] = {}
    for name in names:
        if key := keys.parse_part_key(name):
            parts = days.setdefault(key.day, Parts())
            {"lines": parts.lines, "parquet": parts.parquet, "complete": parts.complete}[
                key.kind
            ].add(key.number)
    return days


def is_day(text: str) -> bool:
    try:
        return str(date.fromisoformat(text)) == text
    except ValueError:
        return False


def _end(day: str) -> datetime:
    """The first instant after it."""
    return datetime.fromisoformat(f"{day}T00:00:00+00:00") + timedelta(days=1)


def days_between(first: date, stop: date) -> list[str]:
    return [str(first + timedelta(days=n)) for n in range((stop - first).days)]


def recent_days(now: datetime) -> list[str]:
    """The days that a scheduled run looks at: what may be compacted and is younger than 35 days.

    From then on, lifecycle may be at work on the logs.
    """
    today = now.astimezone(UTC).date()
    return days_between(today - timedelta(days=34), today - timedelta(days=2))
