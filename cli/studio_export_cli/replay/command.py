"""`studio-export replay`: export a range again, or see what that would add."""

import json
from collections.abc import Mapping
from dataclasses import replace as changed
from functools import partial
from typing import Annotated, Any

import typer

from studio_export.function.result import as_json as report
from studio_export.function.result import error_lines
from studio_export.model import Replay, Span, Summary
from studio_export.settings import environment, flow_sids, read_concurrency
from studio_export_cli import aws, options, output
from studio_export_cli.interrupt import interruptible
from studio_export_cli.options import AsJson, BaseUrl, Concurrency, Flow, From, Until
from studio_export_cli.parallel import side_by_side
from studio_export_cli.replay.by_function import replay_piece, total
from studio_export_cli.replay.deployed_function import LambdaFunction
from studio_export_cli.replay.dry_store import DryStore
from studio_export_cli.session import open_command, understood
from studio_export_cli.verify.comparison import days


def replay(  # noqa: PLR0913  each is an option
    context: typer.Context,
    since: From,
    until: Until,
    *,
    to: Annotated[
        str | None, typer.Option(metavar="PLACE", help="A directory, or s3://BUCKET/PREFIX.")
    ] = None,
    function: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Let the deployed function do it, instead of --to."),
    ] = None,
    flow: Flow = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write nothing, say what would be.")
    ] = False,
    concurrency: Concurrency = None,
    base_url: BaseUrl = None,
    as_json: AsJson = False,
) -> None:
    clock = options.clock(context)
    wanted = options.parse_listed_range(since, until, clock.now())
    if (to is None) is (function is None):
        raise typer.BadParameter("give either --to or --function")
    if function and dry_run:
        raise typer.BadParameter("the function has no --dry-run; --to s3://BUCKET/PREFIX has")
    chosen = options.variables(flow, concurrency, base_url)
    with options.told(chosen):
        if to:
            destination, studio = understood(to, None, chosen, environment())
            if dry_run:
                destination = changed(destination, store=DryStore(destination.store))
            summary = open_command(destination, studio, clock).replay(wanted)
        else:
            given = {name: value for name, value in chosen.items() if value}
            summary = interruptible(partial(_by_function, function or "", wanted.span, given))
    _print(summary, dry_run=dry_run, as_json=as_json)
    raise typer.Exit(output.exit_code(summary))


def _by_function(name: str, span: Span, given: Mapping[str, str]) -> Summary:
    """The replay of each day by the function; one after the other, unless told otherwise."""
    sids = flow_sids(given)
    at_once = read_concurrency({"STUDIO_CONCURRENCY": "1", **given})
    function = LambdaFunction(aws.clients(at_once).lambda_(), name)
    parts = [Replay(day, sids) for day in days(span)]
    pieces = side_by_side(partial(replay_piece, function.invoke), parts, at_once, "days replayed")
    return total(pieces, span)


def _print(summary: Summary, *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(_as_json(summary, dry_run=dry_run)))
    else:
        for line in (*output.lines(summary), output.total_line(summary)):
            typer.echo(line)
        for line in output.replayed(summary, dry_run=dry_run):
            typer.echo(line)
    for error in error_lines(summary):
        options.complain(error)


def _as_json(summary: Summary, *, dry_run: bool) -> dict[str, Any]:
    told = report(summary) | {"nothing_missed": output.nothing_missed(summary)}
    return {**told, "dry_run": True} if dry_run else told
