"""What several commands print: the lines of a summary, quantities and durations. Pure."""

from collections.abc import Iterator
from dataclasses import replace

from studio_export.function.result import error_lines
from studio_export.log.keys import EXECUTIONS, REJECTED
from studio_export.summary import Counts, DetailSummary, FlowSummary, Summary
from studio_export_cli.flow_names import FlowNames

_UNITS = ((86_400, "d"), (3600, "h"), (60, "m"))


def flow_lines(summary: Summary, names: FlowNames) -> Iterator[str]:
    """A line for each Flow."""
    for flow in summary.flows:
        yield f"{names.cell(flow.flow_sid)}  {format_counts(_counts(flow))}{_format_state(flow)}"


def complaints(summary: Summary) -> list[str]:
    """What a person must look at, a line each: the errors, and records that were put aside."""
    lines = error_lines(summary)
    if rejected := summary.totals.rejected:
        lines.append(
            rejected_line(rejected, f"exported as lines. Look at the objects in {REJECTED}")
        )
    if not lines and not summary.complete:
        lines.append(f"{_work_left(summary)}. Run the command again.")
    return lines


def rejected_line(count: int, cannot_be: str) -> str:
    records = "1 record has" if count == 1 else f"{count:,} records have"
    return f"{records} no usable sid or date_created and cannot be {cannot_be}."


def _work_left(summary: Summary) -> str:
    if throttles := summary.totals.throttles:
        return f"work is left: Twilio throttled {quantity(throttles, 'request')} (HTTP 429)"
    if leased := [flow.flow_sid for flow in summary.flows if flow.leased]:
        return f"work is left: another run exports {', '.join(leased[:3])}"
    return "work is left: Twilio did not answer in time"


def total_line(summary: Summary) -> str:
    totals = sum((_counts(flow) for flow in summary.flows), Counts())
    return f"{quantity(len(summary.flows), 'Flow')}: {format_counts(totals)}"


def detail_lines(details: DetailSummary | None) -> Iterator[str]:
    """A line for what was exported beside Executions, if anything is."""
    if not details:
        return
    counts = details.counts
    text = f"Details: {quantity(counts.lines, 'line')} in {quantity(counts.objects, 'object')}"
    for number, noun in (
        (counts.steps, "Steps"),
        (counts.deleted, "deleted before their time"),
        (counts.expired, "expired before they could be read"),
        (counts.failed, "failed"),
        (counts.throttles, "times throttled"),
    ):
        if number:
            text += f", {number:,} {noun}"
    if details.objects_left:
        text += f"; {quantity(details.objects_left, 'object')} of {EXECUTIONS} left"
    if details.objects_young:
        text += f"; {quantity(details.objects_young, 'object')} wait until they are 10 minutes old"
    yield text


def quantity(count: int, noun: str) -> str:
    """`1 Flow`, `1,200 Flows`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def format_duration(seconds: float) -> str:
    """`47s`, `15m`, `3h`, `29d`: the largest unit of which there are two, or one exactly."""
    for size, unit in _UNITS:
        if seconds >= 2 * size or seconds == size:
            return f"{seconds / size:.0f}{unit}"
    return f"{seconds:.0f}s"


def _counts(flow: FlowSummary) -> Counts:
    # To a replay each sweep is the last one, so it cannot know what will still end.
    return replace(flow.counts, unfinished=0) if flow.swept_to else flow.counts


def format_counts(counts: Counts) -> str:
    lines, objects = quantity(counts.lines, "line"), quantity(counts.objects, "object")
    text = f"{lines} ({counts.ended:,} ended) in {objects}"
    for number, noun in (
        (counts.throttles, "times throttled"),
        (counts.rejected, "rejected"),
        (counts.unfinished, "still active at their last sweep"),
    ):
        if number:
            text += f", {number:,} {noun}"
    return text


def _format_state(flow: FlowSummary) -> str:
    if flow.error:
        return "; failed"
    if flow.leased:
        return "; another run exports this Flow"
    if flow.still_due:
        return "; some work is still due"
    if flow.head_lag_seconds is not None:
        return f"; up to {format_duration(flow.head_lag_seconds)} ago"
    return ""
