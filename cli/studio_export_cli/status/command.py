"""`studio-export status`: show how far the export is, and what is late."""

import sys
from functools import partial
from typing import Annotated

import typer

from studio_export.errors import ConfigurationError
from studio_export.settings import environment, flow_sids
from studio_export_cli import exit_codes, options
from studio_export_cli.destination import open_destination
from studio_export_cli.heartbeat import Heartbeat
from studio_export_cli.interrupt import interruptible
from studio_export_cli.options import AsJson, Checkpoints, Flow, Grace, To
from studio_export_cli.printing import print_errors, print_lines
from studio_export_cli.status import text
from studio_export_cli.status.flow_status import FlowStatus, statuses


def command(  # noqa: PLR0913  each is an option
    context: typer.Context,
    to: To,
    *,
    flow: Flow = None,
    checkpoints: Checkpoints = None,
    with_ages: Annotated[
        bool, typer.Option("--ages", help="Show how far each age of each Flow is listed.")
    ] = False,
    count: Annotated[
        bool | None,
        typer.Option(help="Read every object and count lines.  [default: only in a directory]"),
    ] = None,
    grace: Grace = None,
    as_json: AsJson = False,
) -> None:
    chosen = options.variables(flow)
    with options.exit_on_error(chosen):
        env = environment()
        destination = open_destination(to, checkpoints, env, concurrency=1)
        heartbeat = Heartbeat()
        work = partial(
            statuses,
            destination,
            options.clock(context).now().replace(microsecond=0),
            grace_seconds=options.grace_seconds(grace),
            count=destination.local if count is None else count,
            flow_sids=flow_sids({"FLOW_SIDS": chosen["FLOW_SIDS"] or ""}),
        )
        flows = interruptible(work, heartbeat.beat)
        if not flows:
            raise ConfigurationError(
                f"nothing is exported to {to}, or its checkpoints are elsewhere."
                " Give the --to of an export, and the --checkpoints of its runs."
            )
    _print(flows, with_ages=with_ages, as_json=as_json)
    if not all(each.ok for each in flows):
        raise typer.Exit(exit_codes.FAILED)


def _print(flows: list[FlowStatus], *, with_ages: bool, as_json: bool) -> None:
    print_lines(
        text.lines(flows, with_ages=with_ages, levels=_levels()),
        text.as_json(flows) if as_json else None,
    )
    print_errors(text.problems(flows))


def _levels() -> str:
    stdout = sys.stdout  # None if the process was started with it closed
    unicode = stdout is not None and (stdout.encoding or "").lower().startswith("utf")
    return text.BLOCKS if unicode and stdout.isatty() else text.PLAIN
