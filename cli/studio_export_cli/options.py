"""The options that several commands share, and how an error ends a command."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated

import typer

from studio_export.adapters.clock import SystemClock
from studio_export.errors import InvalidEventError, StudioExportError
from studio_export.export import ages
from studio_export.function.event import parse_replay
from studio_export.model import Replay
from studio_export.ports import Clock
from studio_export.shard import Shard, parse_shard
from studio_export_cli import exit_codes, places
from studio_export_cli.printing import print_error

To = Annotated[
    str, typer.Option(metavar="DATASET", help="The export: a directory, or s3://BUCKET/PREFIX.")
]
OptionalTo = Annotated[
    str | None,
    typer.Option(metavar="DATASET", help="The export: a directory, or s3://BUCKET/PREFIX."),
]
Flow = Annotated[
    list[str] | None,
    typer.Option(metavar="FW…", help="A Flow; repeat the option for more.  [default: every Flow]"),
]
Checkpoints = Annotated[
    str | None,
    typer.Option(
        metavar="FILE|TABLE", help="Where the checkpoints are: a SQLite file, or dynamodb:TABLE."
    ),
]
BaseUrl = Annotated[
    str | None, typer.Option(metavar="URL", help="Send requests to this host, not to Twilio's.")
]
Proxy = Annotated[
    str | None,
    typer.Option(metavar="URL", help="Send requests to Twilio through this HTTP proxy."),
]
Concurrency = Annotated[
    str | None, typer.Option(metavar="N", help="The number of concurrent requests.  [default: 4]")
]
Datasets = Annotated[
    str | None,
    typer.Option(
        metavar="NAMES",
        help="Export these: executions, and any of steps, contexts and flow-revisions, with"
        " commas between.  [default: executions]",
    ),
]


def shard(text: str) -> Shard:
    """Parse `3/8`."""
    try:
        return parse_shard(text)
    except ValueError as error:
        raise typer.BadParameter(f"{error}.") from error


ShardOption = Annotated[
    Shard | None,
    typer.Option(
        "--shard",
        parser=shard,
        metavar="N/COUNT",
        help="Take this share of the Flows, such as 0/8 to 7/8 for eight processes."
        "  [default: every Flow]",
    ),
]
Since = Annotated[
    str, typer.Option(metavar="INSTANT", help="Take Executions created at this instant or later.")
]
Until = Annotated[
    str, typer.Option(metavar="INSTANT", help="Take Executions created before this instant.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one line of JSON.")]


def interval(text: str) -> int:
    """Parse `15m` to seconds."""
    try:
        (seconds,) = ages.parse_ages(text)
    except ValueError as error:
        raise typer.BadParameter(
            f"{text!r} is not a duration. Give a number with s, m, h or d, such as 15m."
        ) from error
    return seconds


_OPTION_OF = {
    "FLOW_SIDS": "--flow",
    "STUDIO_CONCURRENCY": "--concurrency",
    "STUDIO_BASE_URL": "--base-url",
    "TWILIO_PROXY": "--proxy",
    "LOOKBACK_DAYS": "--lookback-days",
    "FRESHNESS": "--freshness",
    "DATASETS": "--datasets",
}

_GRACE_SECONDS = ages.HOUR  # the longest ScheduleMinutes of the template
Grace = Annotated[
    int | None,
    typer.Option(
        parser=interval,
        metavar="1h",
        help="What has been due for longer than this is late.  [default: 1h]",
    ),
]


def grace_seconds(grace: int | None) -> int:
    return _GRACE_SECONDS if grace is None else grace


def clock(context: typer.Context) -> Clock:
    """Return the clock that `main` was given, or the system's."""
    given: Clock | None = context.obj
    return given or SystemClock()


def parse_range(since: str, until: str, now: datetime) -> Replay:
    """Parse the range by the rules of a replay event."""
    try:
        return parse_replay({"from": since, "to": until}, now)
    except InvalidEventError as error:
        text = re.sub(r"(the event's |its )?'from'", "--since", str(error))
        raise typer.BadParameter(re.sub(r"(the event's |its )?'to'", "--until", text)) from error


def parse_listed_range(since: str, until: str, now: datetime) -> Replay:
    """Parse a range to list at Twilio; warn if Twilio no longer lists all of it."""
    replay = parse_range(since, until, now)
    kept_from = ages.instant_at_age(now, ages.RETENTION).date()
    if replay.span.start.date() < kept_from:
        print_error(
            "the result is not complete: Twilio keeps 30 days and no longer lists Executions"
            f" created before {kept_from}. Give --since {kept_from} or later."
        )
    return replay


def variables(
    flow: list[str] | None,
    concurrency: str | None = None,
    base_url: str | None = None,
    proxy: str | None = None,
) -> dict[str, str | None]:
    """Return the values of the options by the variables that they replace."""
    return {
        "FLOW_SIDS": ",".join(flow) if flow else None,
        "STUDIO_CONCURRENCY": concurrency,
        "STUDIO_BASE_URL": base_url,
        "TWILIO_PROXY": proxy,
    }


@contextmanager
def exit_on_error(chosen: Mapping[str, str | None] | None = None) -> Iterator[None]:
    """Print a `StudioExportError`, or what a file refuses, on one line and exit with its code.

    `chosen` has the options that were given, by their variables: the message then names the
    option, and not the variable.
    """
    try:
        yield
    except (StudioExportError, OSError) as error:
        ours = places.translated(error) if isinstance(error, OSError) else error
        print_error(_name_options(str(ours), chosen or {}))
        raise typer.Exit(exit_codes.exit_code_of(type(ours))) from error


def _name_options(text: str, chosen: Mapping[str, str | None]) -> str:
    for variable, option in _OPTION_OF.items():
        if chosen.get(variable):
            text = text.replace(variable, option)
    return text
