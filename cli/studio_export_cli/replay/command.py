"""`studio-export replay`: export a range again, or show what that would add."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Annotated

import typer

from studio_export.detail_settings import read_details
from studio_export.errors import ConfigurationError
from studio_export.model import Replay
from studio_export.ports import Clock
from studio_export.settings import environment, flow_sids, read_concurrency
from studio_export.shard import Shard, shards_of
from studio_export.summary import Summary
from studio_export_cli import aws, exit_codes, options
from studio_export_cli.exit_codes import exit_code
from studio_export_cli.heartbeat import Heartbeat
from studio_export_cli.interrupt import interruptible
from studio_export_cli.options import (
    AsJson,
    BaseUrl,
    Concurrency,
    Datasets,
    Flow,
    OptionalTo,
    Proxy,
    ShardOption,
    Since,
    Until,
)
from studio_export_cli.output import complaints
from studio_export_cli.parallel import map_concurrently
from studio_export_cli.printing import print_errors, print_lines
from studio_export_cli.replay import text
from studio_export_cli.replay.by_function import of_shard, replay_piece, total
from studio_export_cli.replay.details_by_function import replay_details
from studio_export_cli.replay.details_by_function import total as total_of_details
from studio_export_cli.replay.dry_store import DryStore
from studio_export_cli.session import open_session, resolve, with_options
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
    shard: ShardOption = None,
    details: Annotated[
        bool,
        typer.Option(
            "--details",
            help="Replay Steps, Contexts and Flow revisions instead of Executions.",
        ),
    ] = False,
    datasets: Datasets = None,
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
    if datasets and (function or not details):
        raise typer.BadParameter(
            "--datasets is for --to with --details. A function has its own DATASETS."
        )
    chosen = options.variables(flow, concurrency, base_url, proxy) | {"DATASETS": datasets}
    with options.exit_on_error(chosen):
        wanted = replace(wanted, flow_sids=flow_sids(_given(chosen)), details=details)
        if to:
            summary = _by_command(to, wanted, shard, chosen, clock, dry_run=dry_run)
        else:
            heartbeat = Heartbeat()
            work = partial(_by_function, function or "", wanted, shard, _given(chosen), heartbeat)
            summary = interruptible(work, heartbeat.beat)
    print_lines(
        text.lines(summary, dry_run=dry_run),
        text.as_json(summary, dry_run=dry_run) if as_json else None,
    )
    print_errors((*complaints(summary), *text.work_left(summary)))
    code = exit_code(summary)
    left = code == exit_codes.OK and any(text.work_left(summary))
    raise typer.Exit(exit_codes.TRY_AGAIN if left else code)


def _given(chosen: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in chosen.items() if value}


def _by_command(  # noqa: PLR0913  the options that it needs
    to: str,
    wanted: Replay,
    shard: Shard | None,
    chosen: Mapping[str, str | None],
    clock: Clock,
    *,
    dry_run: bool,
) -> Summary:
    destination, studio = resolve(to, None, chosen, environment())
    if dry_run:
        destination = replace(destination, store=DryStore(destination.store))
    details = read_details(with_options(environment(), chosen)) if wanted.details else None
    if wanted.details and not details:
        raise ConfigurationError(
            "--details needs a dataset beside executions. Give --datasets executions,steps, or set"
            " DATASETS."
        )
    return open_session(destination, studio, clock, details, shard).replay(wanted)


def _by_function(
    name: str,
    wanted: Replay,
    shard: Shard | None,
    given: Mapping[str, str],
    heartbeat: Heartbeat,
) -> Summary:
    """Let the function replay, in one invocation at a time unless --concurrency says otherwise.

    Executions are cut by Flow: every cut of the range would cost each Flow a request. Details cost
    Twilio no listing, and are cut by day.
    """
    concurrency = read_concurrency({"STUDIO_CONCURRENCY": "1", **given})
    invoke = aws.lambda_function(name, concurrency).invoke
    if wanted.details:
        replay_day = partial(replay_details, of_shard(invoke, shard))
        replays = [replace(wanted, span=day) for day in days(wanted.span)]
        summaries = map_concurrently(replay_day, replays, concurrency, "Replay days", heartbeat)
        return total_of_details(summaries)
    shards = [shard] if shard or concurrency == 1 else shards_of(concurrency)
    pieces = map_concurrently(
        lambda each: replay_piece(of_shard(invoke, each), wanted),
        shards,
        concurrency,
        "Replay shards",
        heartbeat,
    )
    return total(list(pieces), wanted.span)
