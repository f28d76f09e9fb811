"""`studio-export replay`: export a range again, or show what that would add."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Annotated

import typer

from studio_export.model import Replay, Span
from studio_export.settings import environment, flow_sids, read_concurrency
from studio_export.summary import Summary
from studio_export_cli import aws, options
from studio_export_cli.exit_codes import exit_code
from studio_export_cli.heartbeat import Heartbeat
from studio_export_cli.interrupt import interruptible
from studio_export_cli.options import (
    AsJson,
    BaseUrl,
    Concurrency,
    Flow,
    OptionalTo,
    Proxy,
    Since,
    Until,
)
from studio_export_cli.output import complaints
from studio_export_cli.parallel import map_concurrently
from studio_export_cli.printing import print_errors, print_lines
from studio_export_cli.replay import text
from studio_export_cli.replay.by_function import replay_piece, total
from studio_export_cli.replay.dry_store import DryStore
from studio_export_cli.session import open_session, resolve
from studio_export_cli.verify.comparison import days


def command(  # noqa: PLR0913  each is an option
    context: typer.Context,
    since: Since,
    until: Until,
    *,
    to: OptionalTo = None,
    function: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Let this deployed function replay, instead of --to."),
    ] = None,
    flow: Flow = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count the lines to write, and write none.")
    ] = False,
    concurrency: Concurrency = None,
    base_url: BaseUrl = None,
    proxy: Proxy = None,
    as_json: AsJson = False,
) -> None:
    clock = options.clock(context)
    wanted = options.parse_listed_range(since, until, clock.now())
    if (to is None) is (function is None):
        raise typer.BadParameter("Give either --to or --function.")
    if function and dry_run:
        raise typer.BadParameter(
            "--function has no --dry-run. Give --to s3://BUCKET/PREFIX --dry-run."
        )
    chosen = options.variables(flow, concurrency, base_url, proxy)
    with options.exit_on_error(chosen):
        if to:
            destination, studio = resolve(to, None, chosen, environment())
            if dry_run:
                destination = replace(destination, store=DryStore(destination.store))
            summary = open_session(destination, studio, clock).replay(wanted)
        else:
            given = {name: value for name, value in chosen.items() if value}
            heartbeat = Heartbeat()
            work = partial(_by_function, function or "", wanted.span, given, heartbeat)
            summary = interruptible(work, heartbeat.beat)
    print_lines(
        text.lines(summary, dry_run=dry_run),
        text.as_json(summary, dry_run=dry_run) if as_json else None,
    )
    print_errors(complaints(summary))
    raise typer.Exit(exit_code(summary))


def _by_function(name: str, span: Span, given: Mapping[str, str], heartbeat: Heartbeat) -> Summary:
    """Let the function replay each day; one at a time, unless --concurrency says otherwise."""
    sids = flow_sids(given)
    concurrency = read_concurrency({"STUDIO_CONCURRENCY": "1", **given})
    function = aws.lambda_function(name, concurrency)
    replays = [Replay(day, sids) for day in days(span)]
    work = partial(replay_piece, function.invoke)
    pieces = map_concurrently(work, replays, concurrency, "Replay days", heartbeat)
    return total(list(pieces), span)
