"""The summary of a replay, as lines or as JSON, and what it proves. Pure."""

from collections.abc import Iterator
from typing import Any

from studio_export.function.result import as_json as summary_as_json
from studio_export.summary import Summary
from studio_export_cli.output import flow_lines, total_line


def nothing_missed(summary: Summary) -> bool:
    """Whether a replay proves that everything that Twilio lists in its range was exported."""
    totals = summary.totals
    return summary.complete and not (totals.lines or totals.rejected or totals.doubts)


def lines(summary: Summary, *, dry_run: bool) -> Iterator[str]:
    yield from flow_lines(summary)
    yield total_line(summary)
    if nothing_missed(summary):
        yield "Nothing was missed: each Execution that Twilio lists already has its line."
    elif dry_run:
        yield "Nothing was written (--dry-run). A replay without it would write these lines."


def as_json(summary: Summary, *, dry_run: bool) -> dict[str, Any]:
    summary_json = summary_as_json(summary) | {"nothing_missed": nothing_missed(summary)}
    return {**summary_json, "dry_run": True} if dry_run else summary_json
