"""The `studio-export` command. The Lambda never imports it: it needs the extra `cli`."""

import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated

import typer

from studio_export import ages, outcome, status
from studio_export.command import Command, open_command, understood
from studio_export.destination import open_destination
from studio_export.errors import ConfigurationError, EventError, StudioExportError
from studio_export.event import parse_replay
from studio_export.interrupt import InterruptedWorkError, signals_raise
from studio_export.manual import ABOUT, REPLAY, RUN, STATUS
from studio_export.model import Replay, Summary
from studio_export.report import as_json as report
from studio_export.settings import environment
from studio_export.version import VERSION

app = typer.Typer(
    help=ABOUT,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain text: it may be piped, and its errors are short
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _interval(text: str) -> int:
    try:
        (seconds,) = ages.parse_ages(text)
    except ValueError as error:
        raise typer.BadParameter("a number with one of s, m, h, d, such as 15m") from error
    return seconds


def _range(since: str, until: str) -> Replay:
    """What the event of such a range replays: its rules are the command's too."""
    try:
        return parse_replay({"from": since, "to": until}, datetime.now(UTC))
    except EventError as error:
        told = str(error).replace("the event's 'from'", "--from")
        raise typer.BadParameter(re.sub(r"(the event's|its) 'to'", "--until", told)) from error


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
LookbackDays = Annotated[
    str | None, typer.Option(metavar="N", help="How far back a new Flow starts.  [default: 30]")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the summary as a line of JSON.")]


@app.command(help=RUN)
def run(  # noqa: PLR0913  each is an option
    to: To,
    *,
    flow: Flow = None,
    once: Annotated[bool, typer.Option("--once", help="One tick, then end: the default.")] = False,
    every: Annotated[
        int | None,
        typer.Option(parser=_interval, metavar="15m", help="A tick so often, until told to stop."),
    ] = None,
    concurrency: Concurrency = None,
    lookback_days: LookbackDays = None,
    base_url: BaseUrl = None,
    checkpoints: Checkpoints = None,
    as_json: AsJson = False,
) -> None:
    if once and every:
        raise typer.BadParameter("--once and --every exclude each other")
    options = _options(flow, concurrency, base_url) | {"LOOKBACK_DAYS": lookback_days}
    with _told():
        command = _opened(to, checkpoints, options)
        while every:
            began = datetime.now(UTC)
            code = _tick_of_many(command, as_json=as_json)
            if code in {outcome.CONFIGURATION, outcome.ACCESS}:
                raise typer.Exit(code)
            spent = datetime.now(UTC) - began
            command.pause(max(0.0, every - spent.total_seconds()))
        _end(command.tick(), as_json=as_json)


@app.command(help=REPLAY)
def replay(  # noqa: PLR0913  each is an option
    to: To,
    since: Annotated[
        str,
        typer.Option("--from", metavar="INSTANT", help="Created at or after it."),
    ],
    until: Annotated[
        str,
        typer.Option(metavar="INSTANT", help="Created before it."),
    ],
    *,
    flow: Flow = None,
    concurrency: Concurrency = None,
    base_url: BaseUrl = None,
    as_json: AsJson = False,
) -> None:
    replayed = _range(since, until)
    with _told():
        command = _opened(to, None, _options(flow, concurrency, base_url))
        _end(command.replay(replayed), as_json=as_json)


@app.command("status", help=STATUS)
def show_status(
    to: To,
    *,
    checkpoints: Checkpoints = None,
    count: Annotated[
        bool | None,
        typer.Option(help="Read every object to count lines.  [default: of a directory, yes]"),
    ] = None,
) -> None:
    with _told():
        destination = open_destination(to, checkpoints, environment(), concurrency=1)
        counted = destination.local if count is None else count
        flows = status.statuses(destination, datetime.now(UTC), count=counted)
        if not flows:
            raise ConfigurationError(f"nothing is exported to {to}")
        for line in status.table(flows):
            typer.echo(line)


def main() -> None:
    """The entry point of the installed command."""
    try:
        with signals_raise():
            app(prog_name="studio-export")
    except InterruptedWorkError as interrupted:
        typer.echo(f"studio-export: {interrupted}: nothing is lost, run it again", err=True)
        sys.stdout.flush()
        # A request may still hang on another thread, and Python would wait for it.
        os._exit(interrupted.exit_code)


def _version(wanted: bool) -> None:  # noqa: FBT001  typer calls it
    if wanted:
        typer.echo(f"studio-export {VERSION}")
        raise typer.Exit


@app.callback()
def _about(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Whatever the command: options before it."""


def _options(
    flow: list[str] | None, concurrency: str | None, base_url: str | None
) -> dict[str, str | None]:
    """By the variables that they stand for."""
    return {
        "FLOW_SIDS": ",".join(flow) if flow else None,
        "STUDIO_CONCURRENCY": concurrency,
        "STUDIO_BASE_URL": base_url,
    }


def _opened(to: str, checkpoints: str | None, options: dict[str, str | None]) -> Command:
    return open_command(*understood(to, checkpoints, options, environment()))


def _tick_of_many(command: Command, *, as_json: bool) -> int:
    """One tick of --every: what fails in it may be well in the next."""
    try:
        summary = command.tick()
    except StudioExportError as error:
        _complain(error)
        return outcome.exit_code_of(type(error))
    _print(summary, as_json=as_json, stamp=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}  ")
    return outcome.exit_code(summary)


def _end(summary: Summary, *, as_json: bool) -> None:
    _print(summary, as_json=as_json)
    raise typer.Exit(outcome.exit_code(summary))


def _print(summary: Summary, *, as_json: bool, stamp: str = "") -> None:
    if as_json:
        typer.echo(json.dumps(report(summary)))
    else:
        for line in () if stamp else outcome.lines(summary):
            typer.echo(line)
        typer.echo(stamp + outcome.total_line(summary))
    for error in summary.errors:
        _complain(error)


def _complain(error: object) -> None:
    typer.echo(f"studio-export: {' '.join(str(error).split())}", err=True)


@contextmanager
def _told() -> Iterator[None]:
    """Say an error of ours in one line, and end with its code."""
    try:
        yield
    except StudioExportError as error:
        _complain(error)
        raise typer.Exit(outcome.exit_code_of(type(error))) from error
