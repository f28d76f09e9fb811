"""The summary of a replay, as lines or as JSON, and what it proves. Pure."""

from collections.abc import Iterator
from typing import Any

from studio_export.function.result import as_json as summary_as_json
from studio_export.log.keys import EXECUTIONS
from studio_export.summary import DetailSummary, Summary
from studio_export_cli.flow_names import FlowNames
from studio_export_cli.output import detail_lines, flow_lines, quantity, total_line

NOTHING_MISSED = "Nothing was missed: each Execution that Twilio lists already has its line."


def nothing_missed(summary: Summary) -> bool:
    """Whether a replay proves that everything in its range was exported."""
    totals, details = summary.totals, summary.details
    if details and not _is_whole(details):
        return False
    return summary.complete and not (totals.lines or totals.rejected or totals.doubts)


def _is_whole(details: DetailSummary) -> bool:
    return not (details.counts.lines or details.objects_left or details.error)


def lines(summary: Summary, *, dry_run: bool) -> Iterator[str]:
    if summary.details:
        yield from detail_lines(summary.details)
        proof = "Nothing was missed: each ended Execution that was due already has its lines."
    else:
        yield from flow_lines(summary, FlowNames.of(summary.flow_names))
        yield total_line(summary)
        proof = NOTHING_MISSED
    if nothing_missed(summary):
        yield proof
    elif dry_run:
        yield "Nothing was written (--dry-run). A replay without it would write these lines."


def work_left(summary: Summary) -> Iterator[str]:
    """Say what a replay of details left; it may be due later, so that alone is no failure."""
    details = summary.details
    if details and details.objects_left:
        objects = quantity(details.objects_left, "object")
        verb = "lacks" if details.objects_left == 1 else "lack"
        yield f"work is left: {objects} of {EXECUTIONS} {verb} lines. Run the command again."


def as_json(summary: Summary, *, dry_run: bool) -> dict[str, Any]:
    summary_json = summary_as_json(summary) | {"nothing_missed": nothing_missed(summary)}
    return {**summary_json, "dry_run": True} if dry_run else summary_json
