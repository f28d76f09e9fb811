"""Decide when a day is compacted, and count its parts. Pure.

A day is compacted twice. The first part has the Executions that ended within two days after the
day, and the second those that ended later. Parts share no row, so a reader of all parts reads each
final line once, at any time.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from studio_export.log.part_keys import Kind, parse_part_key
from studio_export.model import KEPT_DAYS, RETENTION_SECONDS

# From the end of the day, so that every Execution of the day has this age.
_YOUNG = timedelta(days=2)
# Then Twilio has deleted every Execution of the day, and no listing can add a line. The hour is for
# a sweep that is in progress, and for clocks.
_GROWING = timedelta(seconds=RETENTION_SECONDS, hours=1)


class Stage(StrEnum):
    """The stage of a day.

    The logs of a growing day may get final lines. A waiting one lacks Steps or Contexts of some.
    """

    YOUNG = "young"
    GROWING = "growing"
    WAITING = "waiting"
    COMPLETE = "complete"


@dataclass(slots=True)
class Parts:
    """The parts of a day.

    Attributes:
        lines: the numbers of the parts as JSON lines.
        parquet: the numbers of the parts as Parquet.
        flat: the same, with a row for each Step.
        complete: the part counts of the day's markers.
    """

    lines: set[int] = field(default_factory=set)
    parquet: set[int] = field(default_factory=set)
    flat: set[int] = field(default_factory=set)
    complete: set[int] = field(default_factory=set)

    def of(self, kind: Kind) -> set[int]:
        """Return the numbers of one form."""
        return {
            Kind.LINES: self.lines,
            Kind.PARQUET: self.parquet,
            Kind.FLAT: self.flat,
            Kind.COMPLETE: self.complete,
        }[kind]

    @property
    def all_there(self) -> bool:
        return len(self.lines) in self.complete


def stage_of(day: str, now: datetime) -> Stage:
    """Return the stage of a day by its age alone: it waits for nothing."""
    if now < ripe(day):
        return Stage.YOUNG
    return Stage.GROWING if now < complete_from(day) else Stage.COMPLETE


def ripe(day: str) -> datetime:
    """Return when the day may be compacted for the first time."""
    return _end(day) + _YOUNG


def complete_from(day: str) -> datetime:
    return _end(day) + _GROWING


def is_due(day: str, parts: Parts, now: datetime) -> bool:
    """Whether a scheduled run compacts the day."""
    stage = stage_of(day, now)
    if stage is Stage.YOUNG:
        return False
    return not (parts.lines if stage is Stage.GROWING else parts.all_there)


def parts_by_day(names: Iterable[str]) -> dict[str, Parts]:
    """Group the keys of one dataset's compacted days by day. Other keys are skipped."""
    days: dict[str, Parts] = {}
    for name in names:
        if key := parse_part_key(name):
            days.setdefault(key.day, Parts()).of(key.kind).add(key.number)
    return days


def is_day(text: str) -> bool:
    try:
        return str(date.fromisoformat(text)) == text
    except ValueError:
        return False


def _end(day: str) -> datetime:
    """Return the first instant after the day."""
    return datetime.fromisoformat(f"{day}T00:00:00+00:00") + timedelta(days=1)


def days_between(first: date, stop: date) -> list[str]:
    return [str(first + timedelta(days=n)) for n in range((stop - first).days)]


def recent_days(now: datetime) -> list[str]:
    """Return the days that a scheduled run checks, all younger than 35 days.

    After 35 days the bucket's lifecycle may have deleted logs.
    """
    today = now.astimezone(UTC).date()
    return days_between(today - timedelta(days=KEPT_DAYS - 1), today - _YOUNG)
