"""The summary of a run, as lines or as JSON."""

from datetime import datetime

from studio_export.function.result import as_json as summary_as_json
from studio_export.instants import format_instant
from studio_export.summary import Summary
from studio_export_cli.output import complaints, detail_lines, flow_lines, total_line
from studio_export_cli.printing import print_errors, print_line, print_lines


def print_summary(summary: Summary, *, as_json: bool, finished: datetime | None = None) -> None:
    """Print it; of a run that finished and that others follow, the total alone."""
    if as_json:
        print_lines([], summary_as_json(summary))
    elif finished:
        line = "; ".join((total_line(summary), *detail_lines(summary.details)))
        print_line(f"{format_instant(finished)}  {line}")
    else:
        print_lines((*flow_lines(summary), total_line(summary), *detail_lines(summary.details)))
    print_errors(complaints(summary))
