"""A replay of details by the deployed function: a day in as many invocations as it takes."""

from collections.abc import Iterable

from studio_export.errors import FlowsFailedError, UnavailableError, failure_of
from studio_export.instants import format_instant
from studio_export.model import Replay
from studio_export.summary import DetailCounts, DetailSummary, Summary
from studio_export_cli.replay.by_function import Invoke
from studio_export_cli.replay.event import event_of

_MAX_IDLE_INVOCATIONS = 3


def replay_details(invoke: Invoke, wanted: Replay) -> DetailSummary:
    """Invoke the function until nothing is left, or until it no longer writes anything.

    Raises:
        UnavailableError: Lambda killed the function, or the function is too old for the event.
        StudioExportError: `invoke` raised it; but the function's own failure is in the summary.
    """
    counts, idle = DetailCounts(), 0
    while True:
        try:
            answer = invoke(event_of(wanted))
        except FlowsFailedError as error:
            return DetailSummary(counts, error=failure_of(error))
        if answer is None:
            raise UnavailableError(
                f"the function timed out on {format_instant(wanted.span.start)}. Run the replay"
                " again: what was written is kept."
            )
        if answer.get("kind") != "replay" or "details" not in answer:
            raise UnavailableError(
                "the function does not know the event 'details', and did a run instead. Deploy"
                " this version of the stack, then replay."
            )
        details = answer["details"]
        known = {name: details[name] for name in DetailCounts.__dataclass_fields__}
        counts += DetailCounts(**known)
        idle = 0 if details["lines"] else idle + 1
        left = details["objects_left"]
        if not left or idle == _MAX_IDLE_INVOCATIONS:
            return DetailSummary(counts, left, details["objects_young"])


def total(days: Iterable[DetailSummary]) -> Summary:
    all_days = list(days)
    details = DetailSummary(
        sum((day.counts for day in all_days), DetailCounts()),
        sum(day.objects_left for day in all_days),
        sum(day.objects_young for day in all_days),
        error=next((day.error for day in all_days if day.error), None),
    )
    return Summary((), is_replay=True, details=details)
