"""`studio-export run`: export everything that is due."""

from dataclasses import replace
from functools import partial
from typing import Annotated

import typer

from studio_export.detail_settings import read_details
from studio_export.errors import StudioExportError
from studio_export.ports import Clock
from studio_export.settings import environment
from studio_export_cli import exit_codes, options
from studio_export_cli.exit_codes import exit_code
from studio_export_cli.interrupt import interruptible
from studio_export_cli.name_sources import find_names
from studio_export_cli.options import (
    AsJson,
    BaseUrl,
    Checkpoints,
    Concurrency,
    Datasets,
    Flow,
    Proxy,
    ShardOption,
    To,
)
from studio_export_cli.printing import print_error
from studio_export_cli.run.text import print_json, print_summary, print_total
from studio_export_cli.session import Session, open_session, resolve, with_options

# A key that is being rotated is refused for a while. What is refused so often needs a person.
_REFUSALS = {exit_codes.CONFIGURATION, exit_codes.ACCESS}
_MAX_REFUSALS = 5


def command(  # noqa: PLR0913  each is an option
    context: typer.Context,
    to: To,
    *,
    flow: Flow = None,
    once: Annotated[bool, typer.Option("--once", help="Run once. This is the default.")] = False,
    every: Annotated[
        int | None,
        typer.Option(
            parser=options.interval,
            metavar="15m",
            help="Run at this interval until a signal stops it.",
        ),
    ] = None,
    shard: ShardOption = None,
    concurrency: Concurrency = None,
    lookback_days: Annotated[
        str | None,
        typer.Option(metavar="N", help="Export this many past days of a new Flow.  [default: 30]"),
    ] = None,
    freshness: Annotated[
        str | None,
        typer.Option(
            metavar="N|always",
            help="Use this many requests an hour and Flow to find ended Executions soon."
            "  [default: 30]",
        ),
    ] = None,
    datasets: Datasets = None,
    base_url: BaseUrl = None,
    proxy: Proxy = None,
    checkpoints: Checkpoints = None,
    as_json: AsJson = False,
) -> None:
    if once and every:
        raise typer.BadParameter("--once and --every exclude each other. Give one of them.")
    chosen = options.variables(flow, concurrency, base_url, proxy) | {
        "LOOKBACK_DAYS": lookback_days,
        "FRESHNESS": freshness,
        "DATASETS": datasets,
    }
    with options.exit_on_error(chosen):
        clock = options.clock(context)
        env = with_options(environment(), chosen)
        destination, studio = resolve(to, checkpoints, chosen, environment())
        details = read_details(env)
        if details:
            details = replace(details, period_seconds=every)
        session = open_session(destination, studio, clock, details, shard)
        refusals = 0
        while every:
            started = clock.monotonic()
            code = _run_of_many(session, clock, as_json=as_json)
            refusals = refusals + 1 if code in _REFUSALS else 0
            if refusals == _MAX_REFUSALS:
                raise typer.Exit(code)
            session.pause(max(0.0, every - (clock.monotonic() - started)))
        summary = session.run()
        if as_json:
            print_json(summary)
        else:
            sids = [each.flow_sid for each in summary.flows]
            names = partial(find_names, sids, summary.flow_names, destination.store, env, clock)
            print_summary(summary, interruptible(names))
        raise typer.Exit(exit_code(summary))


def _run_of_many(session: Session, clock: Clock, *, as_json: bool) -> int:
    """Run once of --every, and return the exit code: the next run may succeed after a failure."""
    try:
        summary = session.run()
    except StudioExportError as error:
        print_error(error)
        return exit_codes.exit_code_of(type(error))
    if as_json:
        print_json(summary)
    else:
        print_total(summary, clock.now())
    return exit_code(summary)
