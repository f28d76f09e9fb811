"""`studio-export run`: export, and say what was done."""

import json
from typing import Annotated

import typer

from studio_export.errors import StudioExportError
from studio_export.function.result import as_json as report
from studio_export.function.result import error_lines
from studio_export.model import Summary
from studio_export.ports import Clock
from studio_export.settings import environment
from studio_export_cli import options, output
from studio_export_cli.options import (
    AsJson,
    BaseUrl,
    Checkpoints,
    Concurrency,
    Flow,
    To,
)
from studio_export_cli.session import Command, open_command, understood


def run(  # noqa: PLR0913  each is an option
    context: typer.Context,
    to: To,
    *,
    flow: Flow = None,
    once: Annotated[bool, typer.Option("--once", help="One tick, then end: the default.")] = False,
    every: Annotated[
        int | None,
        typer.Option(
            parser=options.interval, metavar="15m", help="A tick so often, until told to stop."
        ),
    ] = None,
    concurrency: Concurrency = None,
    lookback_days: Annotated[
        str | None,
        typer.Option(metavar="N", help="How far back a new Flow starts.  [default: 30]"),
    ] = None,
    base_url: BaseUrl = None,
    checkpoints: Checkpoints = None,
    as_json: AsJson = False,
) -> None:
    if once and every:
        raise typer.BadParameter("--once and --every exclude each other")
    chosen = options.variables(flow, concurrency, base_url) | {"LOOKBACK_DAYS": lookback_days}
    with options.told(chosen):
        clock = options.clock(context)
        command = open_command(*understood(to, checkpoints, chosen, environment()), clock)
        while every:
            began = clock.now()
            code = _tick_of_many(command, clock, as_json=as_json)
            if code in {output.CONFIGURATION, output.ACCESS}:
                raise typer.Exit(code)
            spent = clock.now() - began
            command.pause(max(0.0, every - spent.total_seconds()))
        summary = command.tick()
        _print(summary, as_json=as_json)
        raise typer.Exit(output.exit_code(summary))


def _tick_of_many(command: Command, clock: Clock, *, as_json: bool) -> int:
    """One tick of --every: what fails in it may be well in the next."""
    try:
        summary = command.tick()
    except StudioExportError as error:
        options.complain(error)
        return output.exit_code_of(type(error))
    _print(summary, as_json=as_json, stamp=f"{clock.now():%Y-%m-%dT%H:%M:%SZ}  ")
    return output.exit_code(summary)


def _print(summary: Summary, *, as_json: bool, stamp: str = "") -> None:
    if as_json:
        typer.echo(json.dumps(report(summary)))
    else:
        for line in () if stamp else output.lines(summary):
            typer.echo(line)
        typer.echo(stamp + output.total_line(summary))
    for error in error_lines(summary):
        options.complain(error)
