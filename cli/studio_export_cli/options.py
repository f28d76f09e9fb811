"""The options that several commands share, and how a finding and a failure are said."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any

import typer

from studio_export.adapters.clock import SystemClock
from studio_export.errors import InvalidEventError, StudioExportError
from studio_export.export import ages
from studio_export.function.event import parse_replay
from studio_export.model import Replay
from studio_export.ports import Clock
from studio_export_cli import output

To = Annotated[str, typer.Option(metavar="PLACE", help="A directory, or s3://BUCKET/PREFIX.")]
Flow = Annotated[
    list[str] | None,
    typer.Option(metavar="FW…", help="A Flow; repeat it for more.  [default: every Flow]"),
]
Checkpoints = Annotated[
    str | None, typer.Option(metavar="PLACE", help="dynamodb:TABLE, or a file, for checkpoints.")
]
BaseUrl = Annotated[str | None, typer.Option(metavar="URL", help="Another host than Twilio's.")]
Concurrency = Annotated[
    str | None, typer.Option(metavar="N", help="Requests in flight.  [default: 4]")
]
From = Annotated[str, typer.Option("--from", metavar="INSTANT", help="Created at or after it.")]
Until = Annotated[str, typer.Option(metavar="INSTANT", help="Created before it.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the summary as a line of JSON.")]


def interval(text: str) -> int:
    """`15m` in seconds."""
    try:
        (seconds,) = ages.parse_ages(text)
    except ValueError as error:
        raise typer.BadParameter("a number with one of s, m, h, d, such as 15m") from error
    return seconds


_OF_VARIABLES = {
    "FLOW_SIDS": "--flow",
    "STUDIO_CONCURRENCY": "--concurrency",
    "STUDIO_BASE_URL": "--base-url",
    "LOOKBACK_DAYS": "--lookback-days",
}

_PATIENCE_SECONDS = ages.HOUR  # the longest period of the template's ticks
Patience = Annotated[
    int | None,
    typer.Option(
        parser=interval, metavar="1h", help="What has been due for longer is late.  [default: 1h]"
    ),
]


def patience_seconds(patience: int | None) -> int:
    return _PATIENCE_SECONDS if patience is None else patience


def clock(context: typer.Context) -> Clock:
    """The machine's, or another that was given to `cli.main`."""
    given: Clock | None = context.obj
    return given or SystemClock()


def parse_range(since: str, until: str, now: datetime) -> Replay:
    """What the event of such a range replays: its rules are the command's too."""
    try:
        return parse_replay({"from": since, "to": until}, now)
    except InvalidEventError as error:
        said = str(error).replace("the event's 'from'", "--from")
        raise typer.BadParameter(re.sub(r"(the event's|its) 'to'", "--until", said)) from error


def variables(
    flow: list[str] | None, concurrency: str | None, base_url: str | None
) -> dict[str, str | None]:
    """The options, by the variables that they stand for."""
    return {
        "FLOW_SIDS": ",".join(flow) if flow else None,
        "STUDIO_CONCURRENCY": concurrency,
        "STUDIO_BASE_URL": base_url,
    }


def parse_listed_range(since: str, until: str, now: datetime) -> Replay:
    """As `parse_range`, for what Twilio is asked about: it says so if Twilio has it no more."""
    wanted = parse_range(since, until, now)
    kept_from = ages.instant_at_age(now, ages.RETENTION).date()
    if wanted.span.start.date() < kept_from:
        complain(f"Twilio keeps 30 days: of what was created before {kept_from} this tells nothing")
    return wanted


def show(lines: Iterable[str], as_json: Mapping[str, Any] | None) -> None:
    """The lines for a person; one of JSON, if that is given."""
    for line in lines if as_json is None else [json.dumps(as_json)]:
        typer.echo(line)


def complain(error: object) -> None:
    """One line on stderr."""
    typer.echo(f"studio-export: {' '.join(str(error).split())}", err=True)


@contextmanager
def told(chosen: Mapping[str, str | None] | None = None) -> Iterator[None]:
    """Say an error of ours in one line, and end with its code.

    What is `chosen` was typed as an option, so an error that names its variable names the option.
    """
    try:
        yield
    except StudioExportError as error:
        complain(_as_typed(str(error), chosen or {}))
        raise typer.Exit(output.exit_code_of(type(error))) from error


def _as_typed(text: str, chosen: Mapping[str, str | None]) -> str:
    for variable, option in _OF_VARIABLES.items():
        if chosen.get(variable):
            text = text.replace(variable, option)
    return text
