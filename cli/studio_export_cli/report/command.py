"""`studio-export report`: draw the export as one HTML page."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from studio_export.detail_settings import read_details
from studio_export.errors import ConfigurationError
from studio_export.model import Span
from studio_export.settings import environment
from studio_export_cli import options
from studio_export_cli.destination import Destination, open_destination
from studio_export_cli.heartbeat import Heartbeat
from studio_export_cli.interrupt import interruptible
from studio_export_cli.name_sources import stored_names
from studio_export_cli.options import Checkpoints, Grace, To, grace_seconds
from studio_export_cli.places import check_directory, parse_path, translated
from studio_export_cli.printing import print_line
from studio_export_cli.report.activity import Wanted, read_activity
from studio_export_cli.report.funnel import parse_stages
from studio_export_cli.report.page import Report, page
from studio_export_cli.status.flow_status import statuses

_CONCURRENCY = 8
_DAYS = timedelta(days=30)


def command(  # noqa: PLR0913  each is an option
    to: To,
    *,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="INSTANT",
            help="Take Executions created at this instant or later.  [default: 30 days ago]",
        ),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            metavar="INSTANT", help="Take Executions created before this instant.  [default: now]"
        ),
    ] = None,
    out: Annotated[str, typer.Option(metavar="DIR", help="Write report.html here.")] = "report",
    funnel: Annotated[
        str | None,
        typer.Option(
            metavar="WIDGETS",
            help="Count who reached these widgets one after the other, such as"
            " greet/welcome,menu,queue.  [default: the way that most go]",
        ),
    ] = None,
    steps: Annotated[
        bool, typer.Option("--steps/--no-steps", help="Read the Steps, if they are exported.")
    ] = True,
    checkpoints: Checkpoints = None,
    grace: Grace = None,
) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    span = _span(since, until, now)
    stages = _stages(funnel)
    with options.exit_on_error():
        folder = parse_path("--out", out, "a directory")
        check_directory("--out", folder)
        destination = open_destination(to, checkpoints, environment(), _CONCURRENCY)
        details = read_details(environment())
        wanted = Wanted(span, steps, details.since if details else None)
        heartbeat = Heartbeat()
        report = interruptible(
            lambda: read_report(destination, wanted, now, heartbeat, grace_seconds(grace)),
            heartbeat.beat,
        )
        try:
            path = write(replace(report, stages=stages), folder)
        except OSError as error:
            raise translated(error, f"--out {out}") from error
    print_line(str(path))


def read_report(
    destination: Destination,
    wanted: Wanted,
    now: datetime,
    heartbeat: Heartbeat,
    grace_seconds: int = 3600,
) -> Report:
    """Read the logs of the range, the Steps of their Executions, and the checkpoints.

    Raises:
        ConfigurationError: no Execution of the range is exported there.
        StudioExportError: the store or the checkpoints raised it.
    """
    store = destination.store
    activity = read_activity(store, wanted, _CONCURRENCY, heartbeat)
    if not activity.executions:
        raise ConfigurationError(
            f"no Execution of this range is exported to {destination.name}."
            " Give another range, or the --to of an export."
        )
    flows = statuses(destination, now, grace_seconds=grace_seconds, count=False)
    sids = {flow.flow_sid for flow in activity.flows} | {flow.flow_sid for flow in flows}
    return Report(activity, flows, destination.name, now, stored_names(store).only(sids))


def write(report: Report, out: Path) -> Path:
    """Write the page into the directory `out`, and return its path."""
    out.mkdir(parents=True, exist_ok=True)
    path = out / "report.html"
    path.write_bytes(page(report).encode(errors="backslashreplace"))
    return path


def _stages(funnel: str | None) -> tuple[tuple[str, ...], ...]:
    try:
        return parse_stages(funnel) if funnel else ()
    except ValueError as error:
        raise typer.BadParameter(f"--funnel {error}. Give names of widgets.") from error


def _span(since: str | None, until: str | None, now: datetime) -> Span:
    stop = until or now.isoformat()
    start = since or (now - _DAYS).replace(hour=0, minute=0, second=0).isoformat()
    return options.parse_range(start, stop, now).span
