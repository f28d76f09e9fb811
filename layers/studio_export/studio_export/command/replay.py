"""`studio-export replay`: export a range again, or see what that would add."""

import json
from dataclasses import replace as changed
from typing import Annotated, Any

import typer

from studio_export.command import options, outcome
from studio_export.command.dry_store import DryStore
from studio_export.command.options import AsJson, BaseUrl, Concurrency, Flow, From, To, Until
from studio_export.command.session import open_command, understood
from studio_export.model import Summary
from studio_export.report import as_json as report
from studio_export.settings import environment


def replay(  # noqa: PLR0913  each is an option
    context: typer.Context,
    to: To,
    since: From,
    until: Until,
    *,
    flow: Flow = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write nothing, say what would be.")
    ] = False,
    concurrency: Concurrency = None,
    base_url: BaseUrl = None,
    as_json: AsJson = False,
) -> None:
    clock = options.clock(context)
    wanted = options.parse_range(since, until, clock.now())
    with options.told():
        chosen = options.variables(flow, concurrency, base_url)
        destination, studio = understood(to, None, chosen, environment())
        if dry_run:
            destination = changed(destination, store=DryStore(destination.store))
        summary = open_command(destination, studio, clock).replay(wanted)
    _print(summary, dry_run=dry_run, as_json=as_json)
    raise typer.Exit(outcome.exit_code(summary))


def _print(summary: Summary, *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(_as_json(summary, dry_run=dry_run)))
    else:
        for line in (*outcome.lines(summary), outcome.total_line(summary)):
            typer.echo(line)
        for line in outcome.replayed(summary, dry_run=dry_run):
            typer.echo(line)
    for error in summary.errors:
        options.complain(error)


def _as_json(summary: Summary, *, dry_run: bool) -> dict[str, Any]:
    told = report(summary) | {"nothing_missed": outcome.nothing_missed(summary)}
    return {**told, "dry_run": True} if dry_run else told
