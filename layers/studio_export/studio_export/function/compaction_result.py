"""Parse the compactor's event, and turn its summaries into JSON. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import chain
from typing import Any

from studio_export.compaction.account_runs import AccountSummary
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


def check(summaries: Iterable[AccountSummary]) -> None:
    """Raise every error if a person must act.

    Raises:
        DaysFailedError: a day failed, or one of many accounts.
        StudioExportError: what ended the run of the only account.
    """
    failed = [*chain.from_iterable(map(_failures, summaries))]
    if failed:
        raise DaysFailedError("; ".join(failed))


def _failures(done: AccountSummary) -> Iterator[str]:
    if done.error and done.account is None:
        raise done.error
    name = f"{done.account}: " if done.account else ""
    if done.error:
        yield f"{name}{describe(failure_of(done.error))}"
    for day in done.summary.days:
        if day.error:
            yield f"{name}{day.day}: {describe(failure_of(day.error))}"


def answer(summaries: Sequence[AccountSummary]) -> dict[str, Any]:
    """Return the result of the invocation: that of the only account, or all by their names."""
    results = {each.account: as_json(each) for each in summaries}
    if None in results:
        return results[None]
    return {
        "complete": all(result["complete"] for result in results.values()),
        "left": sum(result["left"] for result in results.values()),
        "accounts": results,
    }


def as_json(done: AccountSummary) -> dict[str, Any]:
    summary = done.summary
    failed = done.error or any(day.error for day in summary.days)
    return {
        "complete": not summary.left and not failed,
        "left": summary.left,
        "days": [day_as_json(day) for day in summary.days],
        **({"error": describe(failure_of(done.error))} if done.error else {}),
    }


def day_as_json(day: Day) -> dict[str, Any]:
    done = asdict(day.done) if day.done else {}
    error = describe(failure_of(day.error)) if day.error else None
    place = {"dataset": day.folder.rstrip("/"), "day": day.day}
    return {**place, "stage": day.stage.value, **done, "error": error}
