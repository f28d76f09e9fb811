"""Parse the compactor's event, and turn its summary into JSON. Pure."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from studio_export.compaction.compaction_run import CompactionSummary
from studio_export.compaction.compactor import Day
from studio_export.compaction.days import is_day
from studio_export.errors import DaysFailedError, InvalidEventError, describe, failure_of


def parse_days(event: object) -> list[str] | None:
    """Return the event's days, ascending; None for every day that is due.

    Raises:
        InvalidEventError: the days are malformed.
    """
    if event is None:
        return None
    if not isinstance(event, Mapping):
        raise InvalidEventError("the event is not an object. Send an object, such as {}")
    if "days" not in event:
        _refuse_misspelt_days(event)
        return None
    days = event["days"]
    if not isinstance(days, list) or not all(isinstance(d, str) and is_day(d) for d in days):
        raise InvalidEventError("the event's 'days' must be a list of dates such as 2026-11-20")
    return sorted(set(days))


def _refuse_misspelt_days(event: Mapping[object, object]) -> None:
    """Refuse an event that was meant to name days."""
    if any(str(key).strip().lower() in {"days", "day"} for key in event):
        raise InvalidEventError("the event must name its days as 'days': a list of dates")


def check(summary: CompactionSummary) -> None:
    """Raise `DaysFailedError`, with every error, if a person must act."""
    failed = [f"{day.day}: {describe(failure_of(day.error))}" for day in summary.days if day.error]
    if failed:
        raise DaysFailedError("; ".join(failed))


def as_json(summary: CompactionSummary) -> dict[str, Any]:
    return {
        "complete": not summary.left and not any(day.error for day in summary.days),
        "left": summary.left,
        "days": [day_as_json(day) for day in summary.days],
    }


def day_as_json(day: Day) -> dict[str, Any]:
    done = asdict(day.done) if day.done else {}
    error = describe(failure_of(day.error)) if day.error else None
    place = {"dataset": day.folder.rstrip("/"), "day": day.day}
    return {**place, "stage": day.stage.value, **done, "error": error}
