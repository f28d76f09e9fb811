"""The summary of a run, as lines or as JSON."""

from datetime import datetime

from studio_export.function.result import as_json as summary_as_json
from studio_export.instants import format_instant
from studio_export.summary import Summary
from studio_export_cli.flow_names import FlowNames
from studio_export_cli.output import complaints, detail_lines, flow_lines, total_line
from studio_export_cli.printing import print_errors, print_line, print_lines


def print_json(summary: Summary) -> None:
    print_lines([], summary_as_json(summary))
    print_errors(complaints(summary))


def print_summary(summary: Summary, names: FlowNames) -> None:
    """Print a line for each Flow, and the total."""
    print_lines((*flow_lines(summary, names), total_line(summary), *detail_lines(summary.details)))
    print_errors(complaints(summary))


def print_total(summary: Summary, finished: datetime) -> None:
    """Print one line for a run that others follow."""
    line = "; ".join((total_line(summary), *detail_lines(summary.details)))
    print_line(f"{format_instant(finished)}  {line}")
    print_errors(complaints(summary))
