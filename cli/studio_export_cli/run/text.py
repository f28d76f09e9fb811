"""The summary of a run, as lines or as JSON."""

import json
from datetime import datetime

import typer

from studio_export.function.result import as_json as summary_as_json
from studio_export.instants import format_instant
from studio_export.summary import Summary
from studio_export_cli import options
from studio_export_cli.output import complaints, flow_lines, total_line


def print_summary(summary: Summary, *, as_json: bool, finished: datetime | None = None) -> None:
    """Print it; of a run that finished and that others follow, the total alone."""
    if as_json:
        typer.echo(json.dumps(summary_as_json(summary)))
    elif finished:
        typer.echo(f"{format_instant(finished)}  {total_line(summary)}")
    else:
        for line in (*flow_lines(summary), total_line(summary)):
            typer.echo(line)
    for line in complaints(summary):
        options.print_error(line)
